"""The digits that a training learns from, and those that it is tested with."""

from __future__ import annotations

from functools import lru_cache

from core.data.digits import Digits, load_digits
from core.training.config import NO_CLASS, TrainConfig


def learned_from(train: Digits, training: TrainConfig) -> Digits:
    """Return those of all training digits that a training learns from, in their order.

    They are the first ones, without the class that is held out. They share the memory where no
    class is.
    """
    first = train.take(slice(0, training.digits))
    if training.held_out == NO_CLASS:
        return first
    return first.take((first.labels != training.held_out).nonzero()[:, 0])


def training_digits(training: TrainConfig) -> Digits:
    """Return the digits that a training learns from.

    Raises:
        DigitsError: the files of its data set cannot be had.
    """
    return _learned(training.data, training.digits, training.held_out)


def learned_count(training: TrainConfig) -> int:
    """Return how many digits a training learns from.

    Raises:
        DigitsError: a class is held out, and the files of its data set cannot be had.
    """
    if training.held_out == NO_CLASS:
        return training.digits
    labels = load_digits("train", training.data).labels[: training.digits]
    return int((labels != training.held_out).sum())


# Where a class is held out the others are copied: 170 MB of 60,000 digits. So the last alone stays.
@lru_cache(maxsize=1)
def _learned(data: str, digits: int, held_out: int) -> Digits:
    training = TrainConfig(data=data, digits=digits, held_out=held_out)
    return learned_from(load_digits("train", data), training)


def test_digits(training: TrainConfig) -> Digits:
    """Return all 10,000 test digits of a training's data set, of all classes.

    Raises:
        DigitsError: the files of its data set cannot be had.
    """
    return load_digits("test", training.data)
