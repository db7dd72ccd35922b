"""Keep what visitors predict, what was revealed to them, and what they explain."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.lessons.database import AnswersError, Database
from core.lessons.kept_reveal import KeptReveal, from_json, to_json
from core.runs.rights import LOCAL

__all__ = ["Answers", "AnswersError", "Kept"]

#: Characters of an explanation: a few sentences.
MAX_EXPLANATION = 2000
#: Bytes of what is kept of one reveal.
_MAX_CONTENT = 400_000
#: The identities of browsers with cookies. Others last as long as a visit.
_LASTING = re.compile(rf"[0-9a-f]{{32}}|{LOCAL}.{{1,60}}")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """All that is kept of a visitor in one step: answers by the number of the question."""

    predictions: Mapping[int, Any] = field(default_factory=dict)
    reveal: KeptReveal | None = None
    explanation: str = ""

    def has_predicted(self, questions: int) -> bool:
        """Return whether there is an answer to each of so many questions."""
        return all(number in self.predictions for number in range(questions))


class Answers:
    """The answers of all visitors of the lab with these runs."""

    def __init__(self, runs: Path) -> None:
        self.database = Database(runs)

    def of(self, visitor: str) -> dict[tuple[str, str], Kept]:
        """Return what is kept of a visitor, by lesson and step.

        Raises:
            AnswersError: it cannot be read now.
        """
        if not is_lasting(visitor):
            return {}
        return self.database.read(lambda connection: _read(connection, visitor), {})

    def predict(self, visitor: str, lesson: str, step: str, answers: Sequence[Any]) -> bool:
        """Keep the answers to all questions of a step; return False if it has been revealed.

        The answers have been checked. They may change until the reveal.

        Raises:
            AnswersError: they cannot be kept now, or the visitor has no lasting identity.
        """
        _require_lasting(visitor)
        now = time.time()
        rows = [
            (visitor, lesson, step, number, json.dumps(answer, allow_nan=False), now)
            for number, answer in enumerate(answers)
        ]

        def write(connection: sqlite3.Connection) -> bool:
            where = "SELECT 1 FROM reveals WHERE visitor = ? AND lesson = ? AND step = ?"
            if connection.execute(where, (visitor, lesson, step)).fetchone():
                return False
            connection.executemany(
                "INSERT OR REPLACE INTO predictions VALUES (?, ?, ?, ?, ?, ?)", rows
            )
            return True

        return self.database.write(write)

    def reveal(self, visitor: str, lesson: str, step: str, found: KeptReveal) -> None:
        """Keep what was revealed; a later run of the same step takes the place of an earlier one.

        Raises:
            AnswersError: it cannot be kept now, or the visitor has no lasting identity.
        """
        _require_lasting(visitor)
        content = to_json(found)
        if len(content) > _MAX_CONTENT:
            raise AnswersError(
                f"The result takes {len(content):,} bytes, of which {_MAX_CONTENT:,} are kept; "
                "show fewer pictures in this lesson."
            )
        row = (visitor, lesson, step, content, time.time())
        self.database.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO reveals VALUES (?, ?, ?, ?, ?)", row
            )
        )

    def explain(self, visitor: str, lesson: str, step: str, text: str) -> None:
        """Keep an explanation, cut to `MAX_EXPLANATION` characters; an empty one is removed.

        Raises:
            AnswersError: it cannot be kept now, or the visitor has no lasting identity.
        """
        _require_lasting(visitor)
        cut = clean_text(text)
        place = (visitor, lesson, step)

        def write(connection: sqlite3.Connection) -> None:
            if cut:
                row = (*place, cut, time.time())
                insert = "INSERT OR REPLACE INTO explanations VALUES (?, ?, ?, ?, ?)"
                connection.execute(insert, row)
            else:
                where = "WHERE visitor = ? AND lesson = ? AND step = ?"
                connection.execute(f"DELETE FROM explanations {where}", place)

        self.database.write(write)

    def guesses(self, visitor: str, lesson: str, step: str, question: int) -> list[Any]:
        """Return what others have answered to a question, without their names, in no order of time.

        Raises:
            AnswersError: it cannot be read now.
        """

        def read(connection: sqlite3.Connection) -> list[Any]:
            rows = connection.execute(
                "SELECT answer FROM predictions WHERE lesson = ? AND step = ? AND question = ? "
                "AND visitor <> ? ORDER BY answer LIMIT 2000",
                (lesson, step, question, visitor),
            )
            return [_parsed(text) for (text,) in rows]

        return self.database.read(read, [])


def is_lasting(visitor: str) -> bool:
    """Return whether answers of this visitor can be kept beyond a visit."""
    return _LASTING.fullmatch(visitor) is not None


def clean_text(text: str) -> str:
    """Return a text as it is kept: without characters that control a terminal, and cut."""
    shown = "".join(each for each in text if each >= " " or each == "\n")
    return shown[:MAX_EXPLANATION].strip()


def _require_lasting(visitor: str) -> None:
    if not is_lasting(visitor):
        raise AnswersError(
            "Your browser keeps no cookies for the lab, so that your answers last as long as this "
            "visit; allow them and reload the page."
        )


def _read(connection: sqlite3.Connection, visitor: str) -> dict[tuple[str, str], Kept]:
    predictions: dict[tuple[str, str], dict[int, Any]] = {}
    reveals: dict[tuple[str, str], KeptReveal | None] = {}
    explanations: dict[tuple[str, str], str] = {}
    of = (visitor,)
    connection.execute("BEGIN")  # all three as of one moment
    for lesson, step, question, text in connection.execute(
        "SELECT lesson, step, question, answer FROM predictions WHERE visitor = ?", of
    ):
        predictions.setdefault((lesson, step), {})[question] = _parsed(text)
    for lesson, step, content, at in connection.execute(
        "SELECT lesson, step, content, revealed_at FROM reveals WHERE visitor = ?", of
    ):
        reveals[lesson, step] = from_json(content, at)
    for lesson, step, text in connection.execute(
        "SELECT lesson, step, text FROM explanations WHERE visitor = ?", of
    ):
        explanations[lesson, step] = text
    connection.execute("COMMIT")
    return {
        place: Kept(
            predictions=predictions.get(place, {}),
            reveal=reveals.get(place),
            explanation=explanations.get(place, ""),
        )
        for place in {*predictions, *reveals, *explanations}
    }


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
