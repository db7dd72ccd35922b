"""What the process keeps: a value of each cache, and its queue with the threads of its workers."""

import threading
import uuid

import streamlit as st

from app.server.shared import queue
from app.server.visitor import remember_session


@st.cache_resource
def resource() -> str:
    return uuid.uuid4().hex


@st.cache_data
def data() -> str:
    return uuid.uuid4().hex


remember_session()
workers = [thread.name for thread in threading.enumerate() if thread.name.startswith("run")]
st.markdown(f"{resource()} {data()} {id(queue())} {sorted(workers)}")
