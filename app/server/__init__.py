"""The process of the Streamlit server: its limits, its visitors, and what they share."""
