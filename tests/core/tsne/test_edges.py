import pytest
import torch
from scipy.sparse import csr_array
from sklearn.manifold import _t_sne
from sklearn.neighbors import NearestNeighbors

from core.data.digits import load_digits
from core.tsne.edges import Edges, neighbours_needed
from core.tsne.neighbours import nearest_neighbours
from tests.support.generators import returned

pytestmark = pytest.mark.usefixtures("one_thread")


def _edges(n: int, perplexity: float) -> tuple[torch.Tensor, Edges]:
    points = load_digits("train").pixels[:n]
    k = neighbours_needed(perplexity, n)
    return points, Edges.from_neighbours(returned(nearest_neighbours(points, k, 1))[1], perplexity)


def _matrix(edges: Edges) -> csr_array:
    arrays = (edges.weights.numpy(), edges.indices.numpy(), edges.pointers.numpy())
    return csr_array(arrays, shape=(len(edges), len(edges)))


@pytest.mark.parametrize("perplexity", [5.0, 30.0])
def test_p_is_that_of_scikit_learn(perplexity: float) -> None:
    points, edges = _edges(700, perplexity)

    k = neighbours_needed(perplexity, 700)
    neighbours = NearestNeighbors(n_neighbors=k).fit(points.numpy())
    distances = neighbours.kneighbors_graph(mode="distance")
    distances.data **= 2
    expected = _t_sne._joint_probabilities_nn(distances, perplexity, 0).toarray()
    found = _matrix(edges).toarray()
    assert abs(found - expected).max() < 1e-4 * expected.max()
    assert edges.perplexity.median == pytest.approx(perplexity, rel=1e-3)


def test_edges_are_symmetric_and_each_is_there_once() -> None:
    _, edges = _edges(500, 10.0)
    matrix = _matrix(edges)

    assert matrix.has_canonical_format
    assert (matrix != matrix.T).nnz == 0
    assert not matrix.diagonal().any()
    assert float(edges.weights.double().sum()) == pytest.approx(1, abs=1e-6)
    assert edges.indices.dtype == edges.pointers.dtype == torch.int32


def test_equal_points_have_a_p_without_nan() -> None:
    points = torch.zeros(200, 3)
    found = returned(nearest_neighbours(points, 30, 1))[1]

    edges = Edges.from_neighbours(found, 10.0)

    assert bool(edges.weights.isfinite().all())
    assert float(edges.weights.double().sum()) == pytest.approx(1, abs=1e-6)


def test_too_few_points_for_the_perplexity() -> None:
    found = returned(nearest_neighbours(torch.rand(40, 3), 39, 1))[1]
    with pytest.raises(ValueError, match="needs more than 60 digits, got 40"):
        Edges.from_neighbours(found, 20.0)
