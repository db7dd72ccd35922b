"""What the server keeps of uploads: a bound for each browser, and one for all of them."""

from __future__ import annotations

import pytest
from starlette.exceptions import HTTPException
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from app.server import limits


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    """Where uploads are kept: at most 10 bytes of a browser and 25 of all."""
    monkeypatch.setattr(limits, "MAX_OF_A_BROWSER", 10)
    monkeypatch.setattr(limits, "OVERHEAD", 0)
    monkeypatch.setattr(limits, "MAX_OF_ALL", 25)
    limits.restrain_server()
    return MemoryUploadedFileManager("/uploads")


def picture(name: str, size: int) -> UploadedFileRec:
    return UploadedFileRec(file_id=name, name=name, type="image/png", data=b"x" * size)


def test_a_visit_keeps_so_much(uploads: MemoryUploadedFileManager) -> None:
    uploads.add_file("one", picture("a", 6))
    with pytest.raises(HTTPException, match="Too many files"):
        uploads.add_file("one", picture("b", 5))
    uploads.add_file("one", picture("c", 4))
    assert [file.name for file in uploads.get_files("one", ["a", "b", "c"])] == ["a", "c"]


def test_all_visits_together_keep_so_much(uploads: MemoryUploadedFileManager) -> None:
    for visit in ("one", "two"):
        uploads.add_file(visit, picture(visit, 10))
    with pytest.raises(HTTPException, match="Too many files"):
        uploads.add_file("three", picture("three", 6))
    uploads.add_file("three", picture("three", 5))
    uploads.remove_session_files("one")
    uploads.add_file("four", picture("four", 10))
    assert uploads.get_files("four", ["four"])


def test_all_pages_of_a_browser_count_together(
    uploads: MemoryUploadedFileManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "browser_of_session", {"one": "me", "two": "me"}.get)
    uploads.add_file("one", picture("a", 6))
    with pytest.raises(HTTPException, match="Too many files"):
        uploads.add_file("two", picture("b", 5))
    uploads.add_file("three", picture("c", 5))


def test_an_empty_upload_counts_and_its_identifier_is_short(
    uploads: MemoryUploadedFileManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OVERHEAD", 4)
    for name in "ab":
        uploads.add_file("one", picture(name, 0))
    with pytest.raises(HTTPException, match="Too many files"):
        uploads.add_file("one", picture("c", 0))
    with pytest.raises(HTTPException, match="identifier"):
        uploads.add_file("two", picture("x" * 65, 0))


def test_a_file_that_was_just_made_is_kept_until_it_can_be_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits.restrain_server()
    swept: list[MediaFileManager] = []
    monkeypatch.setattr(limits, "_sweep", swept.append)
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    for _ in range(50):  # as pages that refresh do
        manager.remove_orphaned_files()
    assert len(swept) == 1
    monkeypatch.setattr(limits, "SWEEP_SECONDS", 0.0)
    manager.remove_orphaned_files()
    assert len(swept) == 2
