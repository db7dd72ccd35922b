"""What it has never seen: the numbers on the page are those of the model and of scikit-learn."""

from __future__ import annotations

import re

import torch
from sklearn.metrics import roc_auc_score

from app.digits.unseen import unseen_by
from app.server.models import TrainedModel
from app.server.novelty import reference
from core.analysis.latent import reconstruct
from core.data.data_sets import DATA_SETS, FASHION
from core.data.digits import load_digits
from core.execution.run_events import execute
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import training_settings
from tests.app.conftest import OpenPage, texts

VIEW = "What it has never seen"
COUNT = 1000


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


def test_the_errors_and_areas_of_clothes(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="compression", view=VIEW)
    said = texts(app)
    model = TrainedModel.load(RunStore().get("compression"))
    known, new = load_digits("test").pixels[:COUNT], load_digits("test", FASHION).pixels[:COUNT]
    errors = [(reconstruct(model.model, x) - x).square().mean(1) for x in (known, new)]
    area = roc_auc_score([0] * COUNT + [1] * COUNT, torch.cat(errors))
    assert f"**{errors[1].mean():.4f}** for 1,000 clothes" in said
    assert f"**{errors[0].mean():.4f}** for 1,000 test digits" in said
    assert f"{area:.3f} by error" in said
    assert "handwritten digits alone" in said


def test_digits_are_new_to_a_model_of_clothes(open_page: OpenPage) -> None:
    app = open_page("autoencoders", run="fashion-compression", view=VIEW)
    said = texts(app)
    assert "clothes alone" in said
    found = re.search(
        r"\*\*([\d.]+)\*\* for 1,000 handwritten digits and \*\*([\d.]+)\*\* for 1,000 test "
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
        assert "for 982 digits of the class 4" in said
        chosen = next(box for box in app.button_group if (box.key or "").startswith("never-seen:"))
        chosen.set_value("Clothes").run()
        assert not app.exception
        assert "for 1,000 clothes" in texts(app)

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
