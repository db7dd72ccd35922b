"""Latent Lab: `streamlit run streamlit_app.py`."""

import streamlit as st

from app.server.maps import routes
from app.server.middleware import MIDDLEWARE
from app.server.shared import start

app = st.App("lab.py", routes=routes(), middleware=MIDDLEWARE, lifespan=start)
