"""Shared by all measurements: progress messages, and writing the results."""

from __future__ import annotations

import sys
from pathlib import Path

_MISSED = "**missed**"


def met(demand: bool) -> str:
    """Return the words of a table for a demand that is met, or not."""
    return "met" if demand else _MISSED


def say(text: str) -> None:
    """Write a progress message to stderr."""
    print(text, file=sys.stderr, flush=True)


def publish(text: str, results: Path, *, quick: bool) -> None:
    """Print a report, and write it to `results` unless it comes from a `quick` try."""
    if not quick:
        results.parent.mkdir(exist_ok=True)
        results.write_text(text, encoding="utf-8")
    print(text)


def exit_if_missed(text: str) -> None:
    """End the program with status 1 if a demand in a report is missed."""
    if _MISSED in text:
        say(f"Demands that are missed: {text.count(_MISSED)}.")
        raise SystemExit(1)
