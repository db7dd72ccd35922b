"""The replay as a page; tests/journeys/test_replay_file.py plays it."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.data.data_sets import FASHION
from core.data.digits import load_digits
from core.export import write_html
from core.export.palette import OPTIMIZER_COLORS
from core.export.replay import _as_json
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.tsne.recording import load_recording
from tests.core.export.reading import Page
from tests.support.recorded_run import DIGITS, ITERATIONS, record_run

EVIL = '</script><script>alert("1")</script> & {{data}} \ud800'


def test_html_holds_the_positions_and_needs_nothing_else(record: RunRecord, tmp_path: Path) -> None:
    write_html(record, tmp_path / "replay.html")
    text = (tmp_path / "replay.html").read_text()
    page = Page(text)
    data = json.loads(page.text["scriptapplication/json"])
    recording = load_recording(record)
    steps = np.frombuffer(base64.b64decode(data["positions"]), "<i2")
    positions = steps.reshape(ITERATIONS + 1, 2, DIGITS, 2).astype(np.float64)
    positions *= np.array(data["scales"])[:, :, None, None]
    assert np.abs(positions - recording.positions).max() < 1e-4
    assert data["labels"] == recording.labels.tolist()
    assert data["iterations"] == recording.iterations.tolist()
    assert [panel["color"] for panel in data["panels"]] == [
        OPTIMIZER_COLORS["sgd"],
        OPTIMIZER_COLORS["adam"],
    ]
    assert data["pictures"].startswith("data:image/png;base64,")
    for address in re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"'\s>]*)", text):
        assert address.startswith("data:") or address == "run.pictures;"
    assert "default-src 'none'" in text
    assert "mean little" in text
    assert "a perplexity of" in text


def test_html_escapes_what_comes_from_the_run(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", title=EVIL, iterations=2)
    write_html(record, tmp_path / "replay.html")
    page = Page((tmp_path / "replay.html").read_text())
    shown = EVIL.replace("\ud800", "?")
    assert page.text["title"].strip() == shown
    assert page.text["h1"].strip() == shown
    scripts = [attributes.get("type") for tag, attributes in page.found if tag == "script"]
    assert scripts == ["application/json", "module"]


def test_no_text_in_the_data_ends_the_element_that_holds_them() -> None:
    text = _as_json({"title": EVIL})
    assert not set("<>&") & set(text)
    assert json.loads(text) == {"title": EVIL}


def test_html_of_noise_shows_no_pictures_of_digits(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", source="noise", iterations=2)
    write_html(record, tmp_path / "replay.html")
    page = Page((tmp_path / "replay.html").read_text())
    assert json.loads(page.text["scriptapplication/json"])["pictures"] is None
    assert "pure noise" in page.text["dd"]


def test_html_of_clothes_names_the_data_set_and_shows_its_pictures(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", data=FASHION, iterations=2, classes=(1, 5))
    write_html(record, tmp_path / "replay.html")
    page = Page((tmp_path / "replay.html").read_text())
    data = json.loads(page.text["scriptapplication/json"])
    labels = load_digits("train", FASHION).labels
    rows = np.flatnonzero((labels == 1) | (labels == 5))[:DIGITS]
    assert data["indices"] == rows.tolist()
    assert data["labels"] == labels[rows].tolist()
    found = Image.open(io.BytesIO(base64.b64decode(data["pictures"].split(",")[1])))
    first = np.asarray(found)[:28, :28].reshape(784) / 255
    assert first == pytest.approx(load_digits("train", FASHION).pixels[rows[0]].numpy(), abs=0.002)
    assert "Pictures" in page.text["dt"]
    assert "120 of Fashion-MNIST, only Trouser, Sandal" in page.text["dd"]


def test_html_tells_how_many_neighbours_its_maps_keep(tmp_path: Path) -> None:
    write_html(RunStore().get("tsne-exercise"), tmp_path / "replay.html")
    text = " ".join((tmp_path / "replay.html").read_text().split())
    assert "on the last map, 46 % (SGD, lr 10) and 79 % (Adam, lr 0.1) are among" in text


def test_html_tells_two_maps_of_an_optimiser_apart(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", iterations=2, optimizers=("sgd", "sgd:momentum=0.9"))
    write_html(record, tmp_path / "replay.html")
    page = Page((tmp_path / "replay.html").read_text())
    panels = json.loads(page.text["scriptapplication/json"])["panels"]
    assert [panel["short"] for panel in panels] == ["SGD 1", "SGD 2"]
    assert panels[0]["color"] != panels[1]["color"]


@pytest.mark.parametrize(
    ("values", "start", "neighbourhoods"),
    [
        ({"seed": 3}, "random, seed 3", "sigma 10"),
        ({"start": "pca"}, "PCA", "sigma 10"),
        ({"optimizers": ["sgd:seed=1", "sgd:seed=2"]}, "of each map in its title", "sigma 10"),
        (
            {"optimizers": ["sgd:perplexity=5", "sgd:perplexity=9"], "affinity": "perplexity"},
            "random, seed 0",
            "of each map in its title",
        ),
    ],
)
def test_html_says_how_the_maps_started_and_of_which_neighbours(
    tmp_path: Path, values: dict[str, Any], start: str, neighbourhoods: str
) -> None:
    record = record_run(tmp_path / "run", iterations=2, **values)
    write_html(record, tmp_path / "replay.html")
    text = (tmp_path / "replay.html").read_text()
    assert f"<dt>Start</dt><dd>{start}</dd>" in text
    assert f"<dt>Neighbourhoods</dt><dd>{neighbourhoods}" in text
