"""The web interface: the only package that imports Streamlit or Plotly."""
