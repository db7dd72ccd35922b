"""The digits that a training learns from: those of its data set, without the class held out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import FashionMNIST

from core.data.data_sets import DATA_SETS, FASHION, MNIST
from core.data.digits import Digits, load_digits
from core.data.shipped import unpacked
from core.execution import execute
from core.runs.record import RunRecord
from core.training.config import NO_CLASS, TrainConfig
from core.training.learned_digits import learned_from
from core.training.learned_digits import test_digits as digits_for_tests
from core.training.record import load_model, read_configs, read_weights
from tests.core.conftest import MakeRun, content
from tests.support.small_training import epochs, run, same

pytestmark = pytest.mark.usefixtures("one_thread")

HELD_OUT = 3


@pytest.fixture(scope="module")
def clothes() -> FashionMNIST:
    """The training pictures as torchvision reads them."""
    return FashionMNIST(unpacked(DATA_SETS[FASHION]), train=True)


@pytest.mark.parametrize("digits", [1000, 60_000])
def test_a_class_held_out_is_not_among_them(clothes: FashionMNIST, digits: int) -> None:
    training = TrainConfig(data=FASHION, digits=digits, held_out=HELD_OUT)
    labels = clothes.targets.numpy()[:digits]
    rows = np.flatnonzero(labels != HELD_OUT)
    found = learned_from(load_digits("train", FASHION), training)
    assert found.labels.tolist() == labels[rows].tolist()
    assert torch.equal((found.pixels * 255).round().to(torch.uint8), clothes.data[rows].flatten(1))
    assert len(found) == len(rows)
    assert len(rows) < digits
    assert len(digits_for_tests(training)) == 10_000
    assert HELD_OUT in digits_for_tests(training).labels


def test_without_one_they_are_the_first_and_share_the_memory() -> None:
    for data in (MNIST, FASHION):
        training, every = TrainConfig(data=data, digits=2000), load_digits("train", data)
        found = learned_from(every, training)
        assert found.pixels.data_ptr() == every.pixels.data_ptr()
        assert torch.equal(found.labels, every.labels[:2000])


def test_what_is_counted_is_what_is_trained_on(train_digits: Digits, test_digits: Digits) -> None:
    training = run(train_digits, test_digits, held_out=HELD_OUT)
    learned = learned_from(train_digits, training.training)
    assert len(training.train) == len(learned) < 1000
    assert torch.equal(training.train.labels, learned.labels)
    assert HELD_OUT in training.test.labels


def test_a_class_held_out_has_no_effect_on_the_weights(
    train_digits: Digits, test_digits: Digits
) -> None:
    """Pictures that would end the training as soon as it saw one, and then none of them at all."""
    held_out = train_digits.labels == HELD_OUT
    pixels = train_digits.pixels.clone()
    pixels[held_out] = torch.nan
    broken = Digits(pixels, train_digits.labels, train_digits.name)
    without = train_digits.take(slice(0, 1000))
    without = without.take((without.labels != HELD_OUT).nonzero()[:, 0])
    first, second, third, usual = (
        epochs(run(train, test_digits, held_out=held_out))[-1].weights
        for train, held_out in (
            (train_digits, HELD_OUT),
            (broken, HELD_OUT),
            (without, NO_CLASS),
            (train_digits, NO_CLASS),
        )
    )
    assert same(first, second)
    assert same(first, third)
    assert not same(first, usual)
    with pytest.raises(FloatingPointError):
        epochs(run(broken, test_digits))


@pytest.mark.parametrize("data", [MNIST, FASHION])
def test_a_resumed_run_without_a_class_ends_with_the_same_weights(data: str) -> None:
    train, test = load_digits("train", data), load_digits("test", data).take(slice(0, 500))
    whole = epochs(run(train, test, data=data, held_out=HELD_OUT))
    for stopped in whole[:-1]:
        rest = epochs(run(train, test, checkpoint=stopped.checkpoint(), held_out=HELD_OUT))
        assert same(rest[-1].weights, whole[-1].weights)
        assert rest[-1].validation == whole[-1].validation


def compute(record: RunRecord) -> RunRecord:
    execute(str(record.folder), record.state.submitted_at)
    assert record.state.status == "done", record.state.error
    return record


def test_a_run_of_clothes_learns_clothes(make_run: MakeRun) -> None:
    clothes = compute(make_run(data=FASHION, held_out=HELD_OUT))
    digits = compute(make_run(held_out=HELD_OUT))
    first, second = (read_weights(record, 0) for record in (clothes, digits))
    assert same(first, second), "the same seed"
    assert not same(read_weights(clothes, 3), read_weights(digits, 3))
    reference = FashionMNIST(unpacked(DATA_SETS[FASHION]), train=False).data.flatten(1) / 255
    with torch.no_grad():
        rebuilt = load_model(clothes, 3)(reference)
    *_, last = clothes.history()
    error = float((rebuilt - reference).square().mean())
    assert last["validation"]["loss"] == pytest.approx(error, rel=1e-5)
    with torch.no_grad():
        of_digits = float((load_model(digits, 3)(reference) - reference).square().mean())
    assert of_digits > error, "a model of digits rebuilds clothes worse"


@pytest.mark.usefixtures("few_test_digits")
def test_a_run_of_before_there_were_data_sets_goes_on_as_one_of_mnist(make_run: MakeRun) -> None:
    today, before = make_run(), make_run()
    path = Path(before.folder) / "run.json"
    request = json.loads(path.read_text())
    for name in ("data", "held_out"):
        del request["settings"]["training"][name]
    path.write_text(json.dumps(request))
    before = RunRecord(before.folder)
    training = read_configs(before)[2]
    assert (training.data, training.held_out) == (MNIST, NO_CLASS)
    assert content(compute(before)) == content(compute(today))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("data", "faces", r"data \(='faces'\) must be one of: mnist, fashion"),
        ("held_out", 10, r"held_out \(=10\) must be one of: -1, 0"),
        ("held_out", True, r"held_out \(=True\) must be a whole number"),
    ],
)
def test_what_there_is_not_is_a_sentence(name: str, value: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        TrainConfig.from_dict({name: value})


def test_memory_is_copied_only_where_a_class_is_held_out() -> None:
    every = load_digits("train", FASHION)
    held_out = learned_from(every, TrainConfig(data=FASHION, held_out=HELD_OUT))
    assert held_out.pixels.data_ptr() != every.pixels.data_ptr()
    assert len(held_out) == 54_000
