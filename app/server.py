"""What the server behind the pages must not do, beyond what Streamlit's settings can forbid."""

from __future__ import annotations

from starlette.formparsers import MultiPartParser
from streamlit import net_util

#: Bytes of an upload that stay in memory; what is larger is refused, see `server.maxUploadSize`.
IN_MEMORY = 12 * 2**20


def restrain_server() -> None:
    """Keeps uploads off the disk, and the server from asking other hosts for its own address."""
    # It asks, for seconds and in the middle of everybody's messages, when a page of another site
    # tries to connect.
    net_util.get_external_ip = _no_address
    # From 1 MB on a part of a form would be spooled into a temporary file.
    MultiPartParser.spool_max_size = IN_MEMORY


def _no_address() -> None:
    return None
