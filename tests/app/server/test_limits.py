"""What the server keeps of uploads: a bound for each visit, and one for all of them."""

from __future__ import annotations

import pytest
from starlette.exceptions import HTTPException
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from app.server import limits


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    """Where uploads are kept: at most 10 bytes of a visit and 25 of all."""
    monkeypatch.setattr(limits, "MAX_OF_A_VISIT", 10)
    monkeypatch.setattr(limits, "MAX_OF_ALL", 25)
    limits.restrain_server()
    return MemoryUploadedFileManager("/uploads")


def picture(name: str, size: int) -> UploadedFileRec:
    return UploadedFileRec(file_id=name, name=name, type="image/png", data=b"x" * size)


def test_a_visit_keeps_so_much(uploads: MemoryUploadedFileManager) -> None:
    uploads.add_file("one", picture("a", 6))
    with pytest.raises(HTTPException, match="Too many pictures"):
        uploads.add_file("one", picture("b", 5))
    uploads.add_file("one", picture("c", 4))
    assert [file.name for file in uploads.get_files("one", ["a", "b", "c"])] == ["a", "c"]


def test_all_visits_together_keep_so_much(uploads: MemoryUploadedFileManager) -> None:
    for visit in ("one", "two"):
        uploads.add_file(visit, picture(visit, 10))
    with pytest.raises(HTTPException, match="Too many pictures"):
        uploads.add_file("three", picture("three", 6))
    uploads.add_file("three", picture("three", 5))
    uploads.remove_session_files("one")
    uploads.add_file("four", picture("four", 10))
    assert uploads.get_files("four", ["four"])
