"""Browser parts that Streamlit lacks, each a folder of one Python file, HTML, CSS and JS."""
