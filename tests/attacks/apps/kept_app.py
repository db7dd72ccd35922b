"""A server with the lab's guards whose only page says what its process keeps."""

import streamlit as st

from app.server.middleware import MIDDLEWARE
from app.server.shared import start

app = st.App("kept_page.py", middleware=MIDDLEWARE, lifespan=start)
