"""What reaches into the process of the Streamlit server."""
