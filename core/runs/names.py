"""Keep the names by which visitors want to be called, a file for each, among the runs.

A name is what anybody may have typed: it is cleaned when it is written and when it is read, and
whoever shows it escapes it.
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from core.files import advice, replace_json
from core.runs.errors import RuleBroken, RunError
from core.runs.folders import VISITORS
from core.runs.opening import make_folder, read_json

#: Characters of a name: it stands in every line of a list of runs.
MAX_NAME = 40
#: Names that are kept. A class has some dozens; a program could ask for any number.
MAX_NAMES = 5000
#: The identities that browsers have.
_BROWSER = re.compile(r"[0-9a-f]{32}")


def clean_name(text: str) -> str:
    """Return a name as it may be shown: one line of at most `MAX_NAME` characters.

    Control characters, such as those that turn the direction of writing, are left out. A name
    without a letter or digit is empty.
    """
    spaced = " ".join(unicodedata.normalize("NFC", text[: 10 * MAX_NAME]).split())
    shown = "".join(each for each in spaced if not unicodedata.category(each).startswith("C"))
    name = shown[:MAX_NAME].strip()
    return name if any(each.isalnum() for each in name) else ""


class Names:
    """The names of the visitors of a lab with these runs, by their identities."""

    def __init__(self, runs: Path) -> None:
        self._folder = runs / VISITORS

    def get(self, who: str) -> str:
        """Return the name of a visitor; empty where there is none."""
        path = self._path(who)
        if path is None:
            return ""
        try:
            status = os.lstat(path)
            return _read(path, status.st_ino, status.st_mtime_ns, status.st_size)
        except OSError:
            return ""

    def set(self, who: str, text: str) -> None:
        """Keep the name of a visitor, cleaned; an empty one is removed.

        Raises:
            RunError: the visitor's browser keeps no cookies, there are too many names, or it cannot
                be written.
        """
        path, name = self._path(who), clean_name(text)
        if path is None:
            raise RunError(
                "Your browser keeps no cookies for the lab, so that your name cannot be kept; "
                "allow them and reload the page."
            )
        try:
            if not name:
                path.unlink(missing_ok=True)
                return
            make_folder(self._folder, 0o700)
            if not path.exists() and len(os.listdir(self._folder)) > MAX_NAMES:
                raise RunError(
                    f"The lab keeps {MAX_NAMES:,} names, which is the most; ask whoever runs it to "
                    f"remove some files in {VISITORS}."
                )
            replace_json(path, {"name": name}, durable=False)
        except OSError as error:
            raise RunError(
                f"Your name could not be kept ({error.strerror or error}); {advice(error)}, then "
                "try again."
            ) from error

    def _path(self, who: str) -> Path | None:
        return self._folder / f"{who}.json" if _BROWSER.fullmatch(who) else None


@lru_cache(maxsize=1024)
def _read(path: Path, _inode: int, _changed: int, _size: int) -> str:
    """Return the name in a file, read again only when the file has changed."""
    try:
        content = read_json(path)
    except RuleBroken:
        return ""
    name = content.get("name") if isinstance(content, dict) else None
    return clean_name(name) if isinstance(name, str) else ""
