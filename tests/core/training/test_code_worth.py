"""What codes are worth: which digits get labels, and the numbers beside scikit-learn's."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA as ReferencePCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.neighbors import KNeighborsClassifier

from core.analysis.clusters import spread_starts
from core.data.data_sets import FASHION
from core.data.digits import Digits, load_digits
from core.runs.record import RunError, RunRecord
from core.training import code_worth
from core.training.code_worth import (
    DRAWS,
    OF_PCA,
    OF_PIXELS,
    STARTS,
    Coded,
    CodeWorth,
    codes_of,
    label_counts,
    labelled,
    measure,
)
from core.training.config import TrainConfig
from core.training.record import load_model
from tests.support.generators import returned

pytestmark = pytest.mark.usefixtures("one_thread")

DIGITS, NUMBERS = 1000, 32
TRAINING = TrainConfig(digits=DIGITS)


def few_of(training: TrainConfig) -> Digits:
    """Take the first test digits alone."""
    return load_digits("test", training.data).take(slice(0, 500))


@pytest.fixture(autouse=True)
def few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_worth, "test_digits", few_of)


@pytest.fixture(scope="module")
def worth() -> CodeWorth:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code_worth, "test_digits", few_of)
        done, found = returned(measure(_pca(), TRAINING))
    assert done == sorted(done)
    assert done[-1] == 1.0
    return found


def _pca() -> Coded:
    train, test = load_digits("train").pixels[:DIGITS], load_digits("test").pixels[:500]
    reference = ReferencePCA(16, svd_solver="full").fit(train)
    return Coded(
        train=torch.from_numpy(reference.transform(train)).float(),
        test=torch.from_numpy(reference.transform(test)).float(),
    )


def test_what_is_read_is_what_scikit_learn_reads(worth: CodeWorth) -> None:
    coded = _pca()
    labels, wanted = load_digits("train").labels[:DIGITS], load_digits("test").labels[:500]
    unit = np.sqrt(coded.train.numpy().var(axis=0).mean())
    assert [reading.labels for reading in worth.readings] == [10, 100, 1000]
    for reading in worth.readings:
        draws = 1 if reading.labels == DIGITS else DRAWS
        assert len(reading.probe) == len(reading.neighbours) == draws
        linear: list[float] = []
        for draw in range(draws):
            rows = labelled(labels, reading.labels, draw)
            points, own = coded.train[rows].numpy(), labels[rows].numpy()
            reference = LogisticRegression().fit(points / unit, own)
            linear.append(float(reference.score(coded.test / unit, wanted)))
        assert np.mean(reading.probe) == pytest.approx(np.mean(linear), abs=0.005)
    by_nearest = KNeighborsClassifier(1).fit(
        coded.train[rows := labelled(labels, 10, 0)], labels[rows]
    )
    assert worth.readings[0].neighbours[0] == pytest.approx(by_nearest.score(coded.test, wanted))


def test_clusters_agree_as_much_as_those_of_scikit_learn(worth: CodeWorth) -> None:
    coded, wanted = _pca(), load_digits("test").labels[:500]
    rand: list[float] = []
    information: list[float] = []
    for start in range(STARTS):
        centres = spread_starts(coded.test, 10, torch.Generator().manual_seed(start))
        once = cast(Any, 1)
        clusters = KMeans(10, init=cast(Any, centres.numpy()), n_init=once, tol=0.0).fit(coded.test)
        rand.append(float(adjusted_rand_score(wanted, clusters.labels_)))
        information.append(float(normalized_mutual_info_score(wanted, clusters.labels_)))
    assert np.mean(worth.rand) == pytest.approx(np.mean(rand), abs=0.005)
    assert np.mean(worth.information) == pytest.approx(np.mean(information), abs=0.005)


def test_labels_are_drawn_evenly_and_again_the_same() -> None:
    labels = load_digits("train").labels[:DIGITS]
    for count in (10, 100):
        rows = labelled(labels, count, 3)
        assert len(rows.unique()) == count
        assert torch.bincount(labels[rows]).tolist() == [count // 10] * 10
        assert torch.equal(rows, labelled(labels, count, 3))
        assert not torch.equal(rows, labelled(labels, count, 4))
    assert torch.equal(labelled(labels, DIGITS, 0), torch.arange(DIGITS))


def test_a_class_with_few_digits_gives_all_it_has() -> None:
    labels = torch.cat([torch.full((3,), 9), torch.arange(9).repeat(60)])
    rows = labelled(labels, 100, 0)
    assert len(rows.unique()) == 100
    counts = torch.bincount(labels[rows], minlength=10)
    assert counts[9] == 3
    assert counts[:9].min() >= 10


def test_label_counts_end_with_all_digits() -> None:
    assert label_counts(60_000) == (10, 100, 1000, 60_000)
    assert label_counts(1000) == (10, 100, 1000)
    assert label_counts(1001) == (10, 100, 1000, 1001)


def test_codes_are_those_of_the_epoch_and_of_clean_digits(done: RunRecord) -> None:
    coded = codes_of(2, done, TRAINING, NUMBERS)
    pixels = load_digits("train").pixels[:DIGITS]
    assert torch.equal(coded.train, load_model(done, 2).encode(pixels))
    assert coded.test.shape == (500, NUMBERS)
    assert codes_of(OF_PCA, done, TRAINING, 5).test.shape == (500, 5)
    assert torch.equal(codes_of(OF_PIXELS, done, TRAINING, NUMBERS).train, pixels)


def test_codes_that_are_not_finite_are_a_sentence(
    done: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        code_worth, "encode", lambda _model, pixels: torch.full((len(pixels), 2), torch.inf)
    )
    with pytest.raises(RunError, match="codes that are NaN or infinite after epoch 3; choose"):
        codes_of(3, done, TRAINING, NUMBERS)


def test_clothes_without_a_class_are_read_as_scikit_learn_reads_them(done: RunRecord) -> None:
    training = TrainConfig(data=FASHION, digits=DIGITS, held_out=3)
    labels = load_digits("train", FASHION).labels[:DIGITS].numpy()
    pixels = load_digits("train", FASHION).pixels[:DIGITS].numpy()
    test = load_digits("test", FASHION).take(slice(0, 500))
    reference = ReferencePCA(16, svd_solver="full").fit(pixels[labels != 3])
    points, asked = reference.transform(pixels), reference.transform(test.pixels.numpy())

    coded = codes_of(OF_PCA, done, training, 16)
    assert np.abs(coded.train.numpy()) == pytest.approx(np.abs(points), abs=1e-3)
    assert np.abs(coded.test.numpy()) == pytest.approx(np.abs(asked), abs=1e-3)
    _, found = returned(measure(coded, training))
    assert [reading.labels for reading in found.readings] == [10, 100, DIGITS]
    unit = np.sqrt(points.var(axis=0).mean())
    linear = LogisticRegression().fit(points / unit, labels)
    score = linear.score(asked / unit, test.labels)
    assert found.readings[-1].probe[0] == pytest.approx(score, abs=0.005)
    held_out = test.labels == 3
    assert linear.score(asked[held_out] / unit, test.labels[held_out]) > 0.5, "it has labels, too"
