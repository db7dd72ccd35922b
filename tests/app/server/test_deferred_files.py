"""What stands below a download button whose file is not made."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from app.server.limits import restrain_server
from core.execution.turns import TooManyError
from core.runs.errors import RunError
from tests.support.coroutines import result_of


def answer_to(make: Callable[[], bytes]) -> tuple[str, str]:
    """The address of the file that a button has, and the words in its place."""
    restrain_server()
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    request = BackendOperationRequest(request_id="7")
    with patch("streamlit.runtime.media_file_manager._get_session_id", lambda: "session"):
        request.deferred_file.file_id = manager.add_deferred(make, "text/csv", "1", "a.csv")
    answer = result_of(DeferredFileHandler(lambda: manager).handle(request, "session"))
    assert answer.request_id == "7"
    return answer.deferred_file.url, answer.error_msg


def test_a_file_that_is_made_has_an_address() -> None:
    address, words = answer_to(lambda: b"1,2")
    assert address.startswith("/media/")
    assert words == ""


@pytest.mark.parametrize("kind", [RunError, TooManyError])
def test_a_refusal_is_told_in_its_own_words(kind: type[Exception]) -> None:
    def refuse() -> bytes:
        raise kind("There is no run x here; choose one from the list.")

    assert answer_to(refuse) == ("", "There is no run x here; choose one from the list.")


def test_what_went_wrong_otherwise_quotes_nothing() -> None:
    def fail() -> bytes:
        raise ValueError("/secret/path")

    address, words = answer_to(fail)
    assert address == ""
    assert words == "This file could not be made. Try again, or reload the page."
