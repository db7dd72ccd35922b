from typing import Any

import numpy as np
import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from torch import Tensor

from core.analysis.neighbours import nearest, nearest_neighbour_accuracy, nearest_others, vote
from core.data.digits import load_digits

pytestmark = pytest.mark.usefixtures("one_thread")


def _random(n: int, dimensions: int, seed: int = 0) -> Tensor:
    return torch.randn(n, dimensions, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("m", "n", "dimensions", "k"), [(1, 5, 3, 5), (7, 400, 2, 3), (300, 20_000, 32, 10)]
)
def test_nearest_are_those_of_scikit_learn(m: int, n: int, dimensions: int, k: int) -> None:
    points, queries = _random(n, dimensions), _random(m, dimensions, seed=1)
    reference = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(points.double().numpy())
    distances, indices = reference.kneighbors(queries.double().numpy())

    found = nearest(queries, points, k)

    assert found.indices.tolist() == indices.tolist()
    np.testing.assert_allclose(found.distances.numpy(), distances, rtol=1e-5)


def test_nearest_of_all_training_digits_are_those_of_brute_force() -> None:
    points, queries = load_digits("train").pixels, load_digits("test").pixels[:1]
    expected = [
        np.sqrt(np.square(points.numpy() - query.numpy()).sum(axis=1, dtype=np.float64))
        for query in queries
    ]

    found = nearest(queries, points, 8)

    for row, distances in enumerate(expected):
        order = np.argsort(distances, kind="stable")[:8]
        assert found.indices[row].tolist() == order.tolist()
        np.testing.assert_allclose(found.distances[row].numpy(), distances[order], rtol=1e-5)


def test_a_tight_cluster_far_away_keeps_its_order() -> None:
    offsets = torch.tensor([0.0, 3e-3, 1e-3, 4e-3, 2e-3])
    points = torch.stack([1000 + offsets, torch.zeros(5)], dim=1)

    found = nearest(torch.tensor([[1000.0, 0.0], [-1000.0, 0.0]]), points, 5)

    assert found.indices.tolist() == [[0, 2, 4, 1, 3]] * 2


def test_of_equally_near_points_the_first_comes_first() -> None:
    points = torch.tensor([[5.0], [1.0], [-1.0], [1.0]]).repeat(5, 1)

    found = nearest(torch.zeros(1, 1), points, 4)

    assert found.indices.tolist() == [[1, 2, 3, 5]]
    assert found.distances.tolist() == [[1.0] * 4]


def test_no_query_has_no_neighbours() -> None:
    assert nearest(torch.empty(0, 3), _random(9, 3), 2).indices.shape == (0, 2)


def test_the_nearest_of_2000_test_digits_are_those_of_scikit_learn() -> None:
    points = load_digits("test").pixels[:2000]
    reference = NearestNeighbors(n_neighbors=5, algorithm="brute").fit(points.double().numpy())
    distances, indices = reference.kneighbors()  # of each point itself, which is left out

    found = nearest_others(points, 5)

    assert found.indices.tolist() == indices.tolist()
    np.testing.assert_allclose(found.distances.numpy(), distances, rtol=1e-5)


@pytest.mark.parametrize(("n", "dimensions", "k"), [(2, 3, 1), (9, 2, 8), (700, 64, 3)])
def test_the_nearest_others_are_those_of_scikit_learn(n: int, dimensions: int, k: int) -> None:
    points = _random(n, dimensions)
    reference = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(points.double().numpy())

    assert nearest_others(points, k).indices.tolist() == reference.kneighbors()[1].tolist()


def test_a_point_is_not_its_own_neighbour_where_others_are_equal_to_it() -> None:
    points = torch.tensor([[1.0, 2.0], [1.0, 2.0], [5.0, 5.0], [1.0, 2.0]])

    assert nearest_others(points, 2).indices.tolist() == [[1, 3], [0, 3], [0, 1], [0, 1]]
    found = nearest_others(torch.zeros(40, 784), 5).indices
    assert not (found == torch.arange(40)[:, None]).any()


@pytest.mark.parametrize("k", [0, 9])
def test_there_must_be_that_many_others(k: int) -> None:
    with pytest.raises(ValueError, match=rf"k \(={k}\) must be from 1 to .* 8"):
        nearest_others(torch.zeros(9, 3), k)


@pytest.mark.parametrize("k", [0, 10])
def test_there_must_be_that_many_points(k: int) -> None:
    with pytest.raises(ValueError, match=rf"k \(={k}\) must be from 1 to .* 9"):
        nearest(torch.zeros(1, 3), torch.zeros(9, 3), k)


def test_both_must_be_of_one_space() -> None:
    with pytest.raises(ValueError, match="take both from the same space"):
        nearest(torch.zeros(1, 784), torch.zeros(9, 32), 1)


def test_most_votes_win() -> None:
    found = vote(torch.tensor([4, 9, 9, 4, 9]))

    assert found.winner == 9
    assert found.share == pytest.approx(0.6)
    assert found.counts == (0, 0, 0, 0, 2, 0, 0, 0, 0, 3)


@pytest.mark.parametrize(
    ("labels", "winner"), [([7, 1, 1, 7], 7), ([1, 7, 7, 1], 1), ([3, 8, 0, 8, 0], 8), ([5], 5)]
)
def test_a_tie_goes_to_the_nearest_of_those_that_tie(labels: list[int], winner: int) -> None:
    assert vote(torch.tensor(labels)).winner == winner


def test_nobody_elects_nobody() -> None:
    with pytest.raises(ValueError, match="must be at least one"):
        vote(torch.empty(0, dtype=torch.int64))


def _ranked(distances: np.ndarray) -> np.ndarray:
    """Weights with which scikit-learn lets the nearest neighbour decide a tie."""
    return np.tile(1 + 0.5 ** np.arange(2, 7), (len(distances), 1))


@pytest.mark.parametrize("count", [10, 100, 1000, 5000])
def test_neighbours_read_as_many_digits_as_those_of_scikit_learn(count: int) -> None:
    train, test = load_digits("train"), load_digits("test").take(slice(0, 2000))
    own = train.take(slice(0, count))
    ranked: Any = _ranked  # scikit-learn's stub knows names alone
    reference = KNeighborsClassifier(5, algorithm="brute", weights=ranked)
    expected = reference.fit(own.pixels.numpy(), own.labels.numpy()).score(
        test.pixels.numpy(), test.labels.numpy()
    )
    found = nearest_neighbour_accuracy(own.pixels, own.labels, test.pixels, test.labels)
    assert found == pytest.approx(float(expected), abs=0.001)


def test_with_one_label_of_each_class_the_nearest_decides() -> None:
    points = torch.tensor([[0.0], [1.0], [2.0], [3.0], [4.0]])
    labels = torch.tensor([4, 3, 2, 1, 0])
    queries, wanted = torch.tensor([[0.1], [3.9], [2.2]]), torch.tensor([4, 0, 2])
    assert nearest_neighbour_accuracy(points, labels, queries, wanted) == 1.0
