"""The files that a component is made of."""

from __future__ import annotations

from pathlib import Path

_COMPONENTS = Path(__file__).parent


def read(folder: str, *names: str) -> str:
    """Some files of a component's folder, one after the other: an inline component cannot import.

    What several components share lies above, as in "../frame.js".
    """
    return "\n".join((_COMPONENTS / folder / name).read_text(encoding="utf-8") for name in names)
