"""Draw the lab: what is around every page, and the page itself."""

import streamlit as st

from app.components.theme_switch import theme_switch
from app.course.panel import draw_panel, draw_strip
from app.navigation import PAGES, pages, tab_title
from app.runs.active import draw_active_runs
from app.runs.your_name import draw_your_name
from app.server.limits import restrain_server
from app.server.shared import queue, store
from app.server.visitor import remember_session
from app.server.visitor_limit import limit_visitors
from app.ui.layout import SIDEBAR_WIDTH, draw_style
from app.ui.markdown import escape_markdown
from core.data.digits import DigitsError
from core.runs.logs import set_up_logs
from core.runs.record import RunError
from core.runs.secret import secret_of
from core.runs.store import runs_folder

st.set_page_config(
    page_title="Latent Lab",
    page_icon="app/assets/icon.svg",
    layout="wide",
    initial_sidebar_state=SIDEBAR_WIDTH,
)
draw_style()  # before anything that it moves
st.logo("app/assets/logo.svg", icon_image="app/assets/icon.svg", size="large")
try:
    restrain_server()
    set_up_logs()
    secret_of(runs_folder())
    remember_session()
    limit_visitors()
    store()
    queue()
except ValueError as error:  # the environment asks for what there is not
    st.error(f"The lab is not set up: {error}")
    st.stop()
page = st.navigation(pages())
st.set_page_config(page_title=tab_title(page.url_path))
with st.sidebar:
    draw_panel(page.url_path)  # in sight, whatever else there is
    # Above the runs, so that it stays where it is when they come and go.
    theme_switch([entry.name for entry in PAGES])
    at_home = page.url_path == ""
    draw_your_name()
    draw_active_runs(idle="" if at_home else "Nothing is training at the moment.")
try:
    draw_strip(page.url_path)
    page.run()
    # Only now is it known which run the page shows.
    st.set_page_config(page_title=tab_title(page.url_path, st.query_params.get("run")))
except (DigitsError, RunError) as error:  # e.g. a file of the digits is damaged
    st.error(escape_markdown(str(error)))
