"""Where new digits land, against SciPy's minimisation of the same row and openTSNE's transform."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import openTSNE
import pytest
import torch
from numpy.typing import NDArray
from openTSNE.affinity import PerplexityBasedNN
from scipy.optimize import brentq, minimize
from torch import Tensor

from core.data.digits import load_digits
from core.runs.store import RunStore
from core.tsne.config import TSNEConfig
from core.tsne.placement import RunMap, load_map, place

pytestmark = pytest.mark.usefixtures("one_thread")

MARGIN = 0.05


def _gallery(run: str, optimizer: str = "adam") -> RunMap:
    store = RunStore()
    return load_map(store.get(run), optimizer, store)


def _new(count: int) -> Tensor:
    return load_digits("test").pixels[:count]


def _row(found: RunMap, pixels: Tensor) -> NDArray[np.float64]:
    """p_j|i of one digit, (N,), by the definition."""
    squared = np.square(found.points.double().numpy() - pixels.double().numpy()).sum(axis=1)

    def row(precision: float) -> NDArray[np.float64]:
        weights = np.exp(-precision * (squared - squared.min()))
        return weights / weights.sum()

    def excess(precision: float) -> float:
        p = row(precision)
        return float(-(p * np.log(np.maximum(p, 1e-300))).sum()) - np.log(found.config.perplexity)

    if found.config.affinity == "sigma":
        return row(1 / (2 * found.config.sigma))
    precision = brentq(excess, 1e-4, 1e2, xtol=1e-14)
    assert isinstance(precision, float)
    return row(precision)


def _divergence(p: NDArray[np.float64], positions: Tensor) -> Callable[[NDArray], float]:
    targets, seen = positions.double().numpy(), p > 0

    def divergence(place: NDArray) -> float:
        weights = 1 / (1 + np.square(targets - place).sum(axis=1))
        q = weights / weights.sum()
        return float((p[seen] * np.log(p[seen] / q[seen])).sum())

    return divergence


# From the most similar digits alone, 9, 11, 30, 45 and 54 lead down to a worse place.
@pytest.mark.parametrize(
    ("run", "digits"),
    [("tsne-perplexity-30", [0, 9]), ("tsne-exercise", [0, 11, 30, 45, 54])],
)
def test_no_place_is_better_than_the_one_found(run: str, digits: list[int]) -> None:
    found, new = _gallery(run), _new(60)[digits]
    placed = found.place(new)
    low, high = found.positions.amin(0), found.positions.amax(0)
    margin = MARGIN * float((high - low).max())
    bounds = [(float(a) - margin, float(b) + margin) for a, b in zip(low, high, strict=True)]
    random = np.random.default_rng(0)
    for row, pixels in enumerate(new):
        p = _row(found, pixels)
        divergence = _divergence(p, found.positions)
        own = placed.positions[row].double().numpy()
        likely = found.positions[np.argsort(-p)[:6].copy()].double().numpy()
        anywhere = random.uniform(low - margin, high + margin, (6, 2))
        best = min(
            (minimize(divergence, start, bounds=bounds) for start in (own, *likely, *anywhere)),
            key=lambda result: result.fun,
        )

        assert float(placed.kl_divergence[row]) == pytest.approx(divergence(own), abs=1e-4)
        assert divergence(own) <= best.fun + 1e-4


@pytest.mark.parametrize("run", ["tsne-perplexity-30", "tsne-exercise"])
def test_affinities_are_those_of_the_definition(run: str) -> None:
    found, new = _gallery(run), _new(5)
    placed = found.place(new, k=20)
    for row, pixels in enumerate(new):
        p = _row(found, pixels)
        assert placed.alike[row].tolist() == np.argsort(-p, kind="stable")[:20].tolist()
        np.testing.assert_allclose(placed.affinities[row], np.sort(p)[::-1][:20], rtol=1e-3)


def test_neighbours_are_those_on_the_map() -> None:
    found = _gallery("tsne-perplexity-30")
    placed = found.place(_new(20), k=7)
    distances = torch.cdist(placed.positions.double(), found.positions.double())

    assert torch.equal(placed.neighbours, distances.topk(7, largest=False).indices)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_digits_land_among_their_like_at_least_as_often_as_with_open_tsne(optimizer: str) -> None:
    found = _gallery("tsne-perplexity-30", optimizer)
    test = load_digits("test").take(slice(0, 200))
    new, labels = test.pixels, test.labels
    affinities = PerplexityBasedNN(
        found.points.numpy(), perplexity=30, method="exact", n_jobs=1, random_state=0
    )
    embedding = openTSNE.TSNEEmbedding(
        found.positions.double().numpy().copy(), affinities, n_jobs=1, random_state=0
    )
    theirs = np.array(embedding.transform(new.numpy(), perplexity=30))

    def shares(neighbours: Tensor) -> tuple[float, float]:
        same = (found.labels[neighbours] == labels[:, None]).double()
        return float(same.mean()), float(same[:, 0].mean())

    # openTSNE moves its map to the origin before.
    distances = torch.cdist(torch.from_numpy(theirs), torch.from_numpy(np.array(embedding)))
    agreement, first = shares(distances.topk(10, largest=False).indices)
    our_agreement, our_first = shares(found.place(new, k=10).neighbours)

    assert our_agreement >= agreement
    assert our_first >= first


def test_a_digit_of_the_map_lands_where_it_is() -> None:
    found = _gallery("tsne-perplexity-30")

    placed = found.place(found.points[:60])

    distances = (placed.positions - found.positions[:60]).norm(dim=1)
    # Its place answered to its neighbours' pull, too, which a new digit does not exert.
    assert float(distances.median()) < 0.5
    assert float((distances < 3).float().mean()) > 0.85


def test_new_digits_do_not_see_each_other() -> None:
    found, new = _gallery("tsne-perplexity-30"), _new(30)  # in several chunks
    together = found.place(new)
    for row in (0, 7, 29):
        alone = found.place(new[row : row + 1])
        torch.testing.assert_close(alone.positions[0], together.positions[row], atol=1e-3, rtol=0)
        assert torch.equal(alone.neighbours[0], together.neighbours[row])


@pytest.mark.parametrize("run", ["tsne-perplexity-30", "tsne-exercise"])
def test_what_belongs_nowhere_stays_near_the_map(run: str) -> None:
    found = _gallery(run)
    noise = torch.rand(10, 784, generator=torch.Generator().manual_seed(0))
    odd = torch.cat([noise, torch.zeros(1, 784), torch.ones(1, 784)])

    placed = found.place(odd)

    low, high = found.positions.amin(0), found.positions.amax(0)
    margin = MARGIN * (high - low).max() + 1e-3
    assert placed.positions.isfinite().all()
    assert ((placed.positions >= low - margin) & (placed.positions <= high + margin)).all()


def test_no_new_digit_gives_no_place() -> None:
    placed = _gallery("tsne-exercise").place(_new(0), k=3)

    assert placed.positions.shape == (0, 2)
    assert placed.kl_divergence.shape == (0,)
    for indices in (placed.neighbours, placed.alike):
        assert (indices.shape, indices.dtype) == ((0, 3), torch.int64)
    assert placed.affinities.shape == (0, 3)
    assert placed.positions.dtype == placed.affinities.dtype == torch.float32


@pytest.mark.parametrize(
    "points",
    [torch.zeros(120, 784), torch.zeros(120, 784).index_fill(0, torch.tensor([3]), 1.0)],
    ids=["all alike", "one apart"],
)
@pytest.mark.parametrize("affinity", ["sigma", "perplexity"])
def test_coincident_points_leave_a_place(points: Tensor, affinity: str) -> None:
    config = TSNEConfig(digits=120, affinity=affinity, perplexity=10)

    placed = place(points, torch.zeros(120, 2), points[:2], config)

    torch.testing.assert_close(placed.positions, torch.zeros(2, 2), atol=1e-3, rtol=0)
    assert placed.kl_divergence.isfinite().all()


def test_shapes_that_do_not_fit_are_told() -> None:
    points, config = torch.rand(120, 5), TSNEConfig(affinity="perplexity", perplexity=60)
    with pytest.raises(ValueError, match="do not fit"):
        place(points, torch.rand(119, 2), points[:1], config)
    with pytest.raises(ValueError, match="do not fit"):
        place(points, torch.rand(120, 2), torch.rand(1, 784), config)
    with pytest.raises(ValueError, match=r"perplexity \(=60\) needs more than 180 digits"):
        place(points, torch.rand(120, 2), points[:1], config)
    with pytest.raises(ValueError, match=r"k \(=121\)"):
        place(points, torch.rand(120, 2), points[:1], TSNEConfig(), k=121)
