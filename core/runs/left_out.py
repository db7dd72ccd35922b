"""Say what is wrong with the folders that the list of runs leaves out."""

from __future__ import annotations

import re
from pathlib import Path

from core.runs.errors import RuleBroken
from core.runs.folders import is_run_id, run_folders, unreadable, visible_names
from core.runs.record import RunError
from core.runs.store import RunStore

#: Folders that file systems put into the root of a disk.
_NO_RUNS = frozenset({"lost+found"})
#: A sentence shows at most this many characters of a folder's name.
_LONGEST_SHOWN = 60


def left_out(store: RunStore) -> list[str]:
    """Return a sentence for each folder that is not among `store.list()`, with what to do about it.

    Hidden folders are left out of this, too: they are being made or deleted.
    """
    sentences: list[str] = []
    for root in (store.gallery, store.runs):
        sentences += _misnamed(root)
        for folder in sorted(run_folders(root)):
            try:
                _ = store.get(folder.name).state
            except RunError as error:
                sentences.append(str(error))
            except OSError as error:
                sentences.append(str(unreadable(folder, error)))
    return sentences


def may_leave_out(store: RunStore, listed: int) -> bool:
    """Return whether there are more folders than the `listed` runs; they are counted, not read."""
    count = 0
    for root in (store.gallery, store.runs):
        try:
            count += len(visible_names(root))
        except FileNotFoundError:
            continue
        except OSError:
            return True
    return count > listed


def broken_runs(store: RunStore) -> list[str]:
    """Return the ids of the left-out runs that break a rule of `core.runs.opening`.

    `RunStore.delete` removes them. A folder that is no run, or that cannot be read, is not among
    them, since it may be dear to somebody.
    """
    broken: list[str] = []
    for folder in sorted(run_folders(store.runs)):
        try:
            store.get(folder.name)
        except RuleBroken:
            broken.append(folder.name)
        except RunError:
            continue
    return broken


def _misnamed(root: Path) -> list[str]:
    """Return a sentence for each visible folder that cannot be a run because of its name, or one
    that says why `root` cannot be read."""
    try:
        taken = {*visible_names(root)}
    except FileNotFoundError:
        return []
    except OSError as error:
        return [
            f"The folder of all runs, {root.name}, cannot be read ({error.strerror or error}). Ask "
            "whoever runs the lab to allow it."
        ]
    return [
        f"The folder “{_shown(name)}” is not listed: the name of a run has at most 80 letters a to "
        "z, digits, dots, dashes and underscores, and begins with a letter or a digit. Rename it, "
        f"for example to {_better_name(name, taken)}."
        for name in sorted(taken - _NO_RUNS)
        if not is_run_id(name)
    ]


def _better_name(name: str, taken: set[str]) -> str:
    """Return a name that a run can have, like this one, and that no folder has yet."""
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:70] or "run"
    names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in names if each not in taken)


def _shown(name: str) -> str:
    """Return a folder's name on one line that is not too long."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)
    return printable if len(printable) <= _LONGEST_SHOWN else f"{printable[:_LONGEST_SHOWN]}…"
