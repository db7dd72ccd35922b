"""The digits that a training learns from, and those that it is tested with."""

from __future__ import annotations

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


def learned_count(training: TrainConfig) -> int:
    """Return how many digits a training learns from.

    Raises:
        DigitsError: a class is held out, and the files of the data set cannot be had.
    """
    if training.held_out == NO_CLASS:
        return training.digits
    labels = load_digits("train", training.data).labels[: training.digits]
    return int((labels != training.held_out).sum())


def test_digits(training: TrainConfig) -> Digits:
    """Return all 10,000 test digits of a training's data set, of all classes.

    Raises:
        DigitsError: the files of its data set cannot be had.
    """
    return load_digits("test", training.data)
