from itertools import pairwise
from pathlib import Path

import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from core.analysis.pca import principal_components
from core.data.digits import load_digits
from core.tsne import compiled, neighbour_files
from core.tsne.neighbour_files import NeighbourFiles
from core.tsne.neighbours import Neighbours, nearest_neighbours
from tests.support.generators import returned

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def points() -> Tensor:
    return principal_components(load_digits("train").pixels[:1500], 50)


def _found(points: Tensor, k: int, threads: int | None = 1) -> Neighbours:
    return returned(nearest_neighbours(points, k, threads))[1]


@pytest.mark.parametrize("by_loop", [True, False])
@pytest.mark.parametrize("k", [1, 90, 1499])
def test_neighbours_are_those_of_scikit_learn(
    points: Tensor, k: int, by_loop: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "AVAILABLE", by_loop)
    found = _found(points, k)

    reference = NearestNeighbors(n_neighbors=k).fit(points.double().numpy())
    distances, indices = reference.kneighbors()
    assert found.indices.dtype == torch.int32
    torch.testing.assert_close(
        found.distances.double().sqrt(), torch.from_numpy(distances), rtol=1e-5, atol=1e-5
    )
    # Points that are as far away, to float32 precision, may change places.
    same = (found.indices.long() == torch.from_numpy(indices)).double().mean()
    assert float(same) > 0.999


def test_progress_ascends_to_all(points: Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tsne.neighbours._BLOCK_ELEMENTS", 400 * 1500)
    shares, _ = returned(nearest_neighbours(points, 5, 1))

    assert all(earlier < later for earlier, later in pairwise(shares))
    assert (len(shares), shares[-1]) == (4, 1.0)


def test_any_number_of_threads_finds_the_same_bits(
    points: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.tsne.neighbours._BLOCK_ELEMENTS", 100 * 1500)
    one, three = _found(points, 20, 1), _found(points, 20, 3)

    assert torch.equal(one.indices, three.indices)
    assert torch.equal(one.distances, three.distances)


def test_equal_points_are_each_others_neighbours_and_none_its_own() -> None:
    points = torch.zeros(40, 3)
    found = _found(points, 6)

    assert not found.distances.any()
    assert not (found.indices == torch.arange(40)[:, None]).any()
    assert all(len(set(row.tolist())) == 6 for row in found.indices)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NeighbourFiles:
    monkeypatch.setattr(neighbour_files, "MIN_POINTS", 10)
    return NeighbourFiles(tmp_path / "cache")


def test_neighbours_are_kept_by_points_and_number(files: NeighbourFiles) -> None:
    points = torch.rand(50, 4, generator=torch.Generator().manual_seed(0))
    found = _found(points, 7)
    assert files.load(points, 7) is None
    files.save(points, found)

    again = files.load(points, 7)
    assert again is not None
    assert torch.equal(again.indices, found.indices)
    assert torch.equal(again.distances, found.distances)
    assert files.load(points, 6) is None
    assert files.load(points + 1e-3, 7) is None


def _break(path: Path, tensors: dict[str, Tensor]) -> None:
    import safetensors.torch

    safetensors.torch.save_file(tensors, path)


@pytest.mark.parametrize(
    "harm",
    ["cut", "empty", "link", "other shape", "index too large", "negative", "nan", "other type"],
)
def test_a_damaged_file_counts_as_none(files: NeighbourFiles, tmp_path: Path, harm: str) -> None:
    points = torch.rand(50, 4, generator=torch.Generator().manual_seed(0))
    found = _found(points, 7)
    files.save(points, found)
    (path,) = (tmp_path / "cache").iterdir()
    indices, distances = found.indices.clone(), found.distances.clone()
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "link":
        path.rename(tmp_path / "elsewhere.safetensors")
        path.symlink_to(tmp_path / "elsewhere.safetensors")
    elif harm == "other shape":
        _break(path, {"indices": indices[:-1].clone(), "distances": distances[:-1].clone()})
    elif harm == "other type":
        _break(path, {"indices": indices.long(), "distances": distances})
    else:
        if harm == "index too large":
            indices[3, 2] = 50
        elif harm == "negative":
            distances[0, 0] = -1
        else:
            distances[0, 0] = torch.nan
        _break(path, {"indices": indices, "distances": distances})

    assert files.load(points, 7) is None
    files.save(points, found)
    assert files.load(points, 7) is not None


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    points = torch.rand(neighbour_files.MIN_POINTS, 2)
    files = NeighbourFiles(tmp_path / "cache")

    files.save(points, Neighbours(indices=torch.zeros(5, 1).int(), distances=torch.zeros(5, 1)))

    assert files.load(points, 1) is None
    assert NeighbourFiles(None).load(points, 1) is None
