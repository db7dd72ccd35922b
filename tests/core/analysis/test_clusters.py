from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from torch import Tensor

from core.analysis.clusters import (
    adjusted_rand_index,
    k_means,
    normalised_mutual_information,
    spread_starts,
)
from core.analysis.pca import principal_components
from core.data.digits import load_digits

pytestmark = pytest.mark.usefixtures("one_thread")


def _reference(points: Tensor, **settings: Any) -> Any:
    """Clusters of scikit-learn, whose stub does not know all that its settings can be."""
    return KMeans(10, n_init=cast(Any, 1), **settings).fit(points.numpy())


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _codes() -> tuple[Tensor, Tensor]:
    test = load_digits("test").take(slice(0, 3000))
    return principal_components(test.pixels, 16), test.labels


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_clusters_from_the_same_start_are_those_of_scikit_learn(seed: int) -> None:
    points, labels = _codes()
    starts = spread_starts(points, 10, _generator(seed))
    reference = _reference(points, init=starts.numpy(), tol=0.0, max_iter=300)

    clusters = k_means(points, starts)

    assert float((clusters.numpy() == reference.labels_).mean()) > 0.995
    for measure, other in (
        (adjusted_rand_index, adjusted_rand_score),
        (normalised_mutual_information, normalized_mutual_info_score),
    ):
        expected = other(labels.numpy(), reference.labels_)
        assert measure(clusters, labels) == pytest.approx(expected, abs=0.005)


def test_spread_starts_lead_to_clusters_as_tight_as_those_of_scikit_learn() -> None:
    points, _ = _codes()
    inertias: list[float] = []
    for seed in range(8):
        starts = spread_starts(points, 10, _generator(seed))
        inertias.append(_reference(points, init=starts.numpy()).inertia_)
    reference = [_reference(points, random_state=seed).inertia_ for seed in range(8)]
    assert np.mean(inertias) == pytest.approx(np.mean(reference), rel=0.02)


@pytest.mark.parametrize(
    ("measure", "reference"),
    [
        (adjusted_rand_index, adjusted_rand_score),
        (normalised_mutual_information, normalized_mutual_info_score),
    ],
)
@pytest.mark.parametrize("kind", ["random", "same", "one cluster", "one each", "all one"])
def test_measures_are_those_of_scikit_learn(
    measure: Callable[[Tensor, Tensor], float],
    reference: Callable[..., float],
    kind: str,
) -> None:
    labels = torch.randint(10, (400,), generator=_generator(0))
    clusters = {
        "random": torch.randint(7, (400,), generator=_generator(1)),
        "same": (labels + 3) % 10,
        "one cluster": torch.zeros(400, dtype=torch.int64),
        "one each": torch.arange(400),
        "all one": torch.zeros(400, dtype=torch.int64),
    }[kind]
    if kind == "all one":
        labels = torch.full((400,), 3)
    expected = reference(labels.numpy(), clusters.numpy())
    assert measure(clusters, labels) == pytest.approx(expected, abs=1e-9)


def test_a_cluster_that_loses_its_points_begins_anew() -> None:
    points = torch.tensor([[-5.0], [-5.2], [5.0], [5.2], [5.6]])
    clusters = k_means(points, torch.tensor([[-5.0], [-5.0], [5.0]]))
    assert len(clusters.unique()) == 3


def test_points_that_are_all_equal_are_one_cluster() -> None:
    points = torch.ones(30, 4)
    clusters = k_means(points, spread_starts(points, 10, _generator(0)))
    assert clusters.shape == (30,)
    assert float(clusters.double().isfinite().all())


def test_the_same_seed_gives_the_same_starts() -> None:
    points, _ = _codes()
    first, second, other = (spread_starts(points, 10, _generator(seed)) for seed in (5, 5, 6))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
    assert len(first.unique(dim=0)) == 10
