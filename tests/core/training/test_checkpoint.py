"""Weights that depend on the seed alone, also when a run is stopped and goes on."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor

from core.data.digits import Digits
from core.training.events import Epoch
from core.training.run import _generator
from models import MODELS, build
from tests.support.small_training import epochs, run, same

pytestmark = pytest.mark.usefixtures("one_thread")


def test_kept_weights_do_not_change_while_the_training_goes_on(
    train_digits: Digits, test_digits: Digits
) -> None:
    untrained = build("compression", MODELS["compression"].config(), seed=0).state_dict()
    first, *_ = epochs(run(train_digits, test_digits))
    assert same(first.weights, untrained)


def test_the_same_seed_gives_the_same_weights_and_another_one_others(
    train_digits: Digits, test_digits: Digits
) -> None:
    torch.manual_seed(1)
    first = epochs(run(train_digits, test_digits, seed=7))
    torch.manual_seed(2)
    global_state = torch.get_rng_state()
    again = epochs(run(train_digits, test_digits, seed=7))
    assert torch.equal(torch.get_rng_state(), global_state), "it draws from the global generator"
    other = epochs(run(train_digits, test_digits, seed=8))
    assert same(first[-1].weights, again[-1].weights)
    assert not same(first[-1].weights, other[-1].weights)
    assert [event.validation for event in first] == [event.validation for event in again]


def test_neighbouring_seeds_share_no_stream() -> None:
    streams = [(seed, stream) for seed in range(4) for stream in ("training", "validation")]
    drawn = [torch.rand(8, generator=_generator(*stream)).tolist() for stream in streams]
    assert len({tuple(numbers) for numbers in drawn}) == len(streams)


def test_runs_in_two_threads_do_not_touch_each_other(
    train_digits: Digits, test_digits: Digits
) -> None:
    together = threading.Barrier(2, timeout=60)
    weights: dict[int, Mapping[str, Tensor] | None] = {}

    def train(seed: int) -> None:
        for event in run(train_digits, test_digits, seed=seed):
            together.wait()  # event by event, so that they do overlap
            if isinstance(event, Epoch):
                weights[seed] = event.weights

    threads = [threading.Thread(target=train, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in (1, 2):
        alone = epochs(run(train_digits, test_digits, seed=seed))[-1]
        assert same(weights[seed], alone.weights)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        *((model, {}) for model in MODELS),
        ("compression", {"optimizer": "sgd", "learning_rate": 10.0}),
        ("compression", {"optimizer": "sgd", "learning_rate": 10.0, "momentum": 0.0}),
        ("vae", {"optimizer": "sgd", "learning_rate": 0.5, "momentum": 0.99}),
        ("denoising", {"tied_weights": True, "loss": "cross_entropy", "activation": "tanh"}),
        ("vae", {"kl_warmup": 2, "kl_weight": 0.1}),
    ],
)
def test_a_continued_run_ends_as_if_it_had_never_stopped(
    train_digits: Digits, test_digits: Digits, model: str, values: dict[str, Any]
) -> None:
    whole = epochs(run(train_digits, test_digits, model=model, **values))
    # From epoch 1 twice, since the first time might spoil what it goes on from.
    for stopped in (*whole, whole[1]):
        rest = run(
            train_digits,
            test_digits,
            model=model,
            checkpoint=stopped.checkpoint_tensors,
            **values,
        )
        events = epochs(rest)
        assert [event.epoch for event in events] == list(range(stopped.epoch + 1, 4))
        for event, expected in zip(events, whole[stopped.epoch + 1 :], strict=True):
            assert event.train == expected.train
            assert event.validation == expected.validation
            assert same(event.checkpoint_tensors, expected.checkpoint_tensors)
