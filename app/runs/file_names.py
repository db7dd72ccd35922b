"""The names of files that are made of a run."""

from __future__ import annotations

import re
import unicodedata

from core.runs.record import RunRecord
from core.sweeps.sweep import Sweep

LONGEST_PART = 48
"""Characters of a title or of `what` in a file's name; file systems take 255 in all."""


def file_name(record: RunRecord, what: str, *, epoch: int | None = None) -> str:
    """Return the name, without ending, of a file that holds something of a run.

    Args:
        record: The run; its title and its id are part of the name.
        what: What the file shows, such as "class heatmap".
        epoch: The epoch that is shown, if it is one.

    Returns:
        Such as "latent-lab_sparse_20261127-101500-sparse-3f2a_class-heatmap_epoch-050": nothing but
        letters, digits, dots and hyphens of ASCII, with underscores between the parts.
    """
    title, run = name_part(record.request.title), name_part(record.id, LONGEST_PART * 2)
    parts = ["latent-lab", title if title != run else "", run, name_part(what)]
    if epoch is not None:
        parts.append(f"epoch-{epoch:03d}")
    return "_".join(filter(None, parts))


def sweep_file_name(sweep: Sweep, what: str) -> str:
    """Return the name, without ending, of a file that holds something of a sweep."""
    return "_".join(["latent-lab", name_part(sweep.id, LONGEST_PART * 2), name_part(what)])


def name_part(text: str, longest: int = LONGEST_PART) -> str:
    """Return a text as lower-case ASCII with hyphens; Greek letters become their names."""
    named = (
        unicodedata.name(character).split()[-1]
        if "GREEK" in unicodedata.name(character, "")
        else character
        for character in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(character)
    )
    plain = "".join(named).lower().encode("ascii", "replace").decode()
    # A dot stays within a number alone: elsewhere it would look like an ending.
    plain = re.sub(r"(?<!\d)\.|\.(?!\d)", "-", plain)
    return re.sub(r"[^a-z0-9.]+", "-", plain)[:longest].strip("-.")
