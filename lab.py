"""Draw the lab: what is around every page, and the page itself."""

import streamlit as st

from app.components.copy_link import copy_link
from app.components.theme_switch import theme_switch
from app.course.panel import draw_panel, draw_strip
from app.links.address import address_of, current, problem
from app.links.parameters import PARAMETERS
from app.navigation import PAGES, pages, tab_title
from app.runs.active import draw_active_runs
from app.runs.your_name import draw_your_name
from app.server.history import came_back
from app.server.limits import restrain_server
from app.server.shared import queue, store
from app.server.visitor import remember_session
from app.server.visitor_limit import limit_visitors
from app.server.visits import bring_forms_back, leave_forms
from app.ui.layout import SIDEBAR_WIDTH, draw_style
from app.ui.markdown import escape_markdown
from core.data.digits import DigitsError
from core.runs.folders import runs_folder
from core.runs.logs import set_up_logs
from core.runs.record import RunError
from core.runs.secret import secret_of

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
if bring_forms_back():
    st.rerun()
st.set_page_config(page_title=tab_title(page.url_path))
with st.sidebar:
    draw_panel(page.url_path)  # in sight, whatever else there is
    # Above the runs, so that it stays where it is when they come and go.
    theme_switch([entry.name for entry in PAGES])
    copy_link(
        steps=[name for name, each in PARAMETERS.items() if each.is_step],
        always_there=[name for name, each in PARAMETERS.items() if each.is_always_there],
        in_browser=[name for name, each in PARAMETERS.items() if each.in_browser],
    )
    at_home = page.url_path == ""
    draw_your_name()
    draw_active_runs(idle="" if at_home else "Nothing is training at the moment.")
about_address = st.empty()
try:
    draw_strip(page.url_path)
    with address_of(page.url_path, came_back=came_back()):
        page.run()
    leave_forms()
    if said := problem():
        about_address.warning(escape_markdown(said), icon=":material/link_off:")
    # Only now is it known which run the page shows.
    st.set_page_config(page_title=tab_title(page.url_path, current("run")))
except (DigitsError, RunError) as error:  # e.g. a file of the digits is damaged
    st.error(escape_markdown(str(error)))
