"""Guess which task a recorded run solves, and which of its numbers is which of the reference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.reference.tasks import TASKS, ReferenceTask
from core.runs.state import RECORDED_MAP

#: What the title, settings and terms of a run say, by the task that it then is; the first counts.
_SIGNS = (
    ("1.2", r"nois"),
    ("1.3", r"spars|rho|ρ"),
    ("2", r"\bvae\b|variational|\bkl|kld|elbo|posterior|beta|β|\bprior"),
)
#: What a number of the reference is usually called, by its key; the first that fits counts.
_NAMES = {
    "sparsity_penalty": r"penal|spars|\bkl",
    "mean_activation": r"activ|rho|ρ",
    "reconstruction": r"rec|mse|squar|error",
    "kl_to_prior": r"kl|diverg|regular",
    "elbo": r"^elbo|lower bound",
    "cross_entropy": r"bce|cross|entropy|rec|mse|likeli",
    "loss": r"loss|total|mse|squar|error|cost|objective",
}


def guess_task(kind: str, title: str, settings: Mapping[str, Any], terms: Iterable[str]) -> str:
    """Return the number of the task that a recorded run of this kind most likely solves."""
    if kind == RECORDED_MAP:
        return "3.2" if re.search(r"adam", f"{title} {settings}", re.I) else "3.1"
    said = _plain(" ".join((title, *settings, *terms)))
    return next((task for task, sign in _SIGNS if re.search(sign, said)), "1.1")


def guess_terms(task: ReferenceTask, names: Iterable[str]) -> dict[str, str]:
    """Return the program's name for each number of the reference that it seems to have, by key.

    A name stands for one number. The main number is the first that is left where none fits it.
    """
    left = list(names)
    keys = [*task.terms]
    found: dict[str, str] = {}
    # The main number last: "loss" is in many names.
    for key in [*keys[1:], keys[0]]:
        pattern = _NAMES.get(key, "")
        fits = [name for name in left if pattern and re.search(pattern, _plain(name))]
        if key == task.main and not fits:
            fits = left
        # A number of the task's own name is meant by it, whatever else fits.
        exact = [name for name in fits if _plain(name) == key.replace("_", " ")]
        if fits:
            found[key] = (exact or fits)[0]
            left.remove(found[key])
    return {key: found[key] for key in keys if key in found}


def setting(settings: Mapping[str, Any], *names: str) -> float | None:
    """Return a positive number among a run's settings that is called by one of these names.

    Case, spaces and underscores do not count. None where there is none.
    """
    for name, value in settings.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and value > 0 and _plain(name) in names:
            return float(value)
    return None


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-]+", " ", text).strip().lower()


assert set(_NAMES) >= {key for task in TASKS.values() if task.model for key in task.terms}
