"""What is wrong with a lesson file, as sentences for who wrote it."""

from __future__ import annotations

from collections.abc import Sequence

#: More mistakes of one file than this are only counted.
MAX_MISTAKES = 50


class LessonError(ValueError):
    """A lesson file cannot be used; `mistakes` has a sentence for each reason."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(" ".join(self.mistakes))


class Mistakes:
    """Collects the mistakes of a file, so that its author sees all of them at once."""

    def __init__(self, lines: dict[tuple[str | int, ...], int]) -> None:
        self._lines = lines
        self._found: list[str] = []

    def add(self, path: tuple[str | int, ...], sentence: str) -> None:
        """Note a mistake at a place of the file, with the line where that place begins."""
        known = path
        while known and known not in self._lines:
            known = known[:-1]
        self._found.append(f"Line {self._lines.get(known, 1)}, {place(path)}: {sentence}")

    def check(self) -> None:
        """Raise a LessonError if there is a mistake."""
        if not self._found:
            return
        more = len(self._found) - MAX_MISTAKES
        rest = [f"There are {more} more mistakes; correct these first."] if more > 0 else []
        raise LessonError([*self._found[:MAX_MISTAKES], *rest])


def place(path: tuple[str | int, ...]) -> str:
    """Return a place of a file in words, such as `steps 2, ask 1, text`; entries count from 1."""
    words = ""
    for part in path:
        words += f" {part + 1}" if isinstance(part, int) else f"{', ' if words else ''}{part}"
    return words or "the whole file"
