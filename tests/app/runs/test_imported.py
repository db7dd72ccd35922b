"""A bundle that a visitor brings becomes a run of theirs, marked as imported."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.server import shared
from core.export import import_zip, write_zip
from core.runs.record import RunRecord
from core.sweeps.cost import speeds_here
from tests.app.conftest import ROOT, OpenPage, texts, unescaped
from tests.support.recorded_run import record_run


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bundle of the gallery's compression run."""
    path = tmp_path_factory.mktemp("made") / "run.zip"
    write_zip(RunRecord(ROOT / "checkpoints" / "gallery" / "compression"), path)
    return path.read_bytes()


def brought(home: AppTest, name: str, content: bytes) -> AppTest:
    """The page Home after a file was uploaded and Import pressed."""
    home.file_uploader[0].upload(name, content, "application/zip")
    (button,) = (each for each in home.button if each.label == "Import")
    button.click().run()
    assert not home.exception, home.exception
    return home


def test_a_bundle_becomes_a_run_of_its_bringer(
    open_page: OpenPage, runs: Path, bundle: bytes
) -> None:
    home = brought(open_page("home"), "mine.zip", bundle)
    (folder,) = [path for path in runs.iterdir() if not path.name.startswith(".")]
    record = shared.store().get(folder.name)
    assert record.request.visitor
    assert record.request.imported is not None
    assert record.request.imported["id"] == "compression"
    assert "Imported: Compression" in texts(home).replace("**", "")
    (link,) = [each for each in home.get("page_link") if "Open it in" in each.proto.label]
    assert link.proto.label == "Open it in Autoencoders"
    assert f"run={record.id}" in link.proto.query_string
    home.run()
    assert len([path for path in runs.iterdir() if not path.name.startswith(".")]) == 1

    page = open_page("autoencoders", run=record.id)
    said = texts(page)
    assert "It was run compression of" in said
    assert "this lab has not measured them" in said
    (picker,) = (each for each in page.selectbox if each.label == "Run")
    (label,) = (each for each in picker.options if "imported" in each)
    assert " · imported · finished" in label
    assert "imported" not in texts(open_page("autoencoders", run="compression"))


def test_a_file_that_is_no_bundle_gets_a_sentence(open_page: OpenPage, runs: Path) -> None:
    home = brought(open_page("home"), "`x`.zip", b"PK\3\4 and no more")
    (warning,) = home.warning
    assert "was not imported: it is no whole zip file" in unescaped(warning.value)
    assert "\\`x\\`" in warning.value
    assert not runs.exists() or list(runs.iterdir()) == []
    assert not [each for each in home.get("page_link") if "Open it in" in each.proto.label]


def test_import_without_a_file_asks_for_one(open_page: OpenPage) -> None:
    home = open_page("home")
    (button,) = (each for each in home.button if each.label == "Import")
    button.click().run()
    assert "Choose a bundle first." in texts(home)


def test_imported_maps_say_where_they_are_from(
    open_page: OpenPage, runs: Path, tmp_path: Path
) -> None:
    made = record_run(tmp_path / "made", title="Maps <b>of mine</b>")
    write_zip(made, tmp_path / "made.zip")
    record = import_zip(tmp_path / "made.zip", shared.store())
    assert "It was run made of" in texts(open_page("tsne", run=record.id))


def test_the_speed_of_another_machine_is_no_estimate(runs: Path, bundle: bytes) -> None:
    path = runs.parent / "run.zip"
    path.write_bytes(bundle)
    store = shared.store()
    record = import_zip(path, store)
    assert speeds_here("compression", store) == []
    record.change_request(imported=None)
    assert len(speeds_here("compression", store)) == 1
