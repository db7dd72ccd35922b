"""Decide who may change a run: pause, cancel, resume, lengthen, rename or delete it.

Everybody may look at every run. A run is changed by its owner, who is named in its `run.json`, and
by the user of this computer under whom the lab runs: whoever can write the folder of a run could
edit all files in it anyway. Runs of the gallery are changed by nobody.

An identity is a text. That of a browser comes from a signed cookie, that of a user of this computer
begins with `local:`, which no cookie can name, and an empty one is nobody's.
"""

from __future__ import annotations

import getpass
import os
from functools import lru_cache
from pathlib import Path

from core.runs.errors import RunError
from core.runs.folders import GALLERY

#: What the identities of users of a computer begin with.
LOCAL = "local:"
#: The identity of a server that is about to end, which asks its runs to stop.
SERVER = "server"


class NotYoursError(RunError):
    """Somebody wants to change a run that belongs to somebody else."""


@lru_cache(maxsize=1)
def local_user() -> str:
    """Return the identity of the user of this computer under whom this program runs."""
    uid = getattr(os, "getuid", None)  # Windows has none
    return f"{LOCAL}{uid() if uid else getpass.getuser()}"


def may_change(owner: str, who: str) -> bool:
    """Return whether `who` may change a run of `owner` that is not in the gallery.

    A run without an owner, as older versions and imports made them, is the local user's to change.
    """
    return who != "" and who in (owner, local_user())


def check_change(folder: Path, owner: str, who: str) -> None:
    """Check that `who` may change the run in this folder, which belongs to `owner`.

    Raises:
        NotYoursError: the run belongs to somebody else.
        RunError: the run belongs to the gallery.
    """
    if folder.parent == GALLERY:
        raise RunError(f"{folder.name} belongs to the gallery, which is only read.")
    if not may_change(owner, who):
        raise NotYoursError(
            f"Run {folder.name} belongs to somebody else, so it was not changed; continue it as a "
            "copy, or start a new run with the same settings."
        )
