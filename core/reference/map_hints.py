"""Hints for mistakes in t-SNE: its P from the reported KL, its gradient from the first steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.reference.curves import short
from core.reference.map_evidence import MapEvidence
from core.tsne.autograd import kl_divergence, student_t

#: A reported KL is that of a P where it differs by at most this share; frames are in float16.
_SAME = 0.03
#: Frames whose KL is compared.
_FRAMES = 3
#: Steps of SGD that are made again between two frames.
_MAX_STEPS = 20
#: Steps follow a gradient where they differ from it by at most this share, and by half of what
#: they differ from another.
_FOLLOWS, _CLEARLY = 0.3, 0.5

#: What each P of `MapEvidence.candidates` says of the program.
MISTAKES: Mapping[str, str] = {
    "not symmetrised": "P is not symmetrised. Take p_ij = (p_j|i + p_i|j) / 2N.",
    "not normalised": "P is not symmetrised, and its sum is N. Take p_ij = (p_j|i + p_i|j) / 2N.",
    "sigma squared": "σ = {sigma} is read as σ². The exercise's kernel is exp(−d² / 2σ): its σ is "
    "a variance, not a deviation.",
    "sigma squared, not symmetrised": "σ = {sigma} is read as σ², where the exercise's kernel is "
    "exp(−d² / 2σ); and P is not symmetrised, p_ij = (p_j|i + p_i|j) / 2N.",
    "not scaled": "the pixels are not scaled to 0 to 1. Divide them by 255 before the distances.",
}
#: Candidates that are no mistakes.
_FINE = ("", "named as deviation")


@dataclass(frozen=True)
class _Fit:
    name: str
    off: float


def wrong_p(evidence: MapEvidence) -> Mapping[str, str]:
    """Return what the reported KL says of P: a sentence by the name of the mistake."""
    fits = _fits(evidence)
    if not fits or any(fit.name in _FINE for fit in fits):
        return {}
    row, reported = _compared(evidence)[-1]
    expected = _kl(evidence.candidates[""], evidence.positions(row))
    at = int(evidence.recording.iterations[row])
    sentences = [MISTAKES[fit.name].format(sigma=short(evidence.sigma)) for fit in fits]
    reasons = " Or: ".join(sentences)
    found = evidence.candidates[fits[0].name]
    return {
        fits[0].name: (
            f"At iteration {at:,} the program reports a KL divergence of {short(reported)} nats. "
            f"Recomputed from its map and pictures it is {short(expected)} with the exercise's P, "
            f"and {short(_kl(found, evidence.positions(row)))} with another: {reasons}"
        )
    }


def gradient_without_4(evidence: MapEvidence) -> str | None:
    """Recognise steps of SGD that are a quarter of what the gradient says."""
    step = _first_step(evidence)
    if step is None or evidence.learning_rate is None:
        return None
    row, steps = step
    start, end = evidence.positions(row), evidence.positions(row + 1)
    moved = end - start
    fits = _fits(evidence)
    p = evidence.candidates[fits[0].name if fits else ""]
    offs = [
        _off(moved, _walked(p, start, steps, evidence.learning_rate * share, evidence.momentum))
        for share in (1.0, 0.25)
    ]
    if not (offs[1] <= _FOLLOWS and offs[1] <= _CLEARLY * offs[0]):
        return None
    first, last = (int(evidence.recording.iterations[at]) for at in (row, row + 1))
    whole = _walked(p, start, steps, evidence.learning_rate, evidence.momentum)
    return (
        f"From iteration {first:,} to {last:,} the points move by {short(_length(moved))} on "
        f"average; the gradient times the learning rate {short(evidence.learning_rate)} is "
        f"{short(_length(whole))}, four times as much. The gradient lacks its factor 4: "
        "∂KL/∂y_i = 4 Σ_j (p_ij − q_ij) (y_i − y_j) / (1 + ‖y_i − y_j‖²)."
    )


def unchecked(evidence: MapEvidence) -> list[str]:
    """Return what cannot be looked at in this recording, and what to record for it."""
    if evidence.pictures is None:
        return [
            "P and the gradient were not checked: the run has no pictures. Pass images=images to "
            "record(...)."
        ]
    if not evidence.candidates:
        return ["P and the gradient were not checked: the map has too many points."]
    notes = []
    if not _compared(evidence):
        notes.append(
            "P was not checked: the program reports no KL, or none that is a number above 0. Pass "
            "kl=kl to run.frame(...). With pixels from 0 to 255 every kernel exp(−d² / 2σ) is 0 in "
            "float32, and the KL no number: divide them by 255."
        )
    if evidence.task.optimizer != "sgd":
        return notes
    if evidence.learning_rate is None:
        notes.append(
            "The gradient's factor 4 was not checked: the settings name no learning rate. Pass "
            'settings={"lr": …} to record(...).'
        )
    elif _first_step(evidence) is None:
        notes.append(
            "The gradient's factor 4 was not checked: the frames are too far apart. Record two "
            f"that have at most {_MAX_STEPS} iterations between them, the first ones with momentum."
        )
    return notes


def _fits(evidence: MapEvidence) -> list[_Fit]:
    """Return the candidates for P whose KL is the reported one, the best first."""
    compared = _compared(evidence)
    if not compared:
        return []
    fits = [
        _Fit(
            name,
            max(
                abs(_kl(p, evidence.positions(row)) - reported) / abs(reported)
                for row, reported in compared
            ),
        )
        for name, p in evidence.candidates.items()
    ]
    return sorted((fit for fit in fits if fit.off <= _SAME), key=lambda fit: fit.off)


def _compared(evidence: MapEvidence) -> list[tuple[int, float]]:
    """Return rows of the recording whose KL is known, in its later half, and their KL."""
    kl = evidence.recording.kl[:, 0]
    known = np.flatnonzero(np.isfinite(kl) & (kl != 0))
    if not len(known):
        return []
    # P is exaggerated at first in some programs, and their KL with it.
    late = known[len(known) // 2 :]
    rows = late[np.linspace(0, len(late) - 1, min(_FRAMES, len(late))).round().astype(int)]
    return [(int(row), float(kl[row])) for row in rows]


def _first_step(evidence: MapEvidence) -> tuple[int, int] | None:
    """Return the first frame that the next follows closely, and the iterations between them."""
    if not evidence.candidates or evidence.task.optimizer != "sgd":
        return None
    gaps = np.diff(evidence.recording.iterations)
    rows = np.flatnonzero(gaps <= _MAX_STEPS)
    if not len(rows) or (evidence.momentum and rows[0] != 0):
        return None
    return int(rows[0]), int(gaps[rows[0]])


def _walked(p: Tensor, start: Tensor, steps: int, rate: float, momentum: float) -> Tensor:
    """Return by how much SGD moves the points of a map, (N, 2)."""
    positions = start.clone().requires_grad_()
    optimizer = torch.optim.SGD([positions], rate, momentum)
    for _ in range(steps):
        optimizer.zero_grad()
        kl_divergence(p, student_t(positions)).backward()
        optimizer.step()
    return positions.detach() - start


def _off(moved: Tensor, expected: Tensor) -> float:
    return float((moved - expected).norm() / moved.norm().clamp_min(1e-12))


def _length(moved: Tensor) -> float:
    return float(moved.norm(dim=1).mean())


@torch.inference_mode()
def _kl(p: Tensor, positions: Tensor) -> float:
    return float(kl_divergence(p, student_t(positions)))
