"""Limits on the Streamlit server that Streamlit's settings cannot express."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from streamlit import net_util
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

#: Bytes of an upload that stay in memory; what is larger is refused, see `server.maxUploadSize`.
IN_MEMORY = 24 * 2**20
#: Bytes of all uploads of one visit together. They are gone when it ends.
MAX_OF_A_VISIT = 100 * 2**20
#: Bytes of the uploads of all visits together.
MAX_OF_ALL = 400 * 2**20

_keep = MemoryUploadedFileManager.add_file


def restrain_server() -> None:
    """Keep uploads off the disk and limit their total size.

    Also keep the server from asking other hosts for its own address.
    """
    # It asks, for seconds and in the middle of everybody's messages, when a page of another site
    # tries to connect.
    net_util.get_external_ip = _no_address
    # From 1 MB on a part of a form would be spooled into a temporary file.
    MultiPartParser.spool_max_size = IN_MEMORY
    # Streamlit bounds each upload but not how many there are, and a visitor need not look at a page
    # to send them.
    MemoryUploadedFileManager.add_file = _keep_if_there_is_room


def _no_address() -> None:
    return None


def _keep_if_there_is_room(
    self: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec
) -> None:
    kept = {
        session: sum(len(one.data) for one in list(files.values()))
        for session, files in list(self.file_storage.items())
    }
    of_visit = kept.get(session_id, 0) + len(file.data)
    if of_visit > MAX_OF_A_VISIT or sum(kept.values()) + len(file.data) > MAX_OF_ALL:
        raise HTTPException(413, "Too many pictures are kept already; remove some.")
    _keep(self, session_id, file)
