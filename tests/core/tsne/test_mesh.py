import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from core.tsne import mesh
from core.tsne.affinities import Affinities
from core.tsne.edges import Edges, neighbours_needed
from core.tsne.exact import ExactGradient
from core.tsne.mesh import Layout, TorchRepulsion, fast_length, kernel_spectrum, repel_in_chunks
from core.tsne.mesh_gradient import MeshGradient
from core.tsne.mesh_loop import gather, spread
from core.tsne.mesh_repulsion import Repulsion, fast_kernel_spectrum
from core.tsne.neighbours import nearest_neighbours
from core.tsne.row_blocks import RowBlocks
from tests.support.generators import returned

pytestmark = pytest.mark.usefixtures("one_thread")


def _map(n: int, extent: float, seed: int = 0) -> Tensor:
    """Ten clusters in a square, as digits make them."""
    generator = torch.Generator().manual_seed(seed)
    centres = torch.rand(10, 2, generator=generator)
    own = torch.randint(0, 10, (n,), generator=generator)
    return (centres[own] * 0.7 + torch.rand(n, 2, generator=generator) * 0.3) * extent


def _by_loops(positions: Tensor, threads: int = 1) -> tuple[Tensor, float]:
    sums = np.empty((3, len(positions)), np.float32)
    z = Repulsion(RowBlocks(len(positions), threads))(positions.numpy(), sums)
    return torch.from_numpy(sums[1:].T.copy()), z


# Narrow as a start from PCA, early, at the end, and stretched by a wild learning rate.
@pytest.mark.parametrize("extent", [1e-4, 0.02, 0.04, 1.0, 15.0, 30.0, 80.0, 150.0, 2000.0])
@pytest.mark.parametrize("ours", [_by_loops, TorchRepulsion()])
def test_force_and_z_are_those_of_all_pairs(
    extent: float, ours: Callable[[Tensor], tuple[Tensor, float]]
) -> None:
    positions = _map(4000, extent)

    forces, z = ours(positions)

    exact, exact_z = repel_in_chunks(positions.double())
    assert float((forces - exact).norm() / exact.norm()) < 1e-2
    assert z == pytest.approx(exact_z, rel=1e-3)


def test_all_pairs_are_those_of_a_matrix() -> None:
    positions = _map(300, 20.0).double()
    forces, z = repel_in_chunks(positions)

    offsets = positions[:, None] - positions
    w = 1 / (1 + offsets.square().sum(2))
    torch.testing.assert_close(forces, (w.square()[:, :, None] * offsets).sum(1))
    assert z == pytest.approx(float(w.sum()) - 300)


def test_any_number_of_threads_gives_the_same_bits() -> None:
    positions = _map(3000, 60.0)
    one, three = _by_loops(positions, 1), _by_loops(positions, 3)

    assert torch.equal(one[0], three[0])
    assert one[1] == three[1]


def test_a_spectrum_serves_while_the_map_keeps_its_size() -> None:
    repulsion = Repulsion(RowBlocks(3000, 1))
    sums = np.empty((3, 3000), np.float32)
    for extent in (60.0, 60.5, 60.1, 90.0):
        repulsion(_map(3000, extent).numpy(), sums)

    assert repulsion.spectra == 2


def test_both_spectra_are_the_same() -> None:
    for layout in (Layout(1 / 3, 64, 96), Layout(1 / 8, 16, 16)):
        found = fast_kernel_spectrum(layout)
        np.testing.assert_allclose(found, kernel_spectrum(layout).numpy(), rtol=0, atol=1e-10)
        assert found.shape == (layout.padded[0], layout.padded[1] // 2 + 1)


def test_lengths_have_small_factors_and_room_for_the_map() -> None:
    for nodes in (1, 7, 97, 640, 1001):
        length = fast_length(nodes)
        assert length >= nodes
        assert 30 ** int(math.log2(length) + 1) % length == 0  # of the factors 2, 3 and 5 alone
    for extent in (0.1, 20.0, 700.0):
        layout = Layout.of(extent, extent, 100_000)
        assert layout is not None
        assert (layout.columns - 2 * mesh.MARGIN) * layout.spacing > extent


def _splines(places: np.ndarray) -> np.ndarray:
    """What a charge of 1 at each of these places along the first axis spreads onto the nodes."""
    grid = np.zeros((20, 20), np.float32)
    points = np.column_stack([places, np.full_like(places, 9.0)]).astype(np.float32)
    spread(points, 0.0, 0.0, 1.0, grid)
    return grid.sum(1)


def test_splines_sum_to_one_and_are_cubic() -> None:
    assert _splines(np.array([9.0]))[7:12] == pytest.approx([0, 1 / 6, 2 / 3, 1 / 6, 0], abs=1e-6)
    for place in (9.1, 9.5, 9.93):
        weights = _splines(np.array([place]))
        assert weights.sum() == pytest.approx(1, abs=1e-6)
        assert float(weights @ np.arange(20)) == pytest.approx(place, abs=1e-5)


@pytest.mark.parametrize("axis", [0, 1])
def test_forces_are_the_slope_of_the_potential(axis: int) -> None:
    potential = np.random.default_rng(0).normal(size=(20, 20)).astype(np.float32)
    places = np.random.default_rng(1).uniform(4, 15, (50, 2)).astype(np.float32)
    step = np.zeros(2, np.float32)
    step[axis] = 1 / 64
    sums = [np.empty((3, 50), np.float32) for _ in range(3)]
    for points, found in zip((places, places + step, places - step), sums, strict=True):
        gather(points, 0.0, 0.0, 2.0 / 2, potential, found, 0, 50)

    slopes = (sums[1][0] - sums[2][0]) * 32
    np.testing.assert_allclose(sums[0][1 + axis], -0.5 * slopes, rtol=0, atol=5e-3)


# The whole gradient.


def _edges(n: int) -> tuple[Tensor, Edges]:
    points = torch.randn(n, 8, generator=torch.Generator().manual_seed(4))
    found = returned(nearest_neighbours(points, neighbours_needed(20.0, n), 1))[1]
    return points, Edges.from_neighbours(found, 20.0)


@pytest.mark.parametrize("exaggeration", [1.0, 12.0])
@pytest.mark.parametrize("by_loop", [True, False])
def test_the_gradient_is_that_of_all_pairs(by_loop: bool, exaggeration: float) -> None:
    _, edges = _edges(3000)
    joint = torch.zeros(3000, 3000)
    rows = torch.repeat_interleave(edges.pointers.diff())
    joint[rows, edges.indices.long()] = edges.weights
    positions = _map(3000, 40.0)
    found, exact = torch.empty_like(positions), torch.empty_like(positions)

    kl = MeshGradient(edges, threads=1, by_loop=by_loop)(positions, found, exaggeration)

    expected = ExactGradient(joint, 1)(positions, exact, exaggeration)
    assert kl == pytest.approx(expected, abs=1e-3)
    assert float((found - exact).norm() / exact.norm()) < 1e-2


def test_the_kl_is_that_of_all_of_p_but_for_far_neighbours() -> None:
    points, edges = _edges(2000)
    positions = _map(2000, 40.0)
    gradient = torch.empty_like(positions)

    near = MeshGradient(edges, threads=1)(positions, gradient)

    whole = ExactGradient(Affinities.from_perplexity(points, 20.0).joint, 1)(positions, gradient)
    assert near == pytest.approx(whole, rel=0.05)


def test_the_kl_is_not_measured_where_nobody_asks() -> None:
    _, edges = _edges(500)
    positions, gradient, again = _map(500, 30.0), torch.empty(500, 2), torch.empty(500, 2)
    find = MeshGradient(edges, threads=1)

    assert math.isnan(find(positions, gradient, measure=False))
    assert math.isfinite(find(positions, again))
    assert torch.equal(gradient, again)


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e20])
def test_a_map_that_has_diverged_raises_nothing(value: float) -> None:
    _, edges = _edges(500)
    positions, gradient = _map(500, 30.0), torch.empty(500, 2)
    positions[7, 0] = value
    for by_loop in (True, False):
        MeshGradient(edges, threads=1, by_loop=by_loop)(positions, gradient)
