"""Tests of app/, with Streamlit's AppTest."""
