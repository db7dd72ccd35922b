"""Latent Lab: `streamlit run streamlit_app.py`."""

import streamlit as st

from app.runs import whole_run
from app.server import maps, networks
from app.server.middleware import MIDDLEWARE
from app.server.shared import start

app = st.App(
    "lab.py",
    routes=[*maps.routes(), *networks.routes(), *whole_run.routes()],
    middleware=MIDDLEWARE,
    lifespan=start,
)
