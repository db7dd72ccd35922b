"""The tables of the database of answers, one step for each version that has been released.

A step that has been released is never changed: another one is added below it.
"""

from __future__ import annotations

#: The statements that lead from version n to version n + 1, for n from 0 on.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE predictions (
        visitor TEXT NOT NULL,
        lesson TEXT NOT NULL,
        step TEXT NOT NULL,
        question INTEGER NOT NULL,
        answer TEXT NOT NULL,
        answered_at REAL NOT NULL,
        PRIMARY KEY (visitor, lesson, step, question)
    ) WITHOUT ROWID;
    CREATE INDEX guesses ON predictions (lesson, step, question);
    CREATE TABLE reveals (
        visitor TEXT NOT NULL,
        lesson TEXT NOT NULL,
        step TEXT NOT NULL,
        content TEXT NOT NULL,
        revealed_at REAL NOT NULL,
        PRIMARY KEY (visitor, lesson, step)
    ) WITHOUT ROWID;
    CREATE TABLE explanations (
        visitor TEXT NOT NULL,
        lesson TEXT NOT NULL,
        step TEXT NOT NULL,
        text TEXT NOT NULL,
        explained_at REAL NOT NULL,
        PRIMARY KEY (visitor, lesson, step)
    ) WITHOUT ROWID;
    """,
)
