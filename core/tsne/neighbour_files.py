"""Keep the nearest neighbours of points on disk, so that a second run on them starts at once."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor

from core.files import replace_bytes
from core.runs.errors import RunError
from core.runs.opening import make_folder
from core.runs.tensor_files import read_tensors
from core.tsne.neighbours import Neighbours

#: With fewer points the search takes less than a second.
MIN_POINTS = 5_000


class NeighbourFiles:
    """The neighbours in a folder, by the points' values and number of neighbours.

    A file that is damaged counts as none, and one that cannot be written is done without. None
    instead of a folder keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def load(self, points: Tensor, k: int) -> Neighbours | None:
        """Return the k neighbours of these points, (N, D), or None if they are not known."""
        path = self._path(points, k)
        if path is None or not path.exists():
            return None
        try:
            tensors, _ = read_tensors(path, "")
        except RunError:
            return None
        indices, distances = tensors.get("indices"), tensors.get("distances")
        if indices is None or distances is None:
            return None
        shape = (len(points), k)
        right = (
            indices.shape == distances.shape == shape
            and indices.dtype == torch.int32
            and distances.dtype == torch.float32
            and int(indices.min()) >= 0
            and int(indices.max()) < len(points)
            and bool((distances >= 0).all())
        )
        if not right:
            return None
        return Neighbours(indices=indices.to(points.device), distances=distances.to(points.device))

    def save(self, points: Tensor, neighbours: Neighbours) -> None:
        """Keep the neighbours of these points."""
        path = self._path(points, neighbours.indices.shape[1])
        if path is None:
            return
        tensors = {
            "indices": neighbours.indices.cpu().contiguous(),
            "distances": neighbours.distances.cpu().contiguous(),
        }
        with contextlib.suppress(OSError, RunError):
            make_folder(path.parent)
            replace_bytes(path, safetensors.torch.save(tensors), durable=False)

    def _path(self, points: Tensor, k: int) -> Path | None:
        if self._folder is None or len(points) < MIN_POINTS:
            return None
        content = points.detach().to("cpu", torch.float32).contiguous().numpy()
        digest = hashlib.blake2b(content.tobytes(), digest_size=12).hexdigest()
        shape = "x".join(map(str, content.shape))
        return self._folder / f"neighbours-{shape}-{k}-{digest}.safetensors"
