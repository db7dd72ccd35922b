"""The error about a file of weights that cannot be opened."""

from __future__ import annotations

from core.runs.errors import RunError


class WeightsRefused(RunError):
    """A file of weights cannot be opened: one sentence with what was found and what would fit."""
