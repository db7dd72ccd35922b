from typing import Any

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from scipy.spatial.distance import pdist, squareform
from scipy.stats import spearmanr
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from core.analysis.neighbours import nearest_others
from core.analysis.pca import principal_components
from core.data.digits import load_digits
from core.tsne.affinities import Affinities
from core.tsne.config import TSNEConfig
from core.tsne.edges import Edges
from core.tsne.exact import ExactGradient
from core.tsne.mesh_gradient import MeshGradient
from core.tsne.neighbours import all_nearest_neighbours
from core.tsne.worth import Distances, MapWorth, Shares
from core.tsne.worth.distances import BINS, DistanceComparison

pytestmark = pytest.mark.usefixtures("one_thread")


def _map(n: int, spread: float = 5.0, seed: int = 0) -> Tensor:
    return torch.randn(n, 2, generator=torch.Generator().manual_seed(seed)) * spread


def _expected_costs(joint: Tensor, positions: Tensor) -> Tensor:
    """Write the definition down: all q, then p log(p / q)."""
    weights = 1 / (1 + torch.cdist(positions.double(), positions.double()).square())
    weights.fill_diagonal_(0)
    p, q = joint.double(), weights / weights.sum()
    return torch.where(p > 0, p * (p / q).log(), 0).sum(1)


@pytest.mark.parametrize("n", [2, 3, 400, 700])
@pytest.mark.parametrize("spread", [1e-3, 5.0])
def test_costs_over_all_pairs_are_those_of_the_definition(n: int, spread: float) -> None:
    joint = Affinities.from_sigma(load_digits("train").pixels[:n], 10.0).joint
    gradient, positions = ExactGradient(joint), _map(n, spread)

    costs = gradient.costs(positions)

    torch.testing.assert_close(costs, _expected_costs(joint, positions), rtol=1e-4, atol=1e-7)
    divergence = gradient(positions, torch.empty_like(positions))
    assert float(costs.sum()) == pytest.approx(divergence, abs=1e-4)


@pytest.mark.parametrize("by_loop", [True, False])
@pytest.mark.parametrize("spread", [1e-4, 1.0, 40.0])
def test_costs_on_the_mesh_are_those_of_the_definition(by_loop: bool, spread: float) -> None:
    n = 2600
    pixels = load_digits("train").pixels[:n]
    edges = Edges.from_neighbours(all_nearest_neighbours(pixels, 30), 10.0)
    gradient, positions = MeshGradient(edges, by_loop=by_loop), _map(n, spread)

    costs = gradient.costs(positions)

    arrays = (edges.weights.numpy(), edges.indices.numpy(), edges.pointers.numpy())
    joint = torch.from_numpy(csr_array(arrays, shape=(n, n)).toarray())
    torch.testing.assert_close(costs, _expected_costs(joint, positions), rtol=1e-3, atol=1e-7)
    divergence = gradient(positions, torch.empty_like(positions))
    assert float(costs.sum()) == pytest.approx(divergence, abs=1e-4)


def _worth(n: int = 300, optimizers: tuple[str, ...] = ("sgd", "adam")) -> MapWorth:
    train = load_digits("train")
    config = TSNEConfig(digits=n, optimizers=optimizers)
    return MapWorth(config, train.pixels[:n], train.labels[:n], None)


def _nearest(points: Tensor, k: int) -> list[set[int]]:
    found = NearestNeighbors(n_neighbors=k).fit(points.numpy()).kneighbors(return_distance=False)
    return [set(row.tolist()) for row in found]


def _values(shares: Shares | None) -> Tensor:
    assert shares is not None
    return shares.values


def test_kept_neighbours_are_counted_as_scikit_learn_finds_them() -> None:
    worth, points = _worth(), load_digits("train").pixels[:300]
    # One map that knows something of the data, and one that does not.
    positions = torch.stack([points[:, [350, 400]] * 9 + _map(300, 0.1), _map(300)])

    one, other = worth.kept(positions)

    data = _nearest(points, 10)
    for shares, embedding in zip((one, other), positions, strict=True):
        expected = [len(a & b) / 10 for a, b in zip(data, _nearest(embedding, 10), strict=True)]
        torch.testing.assert_close(_values(shares), torch.tensor(expected))
    assert one is not None
    assert other is not None
    assert one.chance == pytest.approx(10 / 299)
    assert one.mean > 2 * other.mean
    assert other.mean == pytest.approx(other.chance, abs=0.02)


def test_shared_neighbours_survive_in_the_mean_of_the_other_maps() -> None:
    worth = _worth(optimizers=("sgd:seed=1", "sgd:seed=2", "sgd:seed=3"))
    first = _map(300)
    positions = torch.stack([first, first + _map(300, 0.5, 1), _map(300, 5, 2), _map(300, 5, 3)])

    *found, fixed = worth.shared(positions)

    assert fixed is None  # it is behind the run's own maps
    near = [_nearest(each, 10) for each in positions[:3]]
    for number, shares in enumerate(found):
        others = [near[other] for other in range(3) if other != number]
        expected = [
            np.mean([len(mine & other[row]) / 10 for other in others])
            for row, mine in enumerate(near[number])
        ]
        torch.testing.assert_close(_values(shares), torch.tensor(expected).float())


def test_one_map_shares_nothing_and_a_diverged_one_has_no_measure() -> None:
    diverged = _map(300)
    diverged[7, 1] = torch.nan
    positions = torch.stack([_map(300), diverged])
    worth = _worth()

    for measured in (worth.costs, worth.kept, worth.distances):
        good, bad = measured(positions)
        assert good is not None
        assert bad is None
    assert worth.shared(positions) == [None, None]
    assert _worth(optimizers=("sgd",)).shared(positions[:1]) == [None]


def test_the_costliest_tenth_carries_its_share() -> None:
    found, *_ = _worth().costs(torch.stack([_map(300), _map(300, 5, 1)]))

    assert found is not None
    ordered = found.values.sort(descending=True).values
    assert found.total == pytest.approx(float(ordered.sum()))
    assert found.costliest == pytest.approx(float(ordered[:30].sum() / ordered.sum()))
    assert found.costliest > 0.1


def test_costs_of_a_run_with_two_perplexities_use_the_p_of_each_map() -> None:
    config = TSNEConfig(
        digits=300, affinity="perplexity", optimizers=("sgd:perplexity=5", "sgd:perplexity=50")
    )
    train = load_digits("train")
    points = train.pixels[:300]
    positions = _map(300).expand(2, -1, -1)

    found = MapWorth(config, points, train.labels[:300], None).costs(positions)

    for costs, perplexity in zip(found, (5, 50), strict=True):
        joint = Affinities.from_perplexity(points, perplexity).joint
        assert costs is not None
        torch.testing.assert_close(
            costs.values, _expected_costs(joint, positions[0]), rtol=1e-4, atol=1e-7
        )


def test_of_few_digits_fewer_neighbours_are_looked_for() -> None:
    worth = _worth(9)
    assert worth.near == 4
    assert (
        worth.neighbours.tolist()
        == nearest_others(load_digits("train").pixels[:9], 4).indices.tolist()
    )
    kept, _ = worth.kept(torch.stack([_map(9), _map(9, 5, 1)]))
    assert kept is not None
    assert kept.chance == pytest.approx(4 / 8)


def test_the_plane_is_that_of_the_principal_components() -> None:
    points = load_digits("train").pixels[:300]
    _, _, directions = torch.linalg.svd((points - points.mean(0)).double(), full_matrices=False)
    expected = (points - points.mean(0)).double() @ directions[:2].T
    torch.testing.assert_close(_worth().plane.double().abs(), expected.abs(), rtol=1e-3, atol=1e-3)


def _compared(points: np.ndarray, labels: np.ndarray, *maps: np.ndarray) -> list[Distances]:
    found = DistanceComparison(points, labels).of(np.stack(maps), list(range(len(maps))))
    assert None not in found
    return [each for each in found if each is not None]


def _spearman(a: np.ndarray, b: np.ndarray) -> float:
    result: Any = spearmanr(a, b)
    return float(result.statistic)


def test_distances_are_compared_as_scipy_does() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(200, 5)) + 3 * np.eye(5)[np.arange(200) % 5]
    labels = np.arange(200) % 5
    maps = [points[:, :2] + 0.3 * rng.normal(size=(200, 2)), rng.normal(size=(200, 2))]

    found = _compared(points, labels, *maps)

    def centres(places: np.ndarray) -> np.ndarray:
        return pdist(np.stack([places[labels == each].mean(0) for each in range(5)]))

    between = _spearman(centres(maps[0]), centres(maps[1]))
    for distances, places in zip(found, maps, strict=True):
        data, plane = pdist(points), pdist(places)
        assert distances.pairs == pytest.approx(_spearman(data, plane), abs=1e-6)
        expected = _spearman(centres(points), centres(places))
        assert distances.centres == pytest.approx(expected)
        assert distances.between == pytest.approx(between)
        counts, _, _ = np.histogram2d(
            plane, data, BINS, [[0, distances.map_max], [0, distances.data_max]]
        )
        assert (distances.data_max, distances.map_max) == pytest.approx((data.max(), plane.max()))
        # A pair at an edge may be rounded to either side.
        assert np.abs(distances.counts - counts).sum() <= 4
        assert distances.counts.sum() == len(data)


def test_of_many_digits_some_pairs_are_compared() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(3000, 4))
    (found,) = _compared(points, rng.integers(0, 10, 3000), points[:, :2])
    assert found.counts.sum() == 700 * 699 / 2
    rows = np.linspace(0, 2999, 700).round().astype(int)
    squares = squareform(pdist(points[rows]))
    assert found.data_max == pytest.approx(squares.max())


def test_what_cannot_be_correlated_is_nan() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(50, 3))
    (two,) = _compared(points, np.arange(50) % 2, points[:, :2])
    assert np.isnan(two.centres)
    assert np.isnan(two.between)
    (equal,) = _compared(np.zeros((50, 3)), np.arange(50) % 5, np.zeros((50, 2)))
    assert np.isnan(equal.pairs)
    assert equal.counts.sum() == equal.counts[0, 0] == 50 * 49 / 2


def test_neighbours_of_a_large_run_are_those_of_what_it_mapped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.tsne.preparation.MAX_ALL_PIXELS", 200)
    reduced = principal_components(load_digits("train").pixels[:300], 50)
    expected = nearest_others(reduced, 10).indices
    found = _worth().neighbours
    assert (found == expected).float().mean() > 0.99
    assert not torch.equal(found, nearest_others(load_digits("train").pixels[:300], 10).indices)


def test_the_turn_is_let_go_after_each_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tsne.neighbours._BLOCK_ELEMENTS", 300 * 30)
    turns: list[int] = []

    class Turn:
        depth = 0

        def __enter__(self) -> None:
            Turn.depth += 1
            turns.append(Turn.depth)

        def __exit__(self, *_: object) -> None:
            Turn.depth -= 1

    train = load_digits("train")
    config = TSNEConfig(digits=300)
    worth = MapWorth(config, train.pixels[:300], train.labels[:300], None, Turn())
    positions = torch.stack([_map(300), _map(300, 5, 1)])

    for measure in (worth.kept, worth.costs, worth.shared, worth.distances):
        measure(positions)

    assert Turn.depth == 0
    assert set(turns) == {1}, "who waits for a search holds nothing that others wait for"
    assert len(turns) > 10 + 5
