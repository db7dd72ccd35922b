"""All lessons of this lab: ours, and those in the folder that `LATENT_LAB_LESSONS` names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.lessons.lesson import Lesson
from core.lessons.mistakes import LessonError
from core.lessons.parse import read_lesson

_OURS = Path(__file__).with_name("files")
#: Lessons that a folder may hold; others are left out.
MAX_FILES = 100


@dataclass(frozen=True)
class Shelf:
    """The lessons in their order, and a sentence for each file that is none."""

    lessons: tuple[Lesson, ...]
    problems: tuple[str, ...]

    def lesson(self, lesson_id: str) -> Lesson | None:
        """Return the lesson with this id, if there is one."""
        return next((each for each in self.lessons if each.id == lesson_id), None)


def lessons_folder() -> Path | None:
    """Return the folder with a teacher's lessons, as `LATENT_LAB_LESSONS` names it."""
    named = os.environ.get("LATENT_LAB_LESSONS")
    return Path(named) if named else None


def shelf() -> Shelf:
    """Return all lessons; a file is read again only when it has changed."""
    problems: list[str] = []
    found: dict[str, Lesson] = {}
    for folder in filter(None, (_OURS, lessons_folder())):
        files, problem = _files(folder)
        problems += problem
        for path, version in files:
            lesson = _read(path, version)
            if isinstance(lesson, str):
                problems.append(lesson)
            elif lesson.id in found:
                problems.append(
                    f"{path.name} is left out: there is a lesson {lesson.id} already; give it "
                    "another name."
                )
            else:
                found[lesson.id] = lesson
    order = sorted(found.values(), key=lambda each: (each.order, each.id))
    return Shelf(tuple(order), tuple(problems))


def _files(folder: Path) -> tuple[Iterable[tuple[Path, tuple[int, int]]], list[str]]:
    """Return the lesson files of a folder with their versions, and what is wrong with it."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
        files = [(path, (path.stat().st_mtime_ns, path.stat().st_size)) for path in paths]
    except OSError as error:
        return [], [
            f"The lessons in {folder.name} cannot be read ({error.strerror or error}); check "
            "LATENT_LAB_LESSONS."
        ]
    if len(files) > MAX_FILES:
        return files[:MAX_FILES], [
            f"{folder.name} has {len(files)} lessons, and the first {MAX_FILES} are shown."
        ]
    return files, []


@lru_cache(maxsize=2 * MAX_FILES)
def _read(path: Path, _version: tuple[int, int]) -> Lesson | str:
    """Return the lesson in a file, or a sentence on why there is none."""
    try:
        return read_lesson(path)
    except LessonError as error:
        more = len(error.mistakes) - 1
        rest = f" There are {more} more; " if more else " "
        return (
            f"{path.name} is left out. {error.mistakes[0]}{rest}"
            f"`python -m core lesson check {path.name}` tells all."
        )
