"""Latent Lab: `streamlit run streamlit_app.py`."""

import streamlit as st

from app.runs.whole_run import routes
from app.server.middleware import MIDDLEWARE
from app.server.shared import start

app = st.App("lab.py", middleware=MIDDLEWARE, lifespan=start, routes=routes())
