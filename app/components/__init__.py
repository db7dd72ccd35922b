"""Browser parts that Streamlit lacks; their HTML, CSS and JavaScript are in `static`."""
