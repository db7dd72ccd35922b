import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor
from torch.nn.functional import cross_entropy

from core.analysis.linear_probe import Scaling, linear_probe
from core.analysis.pca import principal_components
from core.data.digits import load_digits

pytestmark = pytest.mark.usefixtures("one_thread")

TEST = 2000


def _digits(kind: str, count: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Points and labels of training digits, then of test digits."""
    train, test = load_digits("train").take(slice(0, count)), load_digits("test")
    both = torch.cat([train.pixels, test.pixels[:TEST]])
    points = both if kind == "pixels" else principal_components(both, 20)
    if kind == "small":  # as the codes of a sparse model: a thousandth of the range
        points = points / 1000
    return points[:count], train.labels, points[count:], test.labels[:TEST]


@pytest.mark.parametrize(
    ("kind", "count"),
    [("pca", 100), ("pca", 1000), ("pca", 10_000), ("small", 1000), ("pixels", 300)],
)
def test_a_probe_reads_as_many_digits_as_that_of_scikit_learn(kind: str, count: int) -> None:
    points, labels, test, wanted = _digits(kind, count)
    scaling = Scaling.of(points)
    reference = LogisticRegression().fit((points - scaling.mean) / scaling.unit, labels)
    expected = reference.score((test - scaling.mean) / scaling.unit, wanted)

    probe = linear_probe(points, labels, scaling)

    assert probe.accuracy(test, wanted) == pytest.approx(float(expected), abs=0.005)
    assert expected > 0.6


def test_its_weights_minimise_the_penalised_loss() -> None:
    points, labels, _, _ = _digits("pca", 500)
    scaling = Scaling.of(points)
    found = linear_probe(points, labels, scaling)
    scaled = ((points - scaling.mean) / scaling.unit).double()
    weights = (found.weights * scaling.unit).double().requires_grad_()
    bias = (found.bias + scaling.mean @ found.weights).double().requires_grad_()
    loss = cross_entropy(scaled @ weights + bias, labels) + weights.square().sum() / (2 * 500)
    loss.backward()
    assert weights.grad is not None
    assert bias.grad is not None
    assert float(weights.grad.abs().max()) < 2e-4
    assert float(bias.grad.abs().max()) < 2e-4


def test_the_scale_of_the_points_makes_no_difference() -> None:
    points, labels, test, wanted = _digits("pca", 500)
    shares = [
        linear_probe(own, labels, Scaling.of(own)).accuracy(asked, wanted)
        for own, asked in ((points, test), (points * 64 + 3, test * 64 + 3))
    ]
    assert shares[0] == pytest.approx(shares[1], abs=0.002)


def test_points_that_are_all_equal_are_read_as_the_most_frequent_class() -> None:
    points = torch.full((40, 3), 0.25)
    labels = torch.tensor([4] * 25 + [7] * 15)
    probe = linear_probe(points, labels, Scaling.of(points))
    assert probe.accuracy(points, labels) == 25 / 40


def test_who_is_asked_to_pause_can_end_the_fit() -> None:
    points, labels, _, _ = _digits("pca", 200)
    asked: list[int] = []

    def pause() -> None:
        asked.append(len(asked))
        if len(asked) == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        linear_probe(points, labels, Scaling.of(points), pause)
    assert len(asked) == 3


def test_the_scaling_is_one_number() -> None:
    points = torch.tensor([[0.0, 10.0], [2.0, 10.0], [4.0, 16.0]])
    scaling = Scaling.of(points)
    assert scaling.mean.tolist() == [2.0, 12.0]
    assert scaling.unit == pytest.approx(np.sqrt(points.numpy().var(axis=0).mean()))


def test_the_scaling_of_numbers_whose_squares_float32_does_not_hold() -> None:
    points = torch.tensor([[1e25, 0.0], [-1e25, 0.0]])
    assert Scaling.of(points).unit == pytest.approx(1e25 / np.sqrt(2))
