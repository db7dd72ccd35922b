"""Browser parts that Streamlit lacks, each a folder of Python, HTML, CSS and JS."""
