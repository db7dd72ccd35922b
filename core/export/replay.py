"""A t-SNE run as one HTML file that plays it, anywhere and without a network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.data.data_sets import DATA_SETS
from core.export.digit_sheet import digit_sheet
from core.export.large_replay import LARGE, large_data
from core.export.modules import bundle
from core.export.output import output_file
from core.export.palette import DIGIT_COLORS, map_colors
from core.files import finite
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.tsne.config import TSNEConfig
from core.tsne.device import CPU
from core.tsne.kept_neighbours import kept_sentence, shares_kept_by
from core.tsne.optimizers import STARTS, short_titles
from core.tsne.points import FROM_NOISE, FROM_PIXELS
from core.tsne.recording import TSNERecording, load_recording, tsne_config

#: A page has at most this many frames.
MAX_FRAMES = 240
#: It has fewer if their positions would take more than this many bytes.
MAX_BYTES = 4_000_000

_REPOSITORY = Path(__file__).resolve().parents[2]
_PLAYER = Path(__file__).parent / "player"
_START = 'loadModule("core/export/player/player.js");\n'
#: What a setting is in which the maps differ.
_OF_EACH = "of each map in its title"
#: The int16 that stands for the largest coordinate of a map in a frame.
_LARGEST = 32767
#: The int16 that stands for a coordinate that is not finite.
_MISSING = -32768


def write_html(record: RunRecord, path: Path) -> None:
    """Write a page that replays the maps of a t-SNE run; it may still be computed.

    Raises:
        RunError: the run has no maps that can be read, or the file cannot be written.
    """
    if record.request.is_recorded:
        raise RunError(
            "The HTML replay is made only of t-SNE runs that the lab has computed; export the "
            "recorded map as GIF or CSV."
        )
    config = tsne_config(record)
    data_set = DATA_SETS[config.data]
    left_out = ""
    if config.digits > LARGE:
        recording = load_recording(record, frames=2)
        data, left_out = large_data(record)
    else:
        frame = len(config.names) * config.digits * 4
        recording = load_recording(record, max(2, min(MAX_FRAMES, MAX_BYTES // frame)))
        data = _data(recording)
    if "pictures" not in data:
        data["pictures"] = (
            None if config.source == FROM_NOISE else digit_sheet(recording.indices, config.data)
        )
    data |= _about(config, recording)
    style = (_PLAYER / "player.css").read_text(encoding="utf-8")
    script = bundle([_PLAYER / "player.js"], _REPOSITORY) + _START
    shares = shares_kept_by(record, recording, RunStore())
    kept = kept_sentence(recording.titles, shares, data_set)
    parts = {
        "title": html.escape(record.request.title),
        "settings": "".join(
            f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd></div>"
            for name, value in _settings(config, recording)
        ),
        "kept": html.escape(kept),
        "classes_shown": html.escape(data_set.says("Digits shown")),
        "style": style,
        "style_hash": _hash(style),
        "script": script,
        "script_hash": _hash(script),
        "left_out": html.escape(left_out),
        "data": _as_json(data),
    }
    page = (_PLAYER / "player.html").read_text(encoding="utf-8")
    # All at once, so that a title cannot name another part.
    page = re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], page)
    with output_file(path) as file:
        file.write(page.encode("utf-8", "replace"))


def _settings(config: TSNEConfig, recording: TSNERecording) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each setting, in words."""
    data_set = DATA_SETS[config.data]
    names = ", ".join(data_set.classes[label] for label in config.classes)
    only = f", only {names}" if names else ""
    yield data_set.says("Digits"), f"{len(recording.labels):,} of {data_set.title}{only}"
    run_id, _, epoch = config.source.partition("@")
    codes = f"codes of run {run_id}" + (f", epoch {epoch}" if epoch else "")
    words = {FROM_PIXELS: "their pixels", FROM_NOISE: "pure noise"}
    yield "Mapped from", words.get(config.source, codes)
    implied = recording.perplexity
    if len(set(config.perplexities)) > 1:
        yield "Neighbourhoods", _OF_EACH
    elif config.affinity == "perplexity":
        yield "Neighbourhoods", f"perplexity {config.perplexity:g}"
    elif all(
        math.isfinite(implied.get(name, math.nan)) for name in ("median", "lowest", "highest")
    ):
        yield (
            "Neighbourhoods",
            f"sigma {config.sigma:g}, a perplexity of {implied['median']:.0f} "
            f"({implied['lowest']:.0f} to {implied['highest']:.0f})",
        )
    else:
        yield "Neighbourhoods", f"sigma {config.sigma:g}"
    if config.exaggeration > 1 and config.exaggeration_iterations:
        yield (
            "Early exaggeration",
            f"{config.exaggeration:g} for {config.exaggeration_iterations:,} iterations",
        )
    yield "Iterations", f"{recording.iterations[-1]:,}"
    if config.device != CPU:
        yield "Computed on", "a GPU"
    starts = {
        STARTS[start] if start == "pca" else f"{STARTS[start]}, seed {seed}"
        for start, seed in zip(config.starts, config.seeds, strict=True)
    }
    yield "Start", starts.pop() if len(starts) == 1 else _OF_EACH


def _about(config: TSNEConfig, recording: TSNERecording) -> dict[str, Any]:
    """Return what the player reads of the maps in any case."""
    optimizers = [each.optimizer for each in config.optimizer_configs]
    titles = (recording.names, recording.titles, short_titles(optimizers))
    panels = [
        {"name": name, "title": title, "short": short, "color": color}
        for name, title, short, color in zip(*titles, map_colors(optimizers), strict=True)
    ]
    return {
        "panels": panels,
        "colors": DIGIT_COLORS,
        "dataSet": DATA_SETS[config.data].words,
    }


def _data(recording: TSNERecording) -> dict[str, Any]:
    """Return the data of a small run that the player reads; `run.js` says how."""
    largest = np.nan_to_num(np.abs(recording.positions), posinf=0).max(axis=(2, 3))
    scales = np.maximum(largest.astype(np.float64), 1e-9) / _LARGEST  # (S, P)
    with np.errstate(invalid="ignore"):
        steps = np.rint(recording.positions / scales[:, :, None, None])
        steps = np.where(np.isfinite(steps), steps, _MISSING).astype("<i2")
    return {
        "iterations": recording.iterations.tolist(),
        "labels": recording.labels.tolist(),
        "indices": recording.indices.tolist(),
        "kl": recording.kl.tolist(),
        "agreement": recording.agreement.tolist(),
        "scales": scales.tolist(),
        "positions": base64.b64encode(steps.tobytes()).decode(),
    }


def _as_json(value: Any) -> str:
    """Return JSON that may stand in a page: no character in it can end its element."""
    text = json.dumps(finite(value), separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _hash(text: str) -> str:
    """Return the hash by which the page's content security policy allows a script or a style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
