"""Makes the files of download buttons when they are asked for, or says why not."""

from __future__ import annotations

import asyncio

from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, DeferredFileResponsePayload
from streamlit.runtime.backend_operation_handler import DeferredFileHandler

from core.execution.turns import TooManyError
from core.runs.errors import RunError
from core.runs.logs import log

_FAILED = "This file could not be made. Try again, or reload the page."


async def make_file(
    self: DeferredFileHandler, request: BackendOperationRequest, session_id: str
) -> BackendOperationResponse:
    """Make a file as Streamlit's own method does, which tells a visitor nothing but that it failed.

    What is returned as an error stands below the button.
    """
    answer = BackendOperationResponse(request_id=request.request_id)
    try:
        # Not in the loop, which answers everybody.
        url = await asyncio.to_thread(
            self._get_media_file_mgr().execute_deferred, request.deferred_file.file_id
        )
        answer.deferred_file.CopyFrom(DeferredFileResponsePayload(url=url))
    except Exception as error:
        reason = error.__cause__  # Streamlit has wrapped what the maker of the file raised
        if isinstance(reason, (RunError, TooManyError)):
            answer.error_msg = str(reason)
        else:
            log.exception("a file for download was not made")
            answer.error_msg = _FAILED
    return answer
