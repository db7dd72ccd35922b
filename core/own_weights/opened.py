"""Keep opened weights as a run, which is done at once: all that shows trained models shows it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from core.data.digits import Digits, load_digits
from core.files import append_bytes, finite, replace_bytes
from core.own_weights.build import build_model, named_config
from core.own_weights.errors import WeightsRefused
from core.own_weights.match import SCALES, Match
from core.own_weights.reading import MAX_NAME
from core.runs.record import HISTORY, RunError, RunRecord, RunState
from core.runs.state import OWN_WEIGHTS
from core.runs.store import RunStore
from core.training.config import training_configs
from core.training.events import Epoch
from core.training.run import preview_indices, validation_generator
from models import Model
from models.stack import MAX_LAYERS

#: Opened weights count as those after so many epochs: 0 would be an untrained model.
EPOCH = 1
_SECTION = "opened"
_LONGEST_FILE = 100
#: So many digits go through the network at once.
_CHUNK = 2000


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Where the weights of a run are from: a file, the name of each layer's weight in it.

    `layers` lead from the pixels to the pixels; the second head of a VAE comes after them. `scale`,
    of `core.own_weights.match.SCALES`, is that of the pixels in their training.
    """

    file: str
    layers: tuple[str, ...]
    scale: str


def open_weights(
    match: Match,
    tensors: Mapping[str, Tensor],
    store: RunStore,
    *,
    title: str,
    file: str,
    visitor: str = "",
) -> RunRecord:
    """Make a run of a visitor of opened weights: measured on all test digits, and done.

    Args:
        match: Which tensors are which layers, as the visitor accepts it.
        tensors: What `read_weights` returns.
        store: Where the run is kept.
        title: What it is called.
        file: The name of the file, for people.
        visitor: Whose run it is.

    Raises:
        WeightsRefused: the network computes NaN or infinite numbers.
        RunError: there is no room, or the folder cannot be written.
        DigitsError: the data set cannot be had.
        ValueError: the title is too long.
    """
    name, config = named_config(match)
    training = {"data": match.data, "epochs": EPOCH}
    training_configs(name, config.to_dict(), training)  # as whoever reads it will check it
    model = build_model(match, tensors)
    event = _event(model, load_digits("test", match.data))
    layers = [layer.weight for layer in (*match.layers, match.spread) if layer is not None]
    settings: dict[str, Any] = {
        "model": name,
        "config": config.to_dict(),
        "training": training,
        _SECTION: {
            "file": file[:_LONGEST_FILE],
            "layers": [layer[:MAX_NAME] for layer in layers],
            "scale": match.scale,
        },
    }
    record = store.create(
        OWN_WEIGHTS,
        settings,
        title=title,
        visitor=visitor,
        state=RunState(status="done", progress=1.0),
        fill=lambda folder: _write(folder, event),
    )
    store.make_room(visitor)
    return record


def read_opened(record: RunRecord) -> Opened:
    """Return where the weights of a run are from.

    Raises:
        RunError: its run.json says nothing of it, or something that cannot be.
    """
    values = record.request.settings.get(_SECTION)
    try:
        if not isinstance(values, Mapping):
            raise ValueError("it names no file")
        file, layers, scale = (values.get(name) for name in ("file", "layers", "scale"))
        if not isinstance(file, str) or len(file) > _LONGEST_FILE:
            raise ValueError("the name of its file is no short text")
        if not isinstance(layers, list) or len(layers) > 2 * MAX_LAYERS + 1:
            raise ValueError("its layers are no short list")
        if not all(isinstance(layer, str) and len(layer) <= MAX_NAME for layer in layers):
            raise ValueError("a layer has no short name")
        if scale not in SCALES:
            raise ValueError(f"its scale must be one of {', '.join(SCALES)}")
    except ValueError as error:
        raise RunError(f"The run.json of run {record.id} cannot be used: {error}.") from None
    return Opened(file=file, layers=tuple(layers), scale=scale)


@torch.inference_mode()
def _event(model: Model, test: Digits) -> Epoch:
    """Return what the lab measures and keeps of a network, as after an epoch of a training."""
    generator = validation_generator(0)
    parts = [model.loss_terms(pixels, generator) for pixels in test.pixels.split(_CHUNK)]
    means = {name: float(sum(part[name] for part in parts)) / len(parts) for name in parts[0]}
    if not all(map(math.isfinite, means.values())):
        raise WeightsRefused(
            "The network computes NaN or infinite numbers for test digits; choose other functions "
            "or another kind of spread, or train it with a smaller learning rate."
        )
    shown = test.pixels.index_select(0, preview_indices(test))
    return Epoch(
        progress=1.0,
        epoch=EPOCH,
        epochs=EPOCH,
        train={},
        validation=means,
        seconds=0.0,
        images_per_second=0.0,
        preview=(torch.stack([shown, model(shown)]) * 255).round().to(torch.uint8),
        weights=model.state_dict(),
        checkpoint_tensors={},
    )


def _write(folder: Path, event: Epoch) -> None:
    """Write what `RunRecord.append` would, but for a checkpoint: nothing goes on from here."""
    for name, tensors in event.tensors().items():
        replace_bytes(folder / name, safetensors.torch.save(dict(tensors)))
    for name, content in event.appended().items():
        if content:
            append_bytes(folder / name, content)
    row = json.dumps(finite(event.row()), separators=(",", ":"), allow_nan=False)
    append_bytes(folder / HISTORY, row.encode() + b"\n")
