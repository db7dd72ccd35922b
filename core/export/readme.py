"""The README of a bundle: what the run is, what its files are, and how to go on with it."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Collection, Mapping
from typing import Any

from core.runs.record import RunError, RunRecord
from core.runs.state import OWN_WEIGHTS, RECORDED_MODEL
from core.training.record import epoch_rows

#: What each file of a bundle holds, in the order in which the README names them.
FILES: Mapping[str, str] = {
    "note.md": "what its author noted",
    "settings.json": "all its settings",
    "curves.csv": "the losses of each epoch, or what was measured at each iteration",
    "pictures/digits.png": "ten test digits, and how the trained model rebuilds them",
    "pictures/learning.png": "the same ten digits, and how they are rebuilt while the model learns",
    "pictures/samples.png": "what the model decodes random codes to",
    "pictures/maps.png": "the finished maps",
    "maps.csv": "the positions on the finished maps, a row for each digit",
    "maps.gif": "the maps while they unfold",
    "codes.npy": "the codes that are mapped",
    "reproduce.py": "a script of plain PyTorch that computes the run again, without Latent Lab",
}
#: What a run of every kind has, and the bundle of one without it need not explain.
_OPTIONAL = ("pictures/samples.png",)
_RUN_FILES = "what Latent Lab reads: settings, history, weights (safetensors) or positions"
#: Characters with a meaning in Markdown.
_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+.!|~$&:-])")


def readme(record: RunRecord, names: Collection[str], reasons: Mapping[str, str]) -> str:
    """Return the README of a run's bundle, in Markdown.

    Args:
        record: The run.
        names: The files that the bundle has for people.
        reasons: Why others are missing, in sentences by the files' names.
    """
    request, state = record.request, record.state
    there = {*names} | ({"note.md"} if (record.folder / "note.md").exists() else set())
    lines = [
        f"# {escaped(request.title)}",
        "",
        f"Run `{record.id}` of Latent Lab, {state.status}, "
        f"{100 * state.progress:.0f} % computed, started on {_day(request.created_at)}.",
        *_origin(record),
        *_results(record),
        "",
        "| file | what it is |",
        "|---|---|",
        *(f"| `{name}` | {what} |" for name, what in FILES.items() if name in there),
        f"| `run/` | {_RUN_FILES} |",
        "",
        "Another lab takes this file back: upload it there, or say `python -m core import FILE`.",
    ]
    if "reproduce.py" in there:
        lines += [
            "Compute it again with PyTorch and torchvision alone: `MNIST=folder python "
            "reproduce.py`, where the folder has the files of the data set. Read the script before "
            "you run it, as any that somebody gives you.",
        ]
    lines += [
        f"`{name}` is missing: {escaped(' '.join(reason.split()))}"
        for name, reason in reasons.items()
        if name not in _OPTIONAL
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return a text as one line that Markdown shows as it is."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _origin(record: RunRecord) -> list[str]:
    said: list[str] = []
    if record.request.is_recorded:
        said.append("A program outside the lab computed it, and its numbers are that program's.")
    if record.request.is_opened:
        said.append(
            "Its weights were trained outside the lab; the lab measured the losses on all test "
            "digits. What it minimised in its training is not known."
        )
    imported = record.request.imported
    if imported is None:
        return said
    return [
        *said,
        f"It was imported as {escaped(imported['id'])}, started on {_day(imported['created_at'])} "
        "elsewhere: its times and losses are what that bundle said.",
    ]


def _results(record: RunRecord) -> list[str]:
    """Return the last losses of a training, or the last KL divergences of the maps."""
    try:
        found: Any
        if record.request.kind in ("train", RECORDED_MODEL, OWN_WEIGHTS):
            rows = epoch_rows(record)
            found = rows[-1].get("validation") if rows else None
            said = f"Test losses after epoch {rows[-1].get('epoch')}" if rows else ""
            if record.request.is_opened:
                said = "Test losses"
        else:
            rows = [row for row in record.history() if "kl_divergence" in row]
            found = rows[-1]["kl_divergence"] if rows else None
            said = f"KL divergences after iteration {rows[-1].get('iteration')}" if rows else ""
    except RunError:
        return []
    numbers = {
        name: value
        for name, value in (found.items() if isinstance(found, dict) else ())
        if isinstance(value, int | float) and math.isfinite(value)
    }
    if not numbers:
        return []
    listed = ", ".join(f"{escaped(name)} {value:.6g}" for name, value in numbers.items())
    return ["", f"{escaped(said)}: {listed}."]


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
