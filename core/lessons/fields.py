"""Take values out of a lesson file and note what is wrong with them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any, TypeGuard

from core.lessons.mistakes import Mistakes
from core.lessons.numbers import FORMATS, places, stray_braces

Path = tuple[str | int, ...]

#: Names within a lesson: in addresses, in the database, in names of files.
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
#: Characters of a text.
MAX_TEXT = 2000
#: What would become HTML, or a picture from another computer.
_HARMFUL = re.compile(r"<[A-Za-z/!?]|!\[")
#: Of links only these lead outside.
_LINK = re.compile(r"\]\((?!https://)")


class Fields:
    """The fields of one mapping of a lesson file.

    Each method returns the value of a field, or something harmless of the same type after noting a
    mistake, so that all mistakes of a file are found at once.
    """

    def __init__(self, value: Any, path: Path, mistakes: Mistakes) -> None:
        self.path = path
        self._mistakes = mistakes
        self._left: set[str] = set()
        self._values: Mapping[str, Any] = {}
        if isinstance(value, dict):
            self._values = value
            self._left = set(value)
        else:
            mistakes.add(path, "needs names with values below it, such as `title: …`.")

    def has(self, name: str) -> bool:
        """Return whether the field is there."""
        return name in self._values

    def wrong(self, name: str, sentence: str) -> None:
        """Note a mistake of a field."""
        self._mistakes.add((*self.path, name), sentence)

    def raw(self, name: str, default: Any = None) -> Any:
        """Return a value as it is."""
        self._left.discard(name)
        return self._values.get(name, default)

    def name(self, name: str, default: str | None = None) -> str:
        """Return a name: small letters, digits, - and _."""
        value = self._needed(name, default)
        if value == default and default is not None:
            return default
        if value is not None and (not isinstance(value, str) or not NAME.fullmatch(value)):
            self.wrong(
                name,
                f"{str(value)[:60]!r} is no name; a name begins with a small letter, has only "
                "small letters, digits, - and _, and at most 40 of them.",
            )
            value = ""
        return value or ""

    def text(
        self,
        name: str,
        default: str | None = None,
        *,
        numbers: Collection[str] | None = None,
        longest: int = MAX_TEXT,
    ) -> str:
        """Return a text of Markdown. Its places for numbers must be among `numbers`; None: none."""
        value = self._needed(name, default)
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.wrong(name, f"{value} is a number; put it between quotation marks.")
            return ""
        if not isinstance(value, str):
            if value is not None:
                self.wrong(name, "needs a text; put it between quotation marks.")
            return ""
        text = value.strip()
        if not text and default is None:
            self.wrong(name, "is empty; write a text.")
        if len(text) > longest:
            self.wrong(name, f"has {len(text):,} characters, and may have {longest:,}; shorten it.")
        if _HARMFUL.search(text) or _LINK.search(text):
            self.wrong(name, "has HTML, a picture or a link that is not https; leave it out.")
        if stray_braces(text):
            self.wrong(name, "has braces that hold no name of a number, such as {error}.")
        for found, how in places(text):
            self._check_place(name, found, how, numbers)
        return text

    def _check_place(
        self, name: str, found: str, how: str, numbers: Collection[str] | None
    ) -> None:
        if how and how not in FORMATS:
            self.wrong(name, f"{{{found}:{how}}} can be written as {', '.join(FORMATS)} only.")
        if numbers is None:
            self.wrong(name, f"{{{found}}}: numbers may stand in band, right and wrong only.")
        elif not is_known(found, numbers):
            self.wrong(name, f"{{{found}}}: {unknown(found, numbers)}")

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """Return a number from `low` to `high`."""
        value = self._needed(name, default)
        if value is None:
            return low
        if not is_number(value) or not low <= value <= high:
            self.wrong(name, f"{str(value)[:40]} must be a number from {low:g} to {high:g}.")
            return low
        return float(value)

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from `low` to `high`."""
        value = self._needed(name, default)
        if value is None:
            return low
        if type(value) is not int or not low <= value <= high:
            self.wrong(name, f"{str(value)[:40]} must be a whole number from {low} to {high}.")
            return low
        return value

    def flag(self, name: str) -> bool:
        """Return whether a field is true; it is false where it is missing."""
        value = self.raw(name, False)
        if not isinstance(value, bool):
            self.wrong(name, f"{str(value)[:40]} must be true or false.")
        return value is True

    def one_of(self, name: str, names: Collection[str], default: str | None = None) -> str:
        """Return one of some names, or the default."""
        value = self._needed(name, default)
        if value == default and default is not None:
            return default
        if value is not None and (not isinstance(value, str) or value not in names):
            self.wrong(name, f"{str(value)[:60]!r} must be one of {', '.join(names)}.")
            value = ""
        return value or ""

    def items(self, name: str, least: int, most: int, *, optional: bool = False) -> list[Any]:
        """Return a list of so many entries; where it is optional, none if it is missing."""
        value = self.raw(name)
        if value is None and optional:
            return []
        if not isinstance(value, list) or not least <= len(value) <= most:
            count = f"{len(value)}" if isinstance(value, list) else "no list"
            self.wrong(name, f"needs a list of {least} to {most} entries, and has {count}.")
            return []
        return value

    def words(self, name: str, least: int, most: int) -> tuple[str, ...]:
        """Return a list of short texts."""
        found: list[str] = []
        for entry in self.items(name, least, most):
            if not isinstance(entry, str) or not 0 < len(entry) <= 80:
                self.wrong(
                    name,
                    f"{str(entry)[:40]!r} must be a text of 1 to 80 characters; put it between "
                    "quotation marks.",
                )
            else:
                found.append(entry)
        return tuple(found)

    def finish(self) -> None:
        """Note the fields that nobody has asked for."""
        for name in sorted(self._left):
            self.wrong(name, "is no field here; check its name, or leave it out.")

    def _needed(self, name: str, default: Any) -> Any:
        value = self.raw(name, default)
        if value is None and default is None:
            self.wrong(name, "is missing.")
        return value


def is_number(value: Any) -> TypeGuard[float]:
    """Return whether a value is a finite number."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e15
        and math.isfinite(value)
    )


def is_known(name: str, numbers: Collection[str]) -> bool:
    """Return whether a number, or an entry of a series such as `errors.2`, is among these names.

    Series are among them with a dot at the end.
    """
    series, dot, _ = name.partition(".")
    return f"{series}." in numbers if dot else name in numbers


def unknown(name: str, numbers: Collection[str]) -> str:
    """Return a sentence on a number that is not measured."""
    known = ", ".join(f"{each}1" if each.endswith(".") else each for each in sorted(numbers))
    return f"the measures of this step give no number {name!r}; they give {known or 'none'}."
