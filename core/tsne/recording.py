"""Read a t-SNE run back: its maps as one array, frame by frame, with what was measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.digits import ALL_DIGITS
from core.runs.record import HISTORY, RunError, RunRecord
from core.runs.state import RECORDED_MAP
from core.tsne.config import TSNEConfig
from core.tsne.frame import FRAMES_FILE, MAP, POINTS_FILE, POSITIONS_FILE
from core.tsne.frames_file import FramesFile, damaged, read_arrays
from core.tsne.measured import Measured, number

#: Where a run notes which digits its points are: as columns of integers, (N,).
_COLUMNS = ("labels", "indices")


@dataclass(frozen=True, kw_only=True, eq=False)
class TSNERecording:
    """The maps of P optimizers at S iterations, N points each; frame 0 is the start.

    `names` are short (`sgd`), `titles` for people. `iterations` is (S,), `positions` (S, P, N, 2),
    with NaN where a map has diverged; `labels` and `indices`, (N,), say which digits the points
    are, `indices` counting through training and then test digits. `kl` is (S, P), in nats.
    `agreement`, (S, P), is the fraction of five neighbours with the same label, as measured last
    since the frame before; NaN where it was not. `perplexity` is what the neighbourhoods amount to:
    median, lowest and highest.
    """

    names: tuple[str, ...]
    titles: tuple[str, ...]
    iterations: NDArray[np.int64]
    positions: NDArray[np.float32]
    labels: NDArray[np.int64]
    indices: NDArray[np.int64]
    kl: NDArray[np.float64]
    agreement: NDArray[np.float64]
    perplexity: Mapping[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class NewestFrame:
    """Where the maps of P optimizers stand: `positions` (P, N, 2), `labels` (N,), `kl` (P,) in
    nats; all else as in `TSNERecording`."""

    iteration: int
    positions: NDArray[np.float32]
    labels: NDArray[np.int64]
    kl: NDArray[np.float64]


def tsne_config(record: RunRecord) -> TSNEConfig:
    """Return what a t-SNE run was asked for.

    Raises:
        RunError: it is no t-SNE run, or this version of the lab cannot do what was asked for.
    """
    if record.request.kind != "tsne":
        raise RunError(
            f"Run {record.id} (kind {record.request.kind[:80]!r}) has no maps of the lab's own; "
            "choose a t-SNE run."
        )
    values = record.request.settings.get("config")
    try:
        if values is None:
            raise ValueError("it names no settings.")
        return TSNEConfig.from_dict(values)
    except (ValueError, OverflowError) as error:
        raise RunError(
            f"What the run.json of run {record.id} asks for cannot be: {error}"
        ) from None


def map_titles(record: RunRecord) -> Mapping[str, str]:
    """Return the titles of a run's maps by their names: those of its optimizers, or the one map
    that a program has recorded.

    Raises:
        RunError: it has no maps, or this version of the lab cannot do what was asked for.
    """
    if record.request.kind == RECORDED_MAP:
        return {MAP: record.request.title}
    return tsne_config(record).titles


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenRecording:
    """A `TSNERecording` whose positions stay in their file until they are read.

    `places` are those of its S frames in the file; all else is as in `TSNERecording`.
    """

    names: tuple[str, ...]
    titles: tuple[str, ...]
    iterations: NDArray[np.int64]
    labels: NDArray[np.int64]
    indices: NDArray[np.int64]
    kl: NDArray[np.float64]
    agreement: NDArray[np.float64]
    perplexity: Mapping[str, float]
    places: NDArray[np.int64]
    file: FramesFile

    def positions(self, rows: NDArray[np.int64] | slice = slice(None)) -> NDArray[np.float32]:
        """Return the positions of these frames, (rows, P, N, 2).

        Raises:
            RunError: the file is gone, has been cut, or holds what cannot be.
        """
        return self.file.read(self.places[rows], self.kl[rows])

    def frame(self, row: int) -> NDArray[np.float32]:
        """Return the positions of one frame, (P, N, 2); raises as `positions` does."""
        return self.positions(slice(row, row + 1))[0]


def open_recording(record: RunRecord, frames: int | None = None) -> OpenRecording:
    """Return what a t-SNE run has recorded so far, its positions unread.

    Arguments and errors are those of `load_recording`.
    """
    titles = map_titles(record)
    names = tuple(titles)
    # The history first: a row is written after the frame that it speaks of.
    rows = [row for row in record.history() if row.get("event") == "frame"]
    if not rows:
        raise RunError(f"Run {record.id} has no map yet; wait for its first iteration.")
    labels, indices = _digits_of(record)
    file = FramesFile(record, (len(names), len(labels), 2))
    try:
        measured = Measured.read(rows, names)
        implied = (rows[0].get("perplexity") or {}).items()
        perplexity = {str(name): number(value) for name, value in implied}
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise damaged(record, HISTORY, "a row of it says nothing of a map") from None
    kept = len(measured.iterations)
    if file.count < kept and (file.count == 0 or record.state.status == "done"):
        raise damaged(record, FRAMES_FILE, f"it holds {file.count} of {kept} frames")
    # A torn last frame, or one that a resumed run has just cut off, is left out.
    kept = min(file.count, kept)
    places = spread(kept, kept if frames is None else frames)
    return OpenRecording(
        names=names,
        titles=tuple(titles.values()),
        labels=labels,
        indices=indices,
        perplexity=perplexity,
        places=places,
        file=file,
        **measured.at(places)._asdict(),
    )


def load_recording(record: RunRecord, frames: int | None = None) -> TSNERecording:
    """Return what a t-SNE run has recorded so far; it may still be computed.

    Args:
        record: The run.
        frames: The largest number of frames to read, chosen by `spread`; None reads all.

    Raises:
        RunError: it is no t-SNE run, has no map yet, or a file is missing or damaged.
        ValueError: fewer than two frames are asked for, but there are more.
    """
    found = open_recording(record, frames)
    return TSNERecording(
        names=found.names,
        titles=found.titles,
        iterations=found.iterations,
        positions=found.positions(),
        labels=found.labels,
        indices=found.indices,
        kl=found.kl,
        agreement=found.agreement,
        perplexity=found.perplexity,
    )


def newest_frame(record: RunRecord) -> NewestFrame:
    """Return the last frame that a run has recorded so far; a long run takes no more time.

    Raises:
        RunError: it is no t-SNE run, has no map yet, or a file is missing or damaged.
    """
    names = tuple(map_titles(record))
    rows = record.history()  # first: a row is written after the frame that it speaks of
    labels, _ = _digits_of(record)
    file = FramesFile(record, (len(names), len(labels), 2))
    count = file.count
    try:
        for row in reversed(rows):
            # The newest may have been cut off again by a checkpoint.
            if row["event"] == "frame" and row["frame"] is not None and row["frame"] < count:
                kl = np.array([number(row["kl_divergence"].get(name)) for name in names])
                return NewestFrame(
                    iteration=int(row["iteration"]),
                    positions=file.read(np.array([row["frame"]]), kl[None])[0],
                    labels=labels,
                    kl=kl,
                )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise damaged(record, HISTORY, "a row of it says nothing of a map") from None
    raise RunError(f"Run {record.id} has no map yet; wait for its first iteration.")


def _digits_of(record: RunRecord) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the labels and indices of a run's digits, each (N,); see `TSNERecording`."""
    points = read_arrays(record, POINTS_FILE)
    if not all(name in points and points[name].ndim == 1 for name in _COLUMNS):
        raise damaged(record, POINTS_FILE, "it does not say which digits the points are")
    labels, indices = (points[name].astype(np.int64) for name in _COLUMNS)
    if len(labels) != len(indices) or not ((labels >= 0) & (labels <= 9)).all():
        raise damaged(record, POINTS_FILE, "its labels are not those of digits")
    if not ((indices >= 0) & (indices < ALL_DIGITS)).all():
        raise damaged(record, POINTS_FILE, "it names digits that do not exist")
    return labels, indices


def spread(count: int, frames: int) -> NDArray[np.int64]:
    """Return at most `frames` places out of 0 ... count - 1, evenly spread, with both ends.

    Raises:
        ValueError: fewer than two frames are asked for, but there are more.
    """
    if frames >= count:
        return np.arange(count)
    if frames < 2:
        raise ValueError(f"frames (={frames}) must be at least 2: the first and the last.")
    return np.linspace(0, count - 1, frames).round().astype(np.int64)


def final_positions(record: RunRecord, recording: TSNERecording) -> NDArray[np.float32]:
    """Return the maps at the recording's last iteration, (P, N, 2).

    They have full float32 precision once the run has ended; before, that of its frames (float16).

    Raises:
        RunError: the file of the final positions is damaged.
    """
    last = recording.positions[-1]
    if not (record.folder / POSITIONS_FILE).exists():
        return last
    diverged = [
        name
        for name, divergence in zip(recording.names, recording.kl[-1], strict=True)
        if not math.isfinite(divergence)
    ]
    tensors = read_arrays(record, POSITIONS_FILE, diverged=diverged)
    if any(
        name not in tensors or tensors[name].shape != last.shape[1:] for name in recording.names
    ):
        raise damaged(record, POSITIONS_FILE, f"it needs a map of shape {last.shape[1:]} each")
    final = np.stack([tensors[name].astype(np.float32) for name in recording.names])
    largest = np.finfo(np.float16).max
    recorded = final.clip(-largest, largest).astype(np.float16)
    # They are those of another iteration where a run goes on beyond its end, or has just got there.
    return final if np.array_equal(recorded, last, equal_nan=True) else last
