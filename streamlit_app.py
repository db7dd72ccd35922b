"""Latent Lab: `streamlit run streamlit_app.py`."""

import streamlit as st

from app.active_runs import draw_active_runs
from app.crowd import stop_if_crowded
from app.layout import draw_style
from app.navigation import pages
from app.plain import plain
from app.server import restrain_server
from app.session import queue, store
from core.digits import DigitsError
from core.logs import set_up_logs
from core.record import RunError

st.set_page_config(page_title="Latent Lab", page_icon="app/assets/icon.svg", layout="wide")
st.logo("app/assets/logo.svg", icon_image="app/assets/icon.svg", size="large")
try:
    restrain_server()
    set_up_logs()
    stop_if_crowded()
    store()
    queue()
except ValueError as error:  # the environment asks for what there is not
    st.error(f"The lab is not set up: {error}")
    st.stop()
page = st.navigation(pages())
draw_style()
with st.sidebar:
    draw_active_runs()
try:
    page.run()
except (DigitsError, RunError) as error:  # e.g. a file of the digits is damaged
    st.error(plain(str(error)))
