"""What the code is worth, on both pages of trained models."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from streamlit.testing.v1 import AppTest

from app.server import code_worth as server
from app.server.shared import store
from app.views.code_worth_figures import CLASSIFIERS, csv_of
from core.analysis.latent import encode
from core.data.digits import Digits, load_digits
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.training import code_worth
from core.training.code_worth import DRAWS, STARTS, labelled
from core.training.code_worth_files import CODE_WORTH
from core.training.config import TrainConfig
from core.training.record import load_model
from tests.app.conftest import OpenPage, copied, texts, unescaped
from tests.conftest import until

VIEW = "What the code is worth"
MODELS = [("autoencoders", "compression"), ("vae", "vae")]


def charts(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def ends(chart: dict[str, Any]) -> dict[str, float]:
    """The last value of each curve."""
    return {line["name"]: line["y"][-1] for line in chart["data"]}


# Both stop after a hundred iterations.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("page", "run"), MODELS)
def test_the_sentence_says_what_scikit_learn_reads(
    page: str, run: str, open_page: OpenPage
) -> None:
    said = texts(open_page(page, run=run, view=VIEW))
    found = re.search(
        r"With 100 labels a \[linear classifier\]\(glossary#linear-probe\) reads "
        r"\*\*([\d.]+) %\*\* of the test digits from the code's (\d+) numbers; "
        r"from PCA's \d+ numbers ([\d.]+) %, from all 784 pixels ([\d.]+) %\.",
        said,
    )
    assert found
    model = load_model(store().get(run), 50)
    train, test = load_digits("train"), load_digits("test")
    codes, asked = encode(model, train.pixels).numpy(), encode(model, test.pixels).numpy()
    assert int(found[2]) == codes.shape[1]
    pixels, asked_pixels = train.pixels.numpy(), test.pixels.numpy()
    for points, queries, number in ((codes, asked, 1), (pixels, asked_pixels, 4)):
        unit = np.sqrt(points.var(axis=0).mean())
        read: list[float] = []
        for draw in range(DRAWS):
            rows = labelled(train.labels, 100, draw).numpy()
            reference = LogisticRegression().fit(points[rows] / unit, train.labels[rows])
            read.append(float(reference.score(queries / unit, test.labels)))
        assert float(found[number]) == pytest.approx(100 * np.mean(read), abs=0.5)
    assert ("the mean of the [posterior]" in said) == (page == "vae")


@pytest.mark.parametrize(("page", "run"), MODELS)
def test_each_chart_has_the_code_beside_pca_and_pixels(
    page: str, run: str, open_page: OpenPage
) -> None:
    app = open_page(page, run=run, view=VIEW)
    numbers = store().get(run).request.settings["config"]["latent_dim"]
    probe, neighbours, epochs = charts(app)
    names = [f"code, {numbers} numbers", f"PCA, {numbers} numbers", "784 pixels"]
    for chart in (probe, neighbours):
        assert [line["name"] for line in chart["data"]] == names
        assert chart["data"][0]["x"] == [10, 100, 1000, 60_000]
        assert chart["layout"]["xaxis"]["type"] == "log"
        assert chart["layout"]["xaxis"]["ticktext"] == ["10", "100", "1,000", "60,000"]
        assert all(20 < value < 100 for line in chart["data"] for value in line["y"])
        # On a logarithmic axis words stand at a power of ten.
        assert chart["layout"]["annotations"][-1]["x"] == pytest.approx(np.log10(60_000))
    known = server.worths_of(store().get(run), 50).epochs[50].readings[1]
    assert probe["data"][0]["y"][1] == pytest.approx(100 * np.mean(known.probe))
    assert neighbours["data"][0]["y"][1] == pytest.approx(100 * np.mean(known.neighbours))
    assert epochs["data"][0]["x"] == [0, 1, 2, 5, 10, 20, 50]
    assert epochs["data"][0]["y"][-1] == pytest.approx(probe["data"][0]["y"][1])
    assert epochs["data"][1]["y"] == [probe["data"][1]["y"][1]] * 2


def test_another_number_of_labels_is_shown_by_epoch(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view=VIEW)
    assert "With 100 labels the most is read after epoch" in texts(app)
    app.segmented_control(key="worth:classifier").set_value(CLASSIFIERS[1])
    app.segmented_control(key="worth:count:60000").set_value(60_000).run()
    assert not app.exception
    _, neighbours, epochs = charts(app)
    assert ends(epochs) == pytest.approx(ends(neighbours))
    read = dict(zip(epochs["data"][0]["x"], epochs["data"][0]["y"], strict=True))
    best = max(read, key=lambda epoch: read[epoch])
    words = f"With all 60,000 labels the most is read after epoch {best}: {read[best]:.1f} %"
    assert f"{words}; from the untrained code {read[0]:.1f} %." in texts(app)


def test_an_earlier_epoch_reads_less(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view=VIEW)
    last = ends(charts(app)[0])
    app.select_slider[0].set_value(0).run()
    first = ends(charts(app)[0])
    assert first["code, 32 numbers"] < last["code, 32 numbers"]
    assert first["784 pixels"] == last["784 pixels"]
    table = app.table[0].value
    assert "Code, 32 numbers, after epoch 0" in table.to_string()


def test_the_file_has_every_number(open_page: OpenPage) -> None:
    open_page("autoencoders", run="compression", view=VIEW)
    worths = server.worths_of(store().get("compression"), 50)
    rows = [*csv.DictReader(csv_of(worths).splitlines())]
    # Seven epochs, PCA and pixels: two classifiers, and two measures of clusters.
    assert len(rows) == 9 * (2 * (3 * DRAWS + 1) + 2 * STARTS)
    own = [
        float(row["value"])
        for row in rows
        if (row["what"], row["epoch"], row["labels"]) == ("code", "50", "100")
        and row["measure"].startswith("linear probe")
    ]
    assert own == pytest.approx(list(worths.epochs[50].readings[1].probe))


@pytest.fixture
def fresh(open_page: OpenPage, runs: Path, monkeypatch: pytest.MonkeyPatch) -> RunRecord:
    """A run of which nothing is known, on a thousand digits, tested on few."""

    def few_of(training: TrainConfig) -> Digits:
        return load_digits("test", training.data).take(slice(0, 300))

    monkeypatch.setattr(code_worth, "test_digits", few_of)
    copied(runs, "vae-2d", "mine", values={"digits": 1000})
    for epoch in (1, 2, 5, 10, 20):
        (runs / "mine" / f"epoch-{epoch:03d}.safetensors").unlink()
    return RunRecord(runs / "mine")


def test_what_is_not_known_is_measured_while_it_is_looked_at(
    fresh: RunRecord, open_page: OpenPage
) -> None:
    app = open_page("vae", run="mine", view=VIEW)
    assert "will stand here when it is measured" in texts(app)
    assert app.get("progress")
    assert len(charts(app)) == 3
    until(lambda: not server.worths_of(fresh, 50).missing, 120)
    app.run()
    assert not app.exception
    said = texts(app)
    assert "from the code's 2 numbers; from PCA's 2 numbers" in said
    assert not app.get("progress")
    assert charts(app)[0]["data"][0]["x"] == [10, 100, 1000]
    assert charts(app)[2]["data"][0]["x"] == [0, 50]
    assert (fresh.folder / CODE_WORTH).exists()
    # Nothing is measured after a restart.
    server._queue.cache_clear()
    app = open_page("vae", run="mine", view=VIEW)
    assert texts(app) == said


def test_a_run_that_is_deleted_meanwhile_is_a_sentence(
    fresh: RunRecord, open_page: OpenPage
) -> None:
    app = open_page("vae", run="mine", view=VIEW)
    store().delete("mine", local_user())
    app.run()
    assert not app.exception
    assert "There is no run mine here" in texts(app)
    assert not fresh.folder.exists()


def test_a_damaged_epoch_is_a_sentence(fresh: RunRecord, open_page: OpenPage) -> None:
    shutil.copy(fresh.folder / "state.json", fresh.folder / "epoch-007.safetensors")
    app = open_page("vae", run="mine", view=VIEW)
    until(lambda: not server.worths_of(fresh, 50).missing, 120)
    app.run()
    assert not app.exception
    (warning,) = app.warning
    assert unescaped(warning.value).startswith("epoch-007.safetensors of run mine is damaged")
    fresh.folder.joinpath("epoch-007.safetensors").unlink()
    next(each for each in app.button if each.label == "Measure again").click().run()
    assert not app.exception
    assert not app.warning
