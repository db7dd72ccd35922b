"""Runs of many digits, whose repulsion is computed on a mesh."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load, save

from core.data.digits import Digits, all_labels, digits_at
from core.tsne.config import TSNEConfig
from core.tsne.frame import Frame, Preparation
from core.tsne.preparation import REDUCING, SEARCHING, WEIGHTING
from core.tsne.run import TSNERun

pytestmark = pytest.mark.usefixtures("one_thread")

DIGITS = 8000
VALUES: dict[str, Any] = {
    "digits": DIGITS,
    "affinity": "perplexity",
    "perplexity": 10.0,
    "start": "pca",
    "optimizers": ("gains", "sgd:lr=auto:momentum=0.9"),
    "exaggeration": 12.0,
    "exaggeration_iterations": 30,
    "iterations": 60,
    "record_limit": 1.0,
}


@pytest.fixture(scope="module")
def digits() -> Digits:
    return digits_at(torch.arange(DIGITS))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def _run(digits: Digits, cache: Path, **values: Any) -> TSNERun:
    checkpoint = values.pop("checkpoint", None)
    config = TSNEConfig(**{**VALUES, **values})
    return TSNERun(
        config, digits.pixels, digits.labels, torch.arange(DIGITS), checkpoint=checkpoint,
        cache=cache,
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(digits: Digits, cache: Path) -> list[Preparation | Frame]:
    return list(_run(digits, cache))


def test_what_comes_before_the_first_iteration_is_told(whole: list[Preparation | Frame]) -> None:
    before = [event for event in whole if isinstance(event, Preparation)]

    assert [event.phase for event in before] == [REDUCING, *[SEARCHING] * 4, WEIGHTING]
    shares = [event.share for event in before if event.phase == SEARCHING]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert before[1].row() == {
        "event": "preparation", "phase": SEARCHING, "share": round(shares[0], 3),
    }  # fmt: skip


def test_a_run_says_how_it_was_computed_and_unfolds(whole: list[Preparation | Frame]) -> None:
    frames = [event for event in whole if isinstance(event, Frame)]

    assert frames[0].row()["engine"] == "mesh"
    assert "engine" not in frames[1].row()
    assert [frame.iteration for frame in frames] == list(range(61))
    # Measured where it is kept, at checkpoints and with the quality; the logarithms take time.
    measured = [frame.iteration for frame in frames if frame.kl_divergence]
    assert measured == [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 50, 52, 56, 60]
    assert "kl_divergence" not in frames[1].row()
    for name in ("gains", "sgd"):
        assert frames[-1].kl_divergence[name] < frames[0].kl_divergence[name] - 1
        assert frames[-1].agreement[name] > frames[0].agreement[name] + 0.3
        assert frames[-1].trustworthiness[name] > 0.95
    rates = [frames[30].learning_rate["gains"], frames[31].learning_rate["gains"]]
    assert rates == [pytest.approx(DIGITS / 12 / 4), pytest.approx(DIGITS / 4)]


def test_a_resumed_run_and_more_threads_give_the_same_bits(
    digits: Digits, cache: Path, whole: list[Preparation | Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = [event for event in whole if isinstance(event, Frame)]
    left = frames[50].checkpoint()
    assert left is not None
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    again = _run(digits, cache, checkpoint=load(save(dict(left))))
    events = list(again)

    # The neighbours were on disk.
    assert [e.phase for e in events if isinstance(e, Preparation)] == [REDUCING, WEIGHTING]
    resumed = [event for event in events if isinstance(event, Frame)]
    for expected, found in zip(frames[51:], resumed, strict=True):
        assert torch.equal(expected.positions, found.positions)
        assert expected.row() == found.row()


def test_maps_may_differ_in_all_but_the_digits(digits: Digits) -> None:
    some = digits.take(slice(0, 300))
    optimizers = ("sgd", "sgd:seed=4", "sgd:start=pca:perplexity=40", "adam:exaggeration=4")
    config = TSNEConfig(
        affinity="perplexity", perplexity=15.0, optimizers=optimizers, iterations=3,
        exaggeration_iterations=2,
    )  # fmt: skip
    frames = list(TSNERun(config, some.pixels, some.labels).frames())

    start = frames[0].positions
    assert torch.equal(start[0], start[3])
    assert not torch.equal(start[0], start[1])
    assert float(start[2, :, 0].std()) == pytest.approx(1e-4, rel=1e-4)
    alone = TSNEConfig.from_dict(
        {**config.to_dict(), "optimizers": ["sgd"], "seed": 4},
    )
    (*_, last) = TSNERun(alone, some.pixels, some.labels).frames()
    assert torch.equal(frames[-1].positions[1], last.positions[0])
    row = frames[0].row()
    assert row["perplexities"]["sgd_3"]["median"] == pytest.approx(40, rel=1e-3)
    assert row["perplexity"]["median"] == pytest.approx(15, rel=1e-3)
    assert config.titles["sgd_3"] == "SGD, lr 10, start PCA, perplexity 40"


def test_all_seventy_thousand_digits_are_there() -> None:
    labels = all_labels()
    assert len(labels) == 70_000
    places = torch.tensor([0, 59_999, 60_000, 69_999, 5])
    found = digits_at(places)
    assert torch.equal(found.labels, labels[places])
    every = TSNEConfig(digits=70_000, affinity="perplexity")
    assert torch.equal(every.choose(labels), torch.arange(70_000))
    nines = TSNEConfig(digits=6_500, classes=(9,), affinity="perplexity")
    assert bool((digits_at(nines.choose(labels)).labels == 9).all())
