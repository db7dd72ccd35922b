"""Limits on the Streamlit server that Streamlit's settings cannot express."""

from __future__ import annotations

import json
import time
from collections import Counter
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from streamlit import net_util
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.state import common
from streamlit.runtime.state.session_state import WStates
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from app.server.deferred_files import make_file
from app.server.visitor import browser_of_session
from app.server.widget_values import value_or_default

#: Bytes of an upload that stay in memory; what is larger is refused, see `server.maxUploadSize`.
IN_MEMORY = 24 * 2**20
#: Bytes of all uploads of one browser together. Those of a page are gone when it is closed.
MAX_OF_A_BROWSER = 100 * 2**20
#: Bytes of the uploads of all browsers together.
MAX_OF_ALL = 400 * 2**20
#: Bytes that an upload counts for besides its content: its names, and what keeps them.
OVERHEAD = 8192
#: Characters of an upload's identifier, which comes from the client; Streamlit's have 36.
MAX_ID = 64
#: Seconds between two sweeps of files that no page needs. Streamlit sweeps after every run of a
#: script, and where many pages refresh, a file that was just made is gone before a browser has
#: fetched it.
SWEEP_SECONDS = 10.0

_keep = MemoryUploadedFileManager.add_file
_sweep = MediaFileManager.remove_orphaned_files
_last_sweeps: WeakKeyDictionary[MediaFileManager, float] = WeakKeyDictionary()


def restrain_server() -> None:
    """Keep uploads off the disk and limit their total size.

    Also keep the server from asking other hosts for its own address, keep files that were made for
    a visitor until the browser has fetched them, tell why one is not made, and take what is no JSON
    and what no widget sends for nothing.
    """
    # It asks, for seconds and in the middle of everybody's messages, when a page of another site
    # tries to connect.
    net_util.get_external_ip = _no_address
    # From 1 MB on a part of a form would be spooled into a temporary file.
    MultiPartParser.spool_max_size = IN_MEMORY
    # Streamlit bounds each upload but not how many there are, and a visitor need not look at a page
    # to send them.
    MemoryUploadedFileManager.add_file = _keep_if_there_is_room
    MediaFileManager.remove_orphaned_files = _sweep_now_and_then
    DeferredFileHandler.handle = make_file
    # The state of a component that is no JSON would end the page in a traceback.
    setattr(common, "json", SimpleNamespace(loads=_json_or_nothing))  # noqa: B010
    WStates.__getitem__ = value_or_default


def _no_address() -> None:
    return None


def _json_or_nothing(text: str) -> Any:
    """Return the value, or None where any client has sent what Python does not read as JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # no JSON; numbers of thousands of digits; too deep
        return None


def _keep_if_there_is_room(
    self: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec
) -> None:
    if len(file.file_id) > MAX_ID:
        raise HTTPException(400, "The identifier of this upload is too long.")
    browser = browser_of_session(session_id) or session_id
    kept: Counter[str] = Counter()
    for session, files in list(self.file_storage.items()):
        sizes = (len(one.data) + OVERHEAD for one in list(files.values()))
        kept[browser_of_session(session) or session] += sum(sizes)
    size = len(file.data) + OVERHEAD
    if kept[browser] + size > MAX_OF_A_BROWSER or kept.total() + size > MAX_OF_ALL:
        raise HTTPException(413, "Too many files are kept already; remove some.")
    _keep(self, session_id, file)


def _sweep_now_and_then(self: MediaFileManager) -> None:
    now = time.monotonic()
    if now - _last_sweeps.get(self, -SWEEP_SECONDS) >= SWEEP_SECONDS:
        _last_sweeps[self] = now
        _sweep(self)
