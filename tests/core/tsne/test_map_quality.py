import pytest
import torch
from sklearn.manifold import trustworthiness as reference
from sklearn.neighbors import NearestNeighbors

from core.tsne import map_quality
from core.tsne.map_quality import MapQuality


def _problem(n: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(n, 6, generator=generator)
    positions = points[:, :2] + 0.3 * torch.randn(n, 2, generator=generator)
    return points, (points[:, 0] > 0).long(), positions


@pytest.mark.parametrize("large", [False, True])
def test_measures_are_those_of_scikit_learn(large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if large:
        monkeypatch.setattr(map_quality, "MAX_ASKED", 1000)
        monkeypatch.setattr(map_quality, "TRUST_ASKED", 1000)
    points, labels, positions = _problem(1400)

    agreement, trust = MapQuality(points, labels).of(positions, whole=True)

    found = NearestNeighbors(n_neighbors=5).fit(positions.numpy()).kneighbors()[1]
    expected = (labels[torch.from_numpy(found)] == labels[:, None]).double().mean()
    exact = reference(points.numpy(), positions.numpy(), n_neighbors=5)
    # Of 1,000 of 1,400 points the shares are near those of all.
    assert agreement == pytest.approx(float(expected), abs=0.01 if large else 1e-6)
    assert trust == pytest.approx(exact, abs=0.005 if large else 1e-6)


def test_of_many_points_trust_is_measured_only_for_the_whole_map(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(map_quality, "MAX_ASKED", 100)
    points, labels, positions = _problem(300)

    agreement, trust = MapQuality(points, labels).of(positions, whole=False)

    assert agreement is not None
    assert trust is None


@pytest.mark.parametrize("n", [50, 300])
def test_a_map_that_has_diverged_has_no_measures(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_quality, "MAX_ASKED", 100)
    points, labels, positions = _problem(n)
    positions[3] = torch.nan

    agreement, trust = MapQuality(points, labels).of(positions, whole=True)

    assert agreement is not None
    assert trust is not None
    assert agreement != agreement
    assert trust != trust


def test_coincident_points_on_the_map() -> None:
    points, labels, positions = _problem(200)
    agreement, trust = MapQuality(points, labels).of(torch.zeros_like(positions), whole=True)

    assert agreement is not None
    assert trust is not None
    assert 0 <= agreement <= 1
    assert trust < 0.6
