"""Measure what codes are worth: how well labels are read from them, and how they cluster."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, Literal

import torch
from torch import Tensor

from core.analysis.clusters import (
    adjusted_rand_index,
    k_means,
    normalised_mutual_information,
    spread_starts,
)
from core.analysis.latent import encode
from core.analysis.linear_probe import Scaling, linear_probe, no_pause
from core.analysis.neighbours import nearest_neighbour_accuracy
from core.data.data_sets import CLASSES
from core.data.digits import Digits, load_digits
from core.runs.record import RunError, RunRecord
from core.training.config import TrainConfig
from core.training.learned_digits import test_digits
from core.training.record import load_model
from core.training.yardsticks import pca_of

#: So many digits have a label, and then all that the run learns from.
LABELS = (10, 100, 1000)
#: So many times other digits get the labels: with few of them much depends on which.
DRAWS = 10
#: So many times k-means begins from other centres.
STARTS = 10
#: So many nearest neighbours vote.
NEIGHBOURS = 5
#: So many digits are encoded before others may have their turn.
_ENCODED = 10_000

Pause = Callable[[], None]
#: What is measured: the codes after an epoch, or what they are compared with.
Kind = int | Literal["PCA", "pixels"]
OF_PCA: Final = "PCA"
OF_PIXELS: Final = "pixels"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is read of the test digits with so many labels: a share of them for each draw, 0 to 1.

    `probe` are the shares of a linear probe, `neighbours` those of the k nearest neighbours.
    """

    labels: int
    probe: tuple[float, ...]
    neighbours: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class CodeWorth:
    """What one kind of code is worth; also pixels and principal components count as codes.

    `rand` and `information` are the adjusted Rand index and the normalised mutual information of
    the test digits' ten k-means clusters with their labels, for each start.
    """

    readings: tuple[Reading, ...]
    rand: tuple[float, ...]
    information: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Coded:
    """The training digits that a run learns from, and all test digits, as codes: (N, D) float32."""

    train: Tensor
    test: Tensor


def label_counts(digits: int) -> tuple[int, ...]:
    """Return how many of so many training digits have a label, ascending; the last is all."""
    return (*(count for count in LABELS if count < digits), digits)


def draws_of(labels: int, digits: int) -> int:
    """Return how often so many of the digits are drawn to have a label: once if it is all."""
    return 1 if labels == digits else DRAWS


def labelled(labels: Tensor, count: int, draw: int) -> Tensor:
    """Return the indices of the digits that have a label in a draw, (count,).

    They are as many of each class: one of each where the count is 10. Where a class has fewer, the
    rest is drawn from all others. The same draw is the same digits for every kind of code.

    Args:
        labels: Those of all training digits of a run, (N,).
        count: How many are drawn, a multiple of 10 up to N; N itself gives all in their order.
        draw: The number of the draw, from 0 on.
    """
    if count == len(labels):
        return torch.arange(count)
    generator = torch.Generator().manual_seed(draw)
    shuffled = torch.randperm(len(labels), generator=generator)
    chosen = torch.zeros(len(labels), dtype=torch.bool)
    for label in range(CLASSES):
        chosen[shuffled[labels[shuffled] == label][: count // CLASSES]] = True
    left = shuffled[~chosen[shuffled]]
    chosen[left[: count - int(chosen.sum())]] = True
    return chosen.nonzero()[:, 0]


def codes_of(
    kind: Kind, record: RunRecord, training: TrainConfig, numbers: int, pause: Pause = no_pause
) -> Coded:
    """Return the codes of a run's digits after an epoch, or what they are compared with.

    The code of a VAE is the mean of its posterior.

    Args:
        kind: The epoch; or PCA of the run's training digits with as many numbers, or the pixels.
        record: The run.
        training: How it is trained.
        numbers: How many numbers its codes have.
        pause: As in `measure`.

    Raises:
        RunError: the weights cannot be used, or some codes are NaN or infinite.
    """
    train, test = (digits.pixels for digits in _digits_of(training))
    if kind == OF_PIXELS:
        return Coded(train=train, test=test)
    if kind == OF_PCA:
        pca = pca_of(training)
        return Coded(train=pca.encode(train, numbers), test=pca.encode(test, numbers))
    model = load_model(record, kind)
    parts: list[Tensor] = []
    for part in (*train.split(_ENCODED), test):
        pause()
        parts.append(encode(model, part))
    if not all(bool(part.isfinite().all()) for part in parts):
        raise RunError(
            f"Run {record.id} gives some digits codes that are NaN or infinite after epoch {kind}; "
            "choose another epoch, or train it with a smaller learning rate."
        )
    return Coded(train=torch.cat(parts[:-1]), test=parts[-1])


def _digits_of(training: TrainConfig) -> tuple[Digits, Digits]:
    """Return the digits that may have a label, and those that are read.

    Both are of all classes: a code can tell a class apart that was held out of training.
    """
    train = load_digits("train", training.data).take(slice(0, training.digits))
    return train, test_digits(training)


def measure(
    coded: Coded, training: TrainConfig, pause: Pause = no_pause
) -> Generator[float, None, CodeWorth]:
    """Measure what the codes of a training's digits are worth; yield the share done, 0 to 1.

    `pause` is called before every small step; see `core.analysis.linear_probe.linear_probe`.
    """
    digits = len(coded.train)
    labels, wanted = (digits.labels for digits in _digits_of(training))
    scaling = Scaling.of(coded.train)
    counts = label_counts(digits)
    parts = 2 * sum(draws_of(count, digits) for count in counts) + STARTS
    done = 0
    readings: list[Reading] = []
    for count in counts:
        probe: list[float] = []
        neighbours: list[float] = []
        for draw in range(draws_of(count, digits)):
            rows = labelled(labels, count, draw)
            # All of them share the memory of the codes.
            points = coded.train if count == digits else coded.train[rows]
            fitted = linear_probe(points, labels[rows], scaling, pause)
            probe.append(fitted.accuracy(coded.test, wanted))
            yield (done := done + 1) / parts
            neighbours.append(
                nearest_neighbour_accuracy(
                    points, labels[rows], coded.test, wanted, NEIGHBOURS, pause
                )
            )
            yield (done := done + 1) / parts
        readings.append(Reading(labels=count, probe=tuple(probe), neighbours=tuple(neighbours)))
    rand: list[float] = []
    information: list[float] = []
    for start in range(STARTS):
        centres = spread_starts(coded.test, CLASSES, torch.Generator().manual_seed(start))
        clusters = k_means(coded.test, centres, pause)
        rand.append(adjusted_rand_index(clusters, wanted))
        information.append(normalised_mutual_information(clusters, wanted))
        yield (done := done + 1) / parts
    return CodeWorth(readings=tuple(readings), rand=tuple(rand), information=tuple(information))
