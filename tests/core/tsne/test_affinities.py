import numpy as np
import pytest
import torch
from scipy.spatial.distance import pdist, squareform
from sklearn.manifold._t_sne import _joint_probabilities
from torch import Tensor

from core.data.digits import load_digits
from core.tsne.affinities import (
    Affinities,
    perplexity_of_sigma,
    perplexity_range,
    squared_distances,
)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def pixels() -> Tensor:
    return load_digits("train").pixels[:1000]


@pytest.mark.parametrize("perplexity", [5.0, 30.0, 100.0])
def test_perplexity_affinities_are_those_of_scikit_learn(pixels: Tensor, perplexity: float) -> None:
    points = pixels[:400]
    distances = squareform(pdist(points.double().numpy(), "sqeuclidean")).astype(np.float32)
    expected = squareform(_joint_probabilities(distances, perplexity, verbose=0))

    joint = Affinities.from_perplexity(points, perplexity).joint

    np.testing.assert_allclose(joint.numpy(), expected, rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
@pytest.mark.parametrize("perplexity", [2.0, 30.0, 99.0])
def test_perplexity_search_hits_its_target(pixels: Tensor, perplexity: float, scale: float) -> None:
    found = Affinities.from_perplexity(pixels[:300] * scale, perplexity).perplexity

    # Tolerance of the search: 1e-5 of the entropy.
    assert found.lowest == pytest.approx(perplexity, rel=5e-5)
    assert found.median == pytest.approx(perplexity, rel=5e-5)
    assert found.highest == pytest.approx(perplexity, rel=5e-5)


def test_sigma_is_a_variance_as_in_the_exercise(pixels: Tensor) -> None:
    points, sigma = pixels[:60].double(), 10.0
    n = len(points)
    conditional = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                squared = float(((points[i] - points[j]) ** 2).sum())
                conditional[i, j] = np.exp(-squared / (2 * sigma))
        conditional[i] /= conditional[i].sum()

    joint = Affinities.from_sigma(points, sigma).joint

    np.testing.assert_allclose(joint.numpy(), (conditional + conditional.T) / (2 * n), rtol=1e-9)


def test_implied_perplexity_of_the_exercise(pixels: Tensor) -> None:
    implied = Affinities.from_sigma(pixels, 10.0).perplexity

    assert implied.median == pytest.approx(518, abs=5)
    assert implied.lowest < 100
    assert implied.highest > 750


@pytest.mark.parametrize("n", [2, 5, 6, 101])
def test_the_median_perplexity_is_the_usual_median(n: int) -> None:
    # Row i spreads evenly over i others, so that its perplexity is i.
    conditional = torch.zeros(n, n + 1, dtype=torch.float64)
    for row in range(n):
        conditional[row, : row + 1] = 1 / (row + 1)

    found = perplexity_range(conditional)

    assert found.median == pytest.approx(np.median(np.arange(1, n + 1)))
    assert (found.lowest, found.highest) == (pytest.approx(1), pytest.approx(n))


@pytest.mark.parametrize("n", [2, 7, 300, 1000])
def test_joint_is_a_symmetric_distribution(pixels: Tensor, n: int) -> None:
    joint = Affinities.from_sigma(pixels[:n], 10.0).joint

    assert float(joint.double().sum()) == pytest.approx(1, abs=1e-6)
    assert torch.equal(joint, joint.T)
    assert not joint.diagonal().any()
    assert (joint >= 0).all()


@pytest.mark.parametrize(
    "points",
    [
        torch.zeros(40, 784),
        torch.full((40, 784), 0.7),
        torch.zeros(20, 784).index_fill(1, torch.tensor([0]), 1.0).repeat(2, 1),
        torch.cat([torch.zeros(39, 784), torch.ones(1, 784)]),
        torch.cat([torch.zeros(20, 784), torch.ones(20, 784)]),
    ],
    ids=["zero", "constant", "pairs", "one apart", "two heaps"],
)
def test_coincident_points_give_finite_affinities(points: Tensor) -> None:
    for affinities in (
        Affinities.from_perplexity(points, 5.0),
        Affinities.from_sigma(points, 10.0),
        Affinities.from_sigma(points, 1e-6),
    ):
        assert torch.isfinite(affinities.joint).all()
        assert float(affinities.joint.sum()) == pytest.approx(1, abs=1e-5)


def test_a_perplexity_too_large_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="perplexity") as error:
        Affinities.from_perplexity(torch.rand(100, 4), 50.0)

    assert str(error.value) == (
        "perplexity (=50) needs more than 150 digits, got 100; lower it or use more digits."
    )


def test_perplexity_limits_are_inclusive() -> None:
    Affinities.from_perplexity(torch.rand(151, 4), 50.0)
    with pytest.raises(ValueError, match="at least 2"):
        Affinities.from_perplexity(torch.rand(100, 4), 1.9)
    with pytest.raises(ValueError, match="needs more than 150 digits, got 150"):
        Affinities.from_perplexity(torch.rand(150, 4), 50.0)


def test_distances_far_from_the_origin_stay_exact() -> None:
    points = torch.randn(50, 3, generator=torch.Generator().manual_seed(0))

    near, far = squared_distances(points), squared_distances(points + 1000)

    torch.testing.assert_close(far, near, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("sigma", [0.5, 10.0, 200.0])
def test_the_perplexity_without_p_is_that_of_p(pixels: Tensor, sigma: float) -> None:
    whole = Affinities.from_sigma(pixels, sigma).perplexity
    in_blocks = perplexity_of_sigma(pixels, sigma)
    assert in_blocks.median == pytest.approx(whole.median, rel=1e-4)
    assert in_blocks.lowest == pytest.approx(whole.lowest, rel=1e-4)
    assert in_blocks.highest == pytest.approx(whole.highest, rel=1e-4)


def test_the_perplexity_of_thousands_takes_no_matrix_of_all_pairs() -> None:
    points = torch.rand(3000, 5, generator=torch.Generator().manual_seed(0))
    with torch.profiler.profile(profile_memory=True) as profile:
        perplexity_of_sigma(points, 0.1)
    largest = max(event.self_cpu_memory_usage for event in profile.events() or ())
    assert 0 < largest < 4 * 3000**2 / 10
