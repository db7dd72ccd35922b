"""Read `run.json` as older versions of the lab wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import MODELS, hyperparameters


def today(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a `run.json` in today's form; what is in it already stays as it is.

    Older versions called the visitor `owner`, and kept one flat dict of `values`: those of a
    model's config and of its training together, or those of t-SNE, whose `optimizers` were called
    `contestants`.
    """
    renewed = dict(request)
    if "owner" in renewed:
        renewed.setdefault("visitor", renewed.pop("owner"))
    settings = renewed.get("settings")
    if isinstance(settings, Mapping) and isinstance(settings.get("values"), Mapping):
        rest = {name: value for name, value in settings.items() if name != "values"}
        sections = _sections(renewed.get("kind"), settings.get("model"), settings["values"])
        renewed["settings"] = {**rest, **sections}
    return renewed


def _sections(kind: Any, model: Any, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Sort flat values into the sections `config` and, for a training, `training`."""
    if kind != "train":
        return {"config": {"optimizers" if n == "contestants" else n: values[n] for n in values}}
    spec = MODELS.get(model) if isinstance(model, str) else None
    own = set(hyperparameters(spec.config)) if spec else set[str]()
    return {
        "config": {name: value for name, value in values.items() if name in own},
        "training": {name: value for name, value in values.items() if name not in own},
    }
