"""Files of a run that maps clothes call their classes by names."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.data.data_sets import DATA_SETS, FASHION
from core.data.digits import load_digits
from core.export import write_csv, write_gif, write_html
from core.export.large_replay import large_data
from core.files import replace_json
from core.runs.record import RunRecord
from tests.core.export.reading import Page, frames_of, table
from tests.support.recorded_run import DIGITS, record_run

CLASSES = DATA_SETS[FASHION].classes


@pytest.fixture(scope="module")
def clothes(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """A done run of clothes, which no test changes."""
    return record_run(tmp_path_factory.mktemp("clothes") / "run", data=FASHION)


def test_csv_has_the_name_of_each_class_beside_its_label(
    clothes: RunRecord, tmp_path: Path
) -> None:
    write_csv(clothes, tmp_path / "map.csv")
    rows = table(tmp_path / "map.csv")
    assert list(rows[0])[:4] == ["index", "label", "class", "sgd_x"]
    labels = load_digits("train", FASHION).labels[:DIGITS].tolist()
    assert [int(row["label"]) for row in rows] == labels
    assert [row["class"] for row in rows] == [CLASSES[label] for label in labels]


def test_html_names_data_set_and_classes(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", iterations=2, data=FASHION, classes=[1, 9])
    write_html(record, tmp_path / "replay.html")
    text = (tmp_path / "replay.html").read_text()
    page = Page(text)
    data = json.loads(page.text["scriptapplication/json"])
    assert data["dataSet"] == {
        "classes": list(CLASSES),
        "noun": "picture",
        "nouns": "pictures",
    }
    assert "120 of Fashion-MNIST, only Trouser, Ankle boot" in text
    legend = next(attrs for _, attrs in page.found if attrs.get("class") == "legend")
    assert legend["aria-label"] == "Pictures shown"
    settings = text[text.index('<dl class="settings">') : text.index("</dl>")]
    assert "<dt>Pictures</dt>" in settings
    footer = text[text.index("<footer>") : text.index("</footer>")]
    assert "digit" not in footer.lower()


def test_a_large_file_says_which_pictures_it_leaves_out(
    clothes: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.export.large_replay.MAX_PICTURES", 50)
    _, left_out = large_data(clothes)
    assert "those of 120 pictures would make it too large" in left_out


def test_html_of_a_run_without_a_data_set_is_of_mnist(tmp_path: Path) -> None:
    """Older versions knew no other one and wrote no name."""
    record = record_run(tmp_path / "run", iterations=2)
    request = json.loads((record.folder / "run.json").read_text())
    del request["settings"]["config"]["data"]
    replace_json(record.folder / "run.json", request)
    old = RunRecord(record.folder)
    write_html(old, tmp_path / "replay.html")
    text = (tmp_path / "replay.html").read_text()
    data = json.loads(Page(text).text["scriptapplication/json"])
    assert data["dataSet"]["classes"] == list("0123456789")
    assert "<dt>Digits</dt><dd>120 of MNIST</dd>" in text
    write_csv(old, tmp_path / "map.csv")
    assert list(table(tmp_path / "map.csv")[0])[:3] == ["index", "label", "sgd_x"]


@pytest.mark.parametrize(("size", "rows"), [(160, 5), (400, 1)])
def test_the_legend_of_a_gif_has_as_many_rows_as_its_names_need(
    clothes: RunRecord, tmp_path: Path, size: int, rows: int
) -> None:
    optimizers = ["sgd"] if size == 160 else None
    write_gif(clothes, tmp_path / "map.gif", optimizers, frames=2, size=size)
    last = frames_of(tmp_path / "map.gif")[-1]
    assert len(last) == 46 + size + 24 * rows + 38
    legend = last[46 + size + 1 : -38]
    assert (legend[:, -14:] == 255).all(), "no name reaches into the margin"
    inked = (legend < 255).any(axis=(1, 2))
    assert np.flatnonzero(np.diff(inked.astype(int)) == 1).size == rows
