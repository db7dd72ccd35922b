"""`python -m core lesson check`: tell what is wrong with lesson files."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.lessons.mistakes import LessonError
from core.lessons.parse import read_lesson


def add_lesson_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `lesson` to the commands; its options carry the function to call."""
    lesson = commands.add_parser("lesson", help="check lesson files of the course")
    actions = lesson.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser(
        "check",
        help="tell what is wrong with lesson files",
        description="Checks lesson files by all rules of docs/lessons.md and prints a sentence for "
        "each mistake, with its line. Nothing in a file is executed.",
    )
    check.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a lesson, in YAML")
    check.set_defaults(command=check_lessons)


def check_lessons(options: argparse.Namespace) -> int:
    """Print a line for each whole lesson and one for each mistake; return 1 if there is one."""
    whole = True
    for path in options.files:
        try:
            lesson = read_lesson(path)
        except LessonError as error:
            whole = False
            for mistake in error.mistakes:
                print(f"{path}: {mistake}")
        else:
            steps = "step" if len(lesson.steps) == 1 else "steps"
            print(
                f"{path}: whole. Lesson {lesson.id}, {len(lesson.steps)} {steps}, "
                f"{lesson.minutes} minutes."
            )
    return 0 if whole else 1
