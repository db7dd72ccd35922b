"""What the texts of the models claim, computed from the gallery's runs."""

from __future__ import annotations

import re

import pytest
import torch

from core.data.digits import load_digits
from core.runs.store import RunStore
from core.training.config import TrainConfig
from core.training.record import load_model
from models import MODELS, hyperparameters
from models.sparse import SparseConfig
from models.vae import VAEConfig

VAES = ("vae", "vae-2d", "vae-strong-kl")


def curve(run: str, term: str) -> list[float]:
    """Return a term on the test digits after each epoch, 0 first."""
    rows = RunStore().get(run).history()
    return [row["validation"][term] for row in rows if row["event"] == "epoch"]


@pytest.fixture(scope="module")
def average() -> float:
    """The error of a model that gives the average training digit for every test digit."""
    mean = load_digits("train").pixels.mean(dim=0)
    return (load_digits("test").pixels - mean).square().mean().item()


def test_compression_is_better_than_the_average_digit_within_three_epochs(average: float) -> None:
    # That the first outputs are one average digit is tested where trainings are.
    assert "Within three epochs loops and strokes appear." in MODELS["compression"].watch_for
    assert curve("compression", "loss")[3] < average / 2


def test_denoising_loses_the_noise_first_and_sharpens_the_strokes_later() -> None:
    text = MODELS["denoising"].watch_for
    assert "After one epoch hardly any noise is left in the output" in text
    run, digits = RunStore().get("denoising"), load_digits("test").pixels[:1000]
    model = load_model(run, 1)
    noise = torch.Generator().manual_seed(0)
    first, second = model.corrupt(digits, noise), model.corrupt(digits, noise)
    before = (first - second).square().mean()
    after = (model(first) - model(second)).square().mean()
    assert after < 0.02 * before
    assert "They get sharper until the last epoch." in text
    errors = curve("denoising", "loss")
    assert errors[1] > 2 * errors[10] > 3 * errors[50]
    assert errors[50] == min(errors)


def test_sparse_stays_at_the_average_digit_for_ten_epochs(average: float) -> None:
    text = MODELS["sparse"].watch_for
    assert "every output is the average digit for ten epochs or more" in text
    errors = curve("sparse", "reconstruction")
    assert errors[1:11] == pytest.approx([average] * 10, rel=0.02)
    assert errors[50] < average / 2
    assert hyperparameters(SparseConfig)["sparsity_weight"].default == 1.0
    assert "With a weight of 1, as in the exercise's own solution" in text


@pytest.mark.parametrize("run", VAES)
def test_the_kl_of_a_vae_falls_before_it_rises(run: str) -> None:
    text = MODELS["vae"].watch_for
    assert "The KL to the prior falls from epoch 1 to 2. Later it rises" in text
    kl = curve(run, "kl_to_prior")
    assert kl[2] < kl[1]
    lowest = kl.index(min(kl[2:]))
    assert lowest < 10
    assert kl[50] == pytest.approx(max(kl[lowest:]), rel=0.02)
    assert kl[50] > 1.2 * kl[lowest]


def test_a_larger_kl_weight_gives_a_smaller_kl_and_blurrier_pictures() -> None:
    rule = hyperparameters(VAEConfig)["kl_weight"]
    assert "A larger weight gives a smaller KL and blurrier pictures" in rule.help
    assert curve("vae-strong-kl", "kl_to_prior")[50] < curve("vae", "kl_to_prior")[50] / 2
    assert curve("vae-strong-kl", "cross_entropy")[50] > 1.2 * curve("vae", "cross_entropy")[50]


def test_a_small_weight_of_the_sparsity_penalty_is_mild() -> None:
    rule = hyperparameters(SparseConfig)["sparsity_weight"]
    assert "uses 1, which is strict; 0.01 is mild" in rule.help
    assert curve("sparse-mild", "reconstruction")[50] < 0.6 * curve("sparse", "reconstruction")[50]


def test_no_text_of_a_model_speaks_in_metaphors() -> None:
    for spec in MODELS.values():
        rules = hyperparameters(spec.config).values()
        texts = [spec.summary, spec.watch_for, *(rule.help for rule in rules)]
        found = re.findall(r"\b(speak|silent|loud|dare|whisper)\w*", " ".join(texts).lower())
        assert found == [], spec.title


def test_a_form_shows_three_settings_of_each_model() -> None:
    for name, spec in MODELS.items():
        known = {**hyperparameters(spec.config), **hyperparameters(TrainConfig)}
        assert len(spec.main_settings) == 3, name
        assert all(known[setting].shown for setting in spec.main_settings)
