"""Check all that the folder of a t-SNE run from a bundle holds."""

from __future__ import annotations

import re

import numpy as np
import torch

from core.data.data_sets import DATA_SETS
from core.data.digits import all_labels
from core.export.checked_run import check_files, check_numbers, is_count, is_finite, row_damaged
from core.export.checked_training import check_lengths
from core.runs.record import CHECKPOINT, HISTORY, OLD_CHECKPOINT, RunRecord
from core.runs.tensor_files import read_tensors
from core.tsne.config import TSNEConfig
from core.tsne.frame import FRAMES_FILE, POINTS_FILE, POSITIONS_FILE
from core.tsne.frames_file import read_arrays
from core.tsne.recording import OpenRecording, open_recording, tsne_config

_WAY_OUT = "export it again"
_FILES = r"frames\.f16|(points|positions)\.safetensors"
#: Bytes of frames that are read at a time.
_PART = 64_000_000
#: The rows that tell of the preparation: a search tells some hundred times how far it is.
_MOST_PREPARATIONS = 10_000
#: The measures of a frame by the names of its maps.
_OF_MAPS = ("gradient_norm", "learning_rate", "kl_divergence", "agreement", "trustworthiness")
_PERPLEXITY = ("median", "lowest", "highest")
#: The tensors of a checkpoint that belong to a map, behind its name and a dot.
_OF_MAP = re.compile(r"positions|learning_rate|optimizer\.[a-z_]{1,40}")


def check_maps(record: RunRecord) -> None:
    """Check a t-SNE run: settings, history, digits, frames, last positions and checkpoint.

    Raises:
        ValueError: something in it is not as a t-SNE run writes it; the reason.
        RunError: the same, or a file cannot be read.
    """
    check_files(record, _FILES)
    config = tsne_config(record)
    last = _check_history(record, config)
    if record.state.status == "done" and last != config.iterations:
        raise ValueError(
            f"it says that it is done, and has {max(last, 0)} of {config.iterations} iterations"
        )
    if last >= 0:
        _check_frames(record, config, open_recording(record))
    for file in (CHECKPOINT, OLD_CHECKPOINT):
        if (record.folder / file).exists():
            _check_checkpoint(record, config, file, last)


def _check_history(record: RunRecord, config: TSNEConfig) -> int:
    """Check the rows of the history; return the last iteration that is over, -1 without any."""
    last, preparations = -1, 0
    for row in record.history():
        match row["event"]:
            case "preparation":
                preparations += 1
                if preparations > _MOST_PREPARATIONS or not is_finite(row.get("share"), 0, 1):
                    raise row_damaged()
                if not isinstance(row.get("phase"), str) or len(row["phase"]) > 100:
                    raise row_damaged()
            case "frame":
                iteration, frame = row.get("iteration"), row.get("frame")
                if iteration != last + 1 or not is_count(iteration, config.iterations):
                    raise row_damaged()
                last += 1
                if frame is not None and not is_count(frame, config.iterations):
                    raise row_damaged()
                for name in _OF_MAPS:
                    check_numbers(row, name, config.names)
                check_numbers(row, "perplexity", _PERPLEXITY)
                for own in (row.get("perplexities") or {}).values():
                    check_numbers({"own": own}, "own", _PERPLEXITY)
                if not set(row.get("perplexities") or {}) <= set(config.names):
                    raise row_damaged()
            case _:
                raise row_damaged()
    return last


def _check_frames(record: RunRecord, config: TSNEConfig, recording: OpenRecording) -> None:
    """Check which digits are on the maps, and that all positions are numbers."""
    points = read_arrays(record, POINTS_FILE)
    if points.keys() != {"labels", "indices"} or any(
        values.dtype != np.int64 for values in points.values()
    ):
        raise ValueError(f"the tensors of its {POINTS_FILE} are those of another run")
    count = len(recording.labels)
    if DATA_SETS[config.data].is_there:
        labels = all_labels(config.data)
        chosen = config.choose(labels)
        if not np.array_equal(chosen.numpy(), recording.indices) or not np.array_equal(
            labels[chosen].numpy(), recording.labels
        ):
            raise ValueError(f"its {POINTS_FILE} names other digits than its settings")
    elif count > config.digits or len(np.unique(recording.indices)) != count:
        raise ValueError(f"its {POINTS_FILE} names other digits than its settings")
    # One more frame may be written than the history knows of, and a part of another.
    if recording.file.count > len(recording.places) + 1:
        raise ValueError(f"its {FRAMES_FILE} holds more frames than its history")
    at_once = max(1, _PART // (len(config.names) * count * 4))
    for first in range(0, len(recording.places), at_once):
        recording.positions(slice(first, first + at_once))
    if (record.folder / POSITIONS_FILE).exists():
        # NaN is where a map has diverged.
        diverged = [
            name for name, kl in zip(config.names, recording.kl[-1], strict=True) if np.isnan(kl)
        ]
        final = read_arrays(record, POSITIONS_FILE, diverged=diverged)
        if final.keys() != {*config.names} or any(
            values.shape != (count, 2) or values.dtype != np.float32 for values in final.values()
        ):
            raise ValueError(f"the tensors of its {POSITIONS_FILE} are those of another run")


def _check_checkpoint(record: RunRecord, config: TSNEConfig, file: str, last: int) -> None:
    """Check that the run can go on from its checkpoint."""
    diverged = (
        {
            name
            for name, kl in (record.history()[-1].get("kl_divergence") or {}).items()
            if kl is None
        }
        if last >= 0
        else set()
    )
    tensors, metadata = read_tensors(record.folder / file, _WAY_OUT, diverged=diverged)
    check_lengths(record, metadata, (HISTORY, FRAMES_FILE), file)
    counters = {name: tensors.pop(name, None) for name in ("iteration", "kept")}
    for value in counters.values():
        if value is None or value.dtype != torch.int64 or value.numel() != 1:
            raise ValueError(f"its {file} does not say after which iteration it was made")
        if not 0 <= int(value) <= max(last, 0) + 1:
            raise ValueError(f"its {file} is of an iteration that it has not reached")
    count = None
    for key, tensor in tensors.items():
        name, _, what = key.partition(".")
        if name not in config.names or _OF_MAP.fullmatch(what) is None:
            raise ValueError(f"the tensors of its {file} are those of another run ({key[:60]!r})")
        shape = tuple(tensor.shape)
        if what == "positions":
            count = shape[:1] if count is None else count
        right = shape in ((), (*(count or shape[:1]), 2)) and tensor.is_floating_point()
        if not right or (shape and shape[0] > config.digits):
            raise ValueError(f"{key[:60]} in its {file} has another shape than its maps")
    if any(f"{name}.positions" not in tensors for name in config.names):
        raise ValueError(f"its {file} lacks the positions of a map")
