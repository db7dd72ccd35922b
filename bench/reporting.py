"""What all measurements share: how they say what they do, and how they write their results."""

from __future__ import annotations

import sys
from pathlib import Path


def met(demand: bool) -> str:
    """How a table says that a demand is met, or not."""
    return "met" if demand else "**missed**"


def say(text: str) -> None:
    """Tells whoever waits how far it is."""
    print(text, file=sys.stderr, flush=True)


def publish(text: str, results: Path, *, quick: bool) -> None:
    """Prints a report, and writes it down unless it comes from a quick try."""
    if not quick:
        results.parent.mkdir(exist_ok=True)
        results.write_text(text, encoding="utf-8")
    print(text)
