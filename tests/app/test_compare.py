"""Compare: any runs of a page side by side, what differs in their settings, and their curves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from app.differences import names_of, settings_of
from app.theme import LINE_COLORS
from core.record import RunRecord
from tests.app.conftest import OpenPage, copied, texts, unescaped
from tests.app.test_attacks import EVIL


def boxes(app: AppTest) -> list[Any]:
    """The boxes in which the other runs are chosen."""
    return [box for box in app.selectbox if (box.key or "").startswith("companion:compare:")]


def chosen(app: AppTest) -> list[str]:
    return [box.value for box in boxes(app)]


def table(app: AppTest) -> dict[str, list[str]]:
    """The table of settings: what each run has, by the setting's label."""
    frame = app.table[0].value
    return {unescaped(row[0]): [unescaped(value) for value in row[1:]] for row in frame.values}


def curves(app: AppTest) -> tuple[dict[str, Any], list[list[float]]]:
    """What the browser gets for the chart: its head, and the y of each line."""
    (proto,) = (
        element.proto
        for element in app.get("bidi_component")
        if element.proto.component_name.endswith("chart")
    )
    head = json.loads(proto.mixed.json)
    (blob,) = proto.mixed.arrow_blobs.values()
    y = pa.ipc.open_stream(blob.data).read_all()["y"].to_pylist()
    lines = []
    for line in head["lines"]:
        lines.append(y[: line["count"]])
        y = y[line["count"] :]
    return head, lines


@pytest.mark.parametrize(
    ("page", "run", "beside"),
    [
        ("autoencoders", "compression", ["denoising", "sparse"]),
        ("autoencoders", "denoising", ["compression", "sparse"]),
        ("autoencoders", "sparse-mild", ["compression", "denoising"]),
        ("vae", "vae", ["vae-2d", "vae-strong-kl"]),
        ("vae", "vae-2d", ["vae", "vae-strong-kl"]),
    ],
)
def test_other_runs_of_the_gallery_stand_beside_a_run_at_first(
    page: str, run: str, beside: list[str], open_page: OpenPage
) -> None:
    app = open_page(page, run=run, view="Compare")
    assert chosen(app) == beside
    assert not app.error


def test_any_other_run_of_the_page_can_stand_beside_and_none_does_twice(
    open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "compression", "mine")
    app = open_page("autoencoders", run="compression", view="Compare")
    first, second = boxes(app)
    assert len(first.options) == 4, "denoising, both sparse ones, mine"
    assert len(second.options) == 3
    second.set_value("mine").run()
    assert chosen(app) == ["denoising", "mine"]
    boxes(app)[0].set_value("mine").run()
    assert not app.exception
    assert chosen(app) == ["mine", "denoising"]
    app.query_params["run"] = "mine"
    app.run()
    assert not app.exception
    assert "mine" not in chosen(app)
    assert len(set(chosen(app))) == 2


def test_the_table_has_only_what_differs_with_labels_and_units(open_page: OpenPage) -> None:
    app = open_page("vae", run="vae-2d", view="Compare")
    assert table(app) == {
        "Latent space (dimensions)": ["2", "10", "10"],
        "Weight of the KL term": ["0.001", "0.001", "0.01"],
    }
    app = open_page("autoencoders", run="compression", view="Compare")
    assert table(app) == {
        "Variant": ["Compression", "Denoising", "Sparse"],
        "Noise (standard deviation)": ["–", "0.2", "–"],
        "Sparsity ρ": ["–", "–", "0.01"],
        "Weight of the penalty": ["–", "–", "1"],
    }


def record(runs: Path, run_id: str, run: str = "compression", **changes: Any) -> RunRecord:
    return RunRecord(runs / copied(runs, run, run_id, **changes))


def test_runs_of_one_title_are_named_by_what_was_changed(runs: Path) -> None:
    plain = record(runs, "plain")
    code = record(runs, "code", values={"latent_dim": 2, "seed": 7, "epochs": 5})
    rate = record(runs, "rate", values={"learning_rate": 1.0, "epochs": 5})
    assert names_of([code, plain, rate]) == [
        "Compression · code size 2",
        "Compression",
        "Compression · learning rate 1",
    ]
    both = record(runs, "both", values={"latent_dim": 2, "learning_rate": 1.0, "epochs": 5})
    assert names_of([code, both]) == ["Compression", "Compression · learning rate 1"]
    titled = record(runs, "titled", title="Mine")
    assert names_of([plain, titled, code]) == ["Compression", "Mine", "Compression · code size 2"]
    again = record(runs, "again")
    assert names_of([plain, again, code]) == [
        "Compression · run 1",
        "Compression · run 2",
        "Compression · code size 2",
    ]
    wide = record(runs, "wide", values={"hidden_dims": [], "digits": 1000})
    assert settings_of(wide)["Hidden layers (units)"] == "none"
    assert settings_of(wide)["Training digits"] == "1,000"


def test_the_curves_share_what_can_be_compared(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="sparse", view="Compare")
    head, lines = curves(app)
    assert head["yTitles"] == ["Mean squared error (per pixel)"]
    assert [line["name"] for line in head["lines"]] == ["Sparse", "Compression", "Denoising"]
    assert [line["color"] for line in head["lines"]] == list(LINE_COLORS[:3])
    assert [len(line) for line in lines] == [51, 51, 51]
    last = [line[-1] for line in lines]
    # Of the sparse one the picture's part alone, not its loss of 0.0243.
    assert last == pytest.approx([0.02264, 0.00670, 0.01031], abs=5e-6)
    assert "The sparsity penalty is left out." in texts(app)
    head, lines = curves(open_page("vae", run="vae", view="Compare"))
    assert head["yTitles"] == ["Cross-entropy (nats per pixel)"]
    assert [line[-1] for line in lines] == pytest.approx([0.12659, 0.19070, 0.19088], abs=5e-6)


def test_the_only_run_stands_alone_with_a_sentence(
    open_page: OpenPage, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(runs, "compression", "mine")
    monkeypatch.setattr("core.store._ROOT", tmp_path / "without-a-gallery")
    app = open_page("autoencoders", run="mine", view="Compare")
    assert not app.error
    assert "This is the only run here with saved weights" in app.info[0].value
    assert boxes(app) == []
    assert [line["name"] for line in curves(app)[0]["lines"]] == ["Compression"]


def test_two_runs_of_the_same_settings_are_said_to_be_so(
    open_page: OpenPage, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for run_id in ("one", "other"):
        copied(runs, "vae", run_id)
    monkeypatch.setattr("core.store._ROOT", tmp_path / "without-a-gallery")
    app = open_page("vae", run="one", view="Compare")
    assert chosen(app) == ["other"]
    assert "These runs have the same settings." in texts(app)
    assert [line["name"] for line in curves(app)[0]["lines"]] == ["VAE · run 1", "VAE · run 2"]


def test_a_title_is_no_markdown_in_the_table(open_page: OpenPage, runs: Path) -> None:
    copied(runs, "sparse", "copied", title=EVIL)
    app = open_page("autoencoders", run="copied", view="Compare")
    header = str(app.table[0].value.columns[1])
    assert header != EVIL
    assert unescaped(header) == EVIL
