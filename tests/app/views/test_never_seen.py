"""What it has never seen: the numbers on the page are those of the model and of scikit-learn."""

from __future__ import annotations

import re
from typing import Any

import pytest
import streamlit as st
import torch
from sklearn.metrics import roc_auc_score, roc_curve
from torch import Tensor

from app.digits.unseen import unseen_by
from app.server.models import TrainedModel
from app.server.novelty import reference
from app.views import never_seen
from app.views.never_seen_charts import errors_figure
from app.views.never_seen_scores import SCORED, Scores
from core.analysis.latent import encode, reconstruct, reconstruction_errors
from core.data.data_sets import DATA_SETS, FASHION
from core.data.digits import load_digits
from core.execution.run_events import execute
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import training_settings
from tests.app.conftest import OpenPage, texts

VIEW = "What it has never seen"


def _held_out(label: int, data: str = "mnist") -> RunRecord:
    """Train a small model without one class."""
    training = {"epochs": 1, "digits": 2000, "held_out": label, "data": data}
    record = RunStore().create(
        "train", training_settings("compression", {"hidden_dims": [32]}, training), title="Small"
    )
    record.set_state(status="pending")
    execute(str(record.folder), record.state.submitted_at)
    assert record.state.status == "done"
    return record


def test_the_errors_areas_and_alarms_of_clothes(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view=VIEW)
    said = texts(app)
    model = TrainedModel.load(RunStore().get("compression"))
    known = load_digits("test").pixels
    chosen = torch.randperm(len(known), generator=torch.Generator().manual_seed(0))[:SCORED]
    new = load_digits("test", FASHION).pixels[chosen]
    errors = [(reconstruct(model.model, x) - x).square().mean(1) for x in (known, new)]
    assert f"**{errors[1].mean():.4f}** for 2,000 clothes" in said
    assert f"**{errors[0].mean():.4f}** for 10,000 test digits" in said
    assert "handwritten digits alone" in said
    judge = reference(model)
    judged = judge.judge(errors[1], encode(model.model, new))
    _assert_areas(
        said,
        errors=(errors[0], errors[1]),
        distances=(judge.distances, torch.tensor([each.distance for each in judged])),
        scores=(
            torch.searchsorted(judge.scores, judge.scores) / len(judge.scores),
            torch.tensor([each.percentile for each in judged]),
        ),
    )


def _assert_areas(said: str, **columns: tuple[Tensor, Tensor]) -> None:
    """Hold the areas and the alarms of a page against scikit-learn's."""
    names = ("error", "distance of the code", "novelty score")
    for name, (known, new) in zip(names, columns.values(), strict=True):
        labels, values = [0] * len(known) + [1] * len(new), torch.cat([known.double(), new])
        assert f"{roc_auc_score(labels, values):.3f} by {name}" in said
        false, true, _ = roc_curve(labels, values, drop_intermediate=False)
        assert f"{100 * true[false <= 0.05].max():.0f} % by {name}" in said


def test_digits_are_new_to_a_model_of_clothes(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="fashion-compression", view=VIEW)
    said = texts(app)
    assert "clothes alone" in said
    found = re.search(
        r"\*\*([\d.]+)\*\* for 2,000 handwritten digits and \*\*([\d.]+)\*\* for 10,000 test "
        r"pictures of clothes",
        said,
    )
    assert found is not None
    assert float(found[1]) > 2 * float(found[2])


class TestHeldOut:
    def test_is_offered_first_and_is_not_known(self, runs: object, open_page: OpenPage) -> None:
        record = _held_out(4)
        model = TrainedModel.load(record)
        groups = unseen_by(model)
        assert [group.title for group in groups] == ["4 (held out)", "Clothes"]
        labels = load_digits("test").labels
        assert bool((labels[groups[0].indices()] == 4).all())
        assert len(groups[0].indices()) == int((labels == 4).sum())
        known = reference(model)
        assert len(known.errors) == int((labels != 4).sum())
        assert len(known.training_codes) == int((load_digits("train").labels != 4).sum())
        app = open_page("autoencoders", run=record.id, view=VIEW)
        said = texts(app)
        assert "handwritten digits without the class 4 alone" in said
        errors = reconstruction_errors(model.model, load_digits("test").pixels)
        assert f"**{errors[labels == 4].mean():.4f}** for 982 digits of the class 4" in said
        others = f"**{errors[labels != 4].mean():.4f}** for 9,018 test digits of the other nine"
        assert others in said
        chosen = next(box for box in app.button_group if (box.key or "").startswith("never-seen:"))
        chosen.set_value("Clothes").run()
        assert not app.exception
        assert "for 2,000 clothes" in texts(app)

    def test_of_clothes_has_its_name(self, runs: object) -> None:
        model = TrainedModel.load(_held_out(9, FASHION))
        first, second = unseen_by(model)
        assert (first.title, first.words) == (
            "Ankle boot (held out)",
            "pictures of the class Ankle boot",
        )
        assert second.data is DATA_SETS["mnist"]


def test_the_pictures_in_reconstruct_and_denoise(open_page: OpenPage) -> None:
    for view, key in (("Reconstruct", "reconstruct"), ("Denoise", "denoise")):
        app = open_page("autoencoders", run="denoising", view=view)
        ways = next(box for box in app.button_group if (box.key or "").startswith(f"{key}:way"))
        assert "Never seen" in ways.options
        ways.set_value("Never seen").run()
        assert not app.exception


def test_a_variational_autoencoder(open_page: OpenPage) -> None:
    said = texts(open_page("vae", run="vae", view=VIEW))
    assert re.search(r"0\.9\d\d by error", said)


def test_an_area_below_a_half_is_explained(open_page: OpenPage) -> None:
    model = TrainedModel.load(RunStore().get("compression"))
    low, high = torch.linspace(0, 0.1, 50), torch.linspace(0.2, 0.3, 50)
    scores = Scores(
        known={"error": high, "distance": low, "percentile": low},
        new={"error": low, "distance": high, "percentile": high},
    )
    said = never_seen._in_words(high, low, scores.curves, model, unseen_by(model)[0])
    assert "0.000 by error, 1.000 by distance of the code, 1.000 by novelty score" in said
    assert "by error, the model finds the clothes less unusual than the test digits" in said
    assert "0 % by error, 100 % by distance" in said


def test_the_shares_of_the_error_chart_are_of_all_pictures(open_page: OpenPage) -> None:
    model = TrainedModel.load(RunStore().get("compression"))
    known, new = torch.rand(400) / 50, torch.rand(100) / 10
    figure = errors_figure(known, new, model, unseen_by(model)[0])
    lines: list[Any] = list(figure.data)
    assert [line.name for line in lines] == ["test digits", "clothes"]
    for line, errors in zip(lines, (known, new), strict=True):
        kept = (errors <= torch.cat([known, new]).quantile(0.995)).double().mean()
        assert sum(line.y) == pytest.approx(100 * float(kept))
        (name,) = (one for one in figure.layout.annotations if one.text == line.name)
        assert name.y == max(line.y), "its name stands where only this line is"
    assert figure.layout.xaxis.range[0] == 0


@pytest.mark.parametrize(
    ("share", "said"),
    [(1.0, "100 %"), (0.9999, "99.9 %"), (0.99, "99.0 %"), (0.989, "98 %"), (0.0, "0 %")],
)
def test_only_all_are_a_hundred_percent(share: float, said: str) -> None:
    assert never_seen._percent(share) == said


def test_a_model_whose_numbers_overflow_is_explained(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    infinite = torch.full((10_000,), float("inf"))
    monkeypatch.setattr(TrainedModel, "test_errors", property(lambda _: infinite))
    st.cache_resource.clear()
    app = open_page("autoencoders", run="compression", view=VIEW)
    assert "must be there and finite; choose an epoch" in "".join(box.value for box in app.error)
    st.cache_resource.clear()
