import numpy as np
import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.manifold import trustworthiness as reference_trustworthiness
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from core.analysis.neighbours import nearest_on_map
from core.analysis.quality import (
    distance_ranks,
    label_agreement,
    psnr,
    ssim,
    trustworthiness,
)
from core.data.digits import load_digits

pytestmark = pytest.mark.usefixtures("one_thread")


def _map(n: int) -> Tensor:
    return torch.randn(n, 2, generator=torch.Generator().manual_seed(0)) * 10


@pytest.fixture(scope="module")
def images() -> tuple[Tensor, Tensor]:
    """Digits, and what noise makes of them."""
    clean = load_digits("test").pixels[:40]
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(0))
    return (clean + 0.3 * noise).clamp(0, 1), clean


@pytest.mark.parametrize("n", [6, 40, 1300])
def test_nearest_neighbours_are_those_of_scikit_learn(n: int) -> None:
    points = _map(n)
    expected = NearestNeighbors(n_neighbors=5).fit(points.numpy()).kneighbors()[1]

    assert nearest_on_map(points, 5).tolist() == expected.tolist()


def test_neighbours_in_a_tight_cluster_far_away_are_exact() -> None:
    points = torch.tensor([[1000.0, 0.0], [1000.001, 0.0], [1000.004, 0.0], [0.0, 0.0]])

    assert nearest_on_map(points, 1).flatten().tolist()[:3] == [1, 0, 1]


def test_label_agreement_counts_neighbours() -> None:
    points = torch.tensor([[0.0], [1.0], [2.1], [9.0]])
    labels = torch.tensor([7, 7, 3, 3])

    # 0 -> 1 (same), 1 -> 0 (same), 2 -> 1 (other), 3 -> 2 (same)
    assert label_agreement(nearest_on_map(points, 1), labels) == 0.75


@pytest.mark.parametrize("k", [1, 5, 12])
def test_trustworthiness_is_that_of_scikit_learn(k: int) -> None:
    points = load_digits("train").pixels[:1100]  # in two chunks
    ranks = distance_ranks(points)
    for embedding in (_map(1100), points[:, 300:302] + _map(1100) / 1000):
        expected = reference_trustworthiness(points.numpy(), embedding.numpy(), n_neighbors=k)

        found = trustworthiness(nearest_on_map(embedding, k), ranks)

        assert found == pytest.approx(expected, abs=1e-6)


def test_points_themselves_are_to_be_trusted() -> None:
    points = _map(50)

    assert trustworthiness(nearest_on_map(points, 5), distance_ranks(points)) == 1


def test_trustworthiness_needs_more_points_than_twice_the_neighbours() -> None:
    points = _map(10)
    with pytest.raises(ValueError, match=r"k \(=5\) must be below half of .* got 10"):
        trustworthiness(nearest_on_map(points, 5), distance_ranks(points))


def test_psnr_is_that_of_scikit_image(images: tuple[Tensor, Tensor]) -> None:
    noisy, clean = images
    expected = [
        peak_signal_noise_ratio(reference.numpy(), image.numpy(), data_range=1.0)
        for image, reference in zip(noisy, clean, strict=True)
    ]

    np.testing.assert_allclose(psnr(noisy, clean).numpy(), expected, rtol=1e-5)
    assert torch.isinf(psnr(clean, clean)).all()


def test_ssim_is_that_of_scikit_image(images: tuple[Tensor, Tensor]) -> None:
    noisy, clean = images
    expected = [
        structural_similarity(
            reference.view(28, 28).numpy(), image.view(28, 28).numpy(), data_range=1.0
        )
        for image, reference in zip(noisy, clean, strict=True)
    ]

    np.testing.assert_allclose(ssim(noisy, clean).numpy(), expected, atol=1e-5)
    torch.testing.assert_close(ssim(clean, clean), torch.ones(40))
