"""What a run shows as PNG files: digits that a model rebuilds, random ones, and finished maps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from core.export.animation import MapPictures
from core.export.output import output_file
from core.recorder.reading import mapped_data
from core.runs.record import RunError, RunRecord
from core.runs.state import OWN_WEIGHTS, RECORDED_MAP, RECORDED_MODEL
from core.training.record import checkpoint_epochs, load_model, model_name, read_previews
from core.tsne.recording import load_recording
from models import SIDE, spec_of

#: Pixels of a picture for each pixel of a digit.
_SCALE = 3
#: Pixels between digits, before they are enlarged.
_GAP = 2
#: The grey between digits.
_GROUND = 96
#: The learning of a model is shown at so many epochs, evenly spread.
_EPOCHS = 12
#: Random digits: so many rows of so many.
_SAMPLES = 10
#: Pixels of the side of a finished map.
_MAP_SIZE = 600


def write_digits(record: RunRecord, path: Path) -> None:
    """Write ten test digits as the model gets them, and as it rebuilds them after its last epoch.

    Raises:
        RunError: the run has no pictures yet, or the file cannot be written.
    """
    _write(_tiled(_previews(record)[-1]), path)


def write_learning(record: RunRecord, path: Path) -> None:
    """Write ten test digits as the model rebuilds them, a row an epoch from the untrained model on.

    Raises:
        RunError: as for `write_digits`.
    """
    previews = _previews(record)
    rows = np.unique(np.linspace(0, len(previews) - 1, _EPOCHS).round().astype(int))
    _write(_tiled(np.concatenate([previews[-1, :1], previews[rows, 1]])), path)


def write_samples(record: RunRecord, path: Path) -> None:
    """Write what a VAE decodes random codes to.

    Raises:
        RunError: the model is another, has no weights that can be used, or the file cannot be
            written.
    """
    epochs = checkpoint_epochs(record)
    if not epochs or not spec_of(model_name(record.request)).model.has_posterior:
        raise RunError(f"Run {record.id} has no model that decodes random codes.")
    model = load_model(record, epochs[-1])
    generator = torch.Generator().manual_seed(0)
    codes = torch.randn(_SAMPLES**2, model.config.latent_dim, generator=generator)
    pictures = (model.decode(codes) * 255).round().byte().numpy()
    _write(_tiled(pictures.reshape(_SAMPLES, _SAMPLES, -1)), path)


def write_maps(record: RunRecord, path: Path) -> None:
    """Write the maps of a run side by side, after its last iteration.

    Raises:
        RunError: the run has no map that can be read, or the file cannot be written.
    """
    classes = mapped_data(record).classes
    pictures = MapPictures(load_recording(record, frames=2), _MAP_SIZE, classes)
    _write(pictures.last(), path)


#: What is drawn of a run, by its kind and by the name of the file.
PICTURES: Mapping[str, Mapping[str, Callable[[RunRecord, Path], None]]] = {
    "train": {"digits": write_digits, "learning": write_learning, "samples": write_samples},
    "tsne": {"maps": write_maps},
    RECORDED_MODEL: {"digits": write_digits, "learning": write_learning},
    OWN_WEIGHTS: {"digits": write_digits, "samples": write_samples},
    RECORDED_MAP: {"maps": write_maps},
}


def _previews(record: RunRecord) -> NDArray[np.uint8]:
    previews = read_previews(record)
    if not len(previews):
        raise RunError(f"Run {record.id} has no pictures yet; wait for its first epoch.")
    return previews


def _tiled(rows: NDArray[np.uint8]) -> Image.Image:
    """Return digits, (R, C, 784), as one picture."""
    down, across, _ = rows.shape
    cell = SIDE + _GAP
    grid = np.full((down, cell, across, cell), _GROUND, np.uint8)
    grid[:, :SIDE, :, :SIDE] = rows.reshape(down, across, SIDE, SIDE).swapaxes(1, 2)
    flat = grid.reshape(down * cell, across * cell)[:-_GAP, :-_GAP]
    return Image.fromarray(flat.repeat(_SCALE, 0).repeat(_SCALE, 1))


def _write(picture: Image.Image, path: Path) -> None:
    with output_file(path) as file:
        picture.save(file, "PNG")
