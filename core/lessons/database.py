"""The file of the answers: opened for each operation, brought up to date, set aside if damaged."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from core.lessons.migrations import MIGRATIONS
from core.runs.errors import RunError
from core.runs.folders import VISITORS
from core.runs.logs import log
from core.runs.opening import make_folder

#: The file, in the folder of what is kept of visitors.
ANSWERS = "answers.sqlite3"
#: Seconds that an operation waits for another one that writes.
BUSY_SECONDS = 2.0
#: The most that the file may take: a class of 100 with all lessons takes a tenth of it.
MAX_BYTES = 200_000_000
_PAGE = 4096
#: Files that SQLite keeps beside the database.
_BESIDE = ("-wal", "-shm")

Found = TypeVar("Found")


class AnswersError(RunError):
    """An answer cannot be kept or read now; nothing that is kept already is lost by it."""


class Database:
    """The database of answers of the lab with these runs.

    It is opened for each operation, which takes less than a millisecond, so that no connection is
    shared between the threads of a server.
    """

    def __init__(self, runs: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
        self.path = runs / VISITORS / ANSWERS
        self._migrations = migrations

    def read(self, operation: Callable[[sqlite3.Connection], Found], empty: Found) -> Found:
        """Return what an operation reads; `empty` where there is no database yet.

        Raises:
            AnswersError: it cannot be read now.
        """
        if not self.path.exists():
            return empty
        return self._do(operation)

    def write(self, operation: Callable[[sqlite3.Connection], Found]) -> Found:
        """Return what an operation gives that changes the database, as a whole or not at all.

        Raises:
            AnswersError: it cannot be written now.
        """

        def at_once(connection: sqlite3.Connection) -> Found:
            connection.execute("BEGIN IMMEDIATE")
            try:
                found = operation(connection)
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            return found

        return self._do(at_once)

    def set_aside(self) -> list[Path]:
        """Return the damaged databases that have been set aside, the latest last."""
        return sorted(self.path.parent.glob(f"{ANSWERS}.damaged-*[0-9]"))

    def _do(self, operation: Callable[[sqlite3.Connection], Found]) -> Found:
        try:
            identity = self._identity()
            try:
                with self._opened() as connection:
                    return operation(connection)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._set_aside(identity)
            with self._opened() as connection:
                return operation(connection)
        except (sqlite3.Error, OSError) as error:
            log.warning("the database of answers: %s", error)
            raise AnswersError(_sentence(error)) from error

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection to the database in its newest version."""
        make_folder(self.path.parent, 0o700)
        if not self.path.exists():
            # Nobody else on this computer may read what visitors write.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA max_page_count = {MAX_BYTES // _PAGE}")
            self._bring_up_to_date(connection)
            yield connection
        finally:
            connection.close()

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        """Bring the tables to the newest version.

        Raises:
            AnswersError: a newer version of the lab has made the database.
        """
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        newest = len(self._migrations)
        if version == newest:
            return
        if version > newest:
            raise AnswersError(
                f"A newer version of the lab has made the database of answers (version {version}, "
                f"and this lab knows {newest}); ask whoever runs the lab to update it."
            )
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another visitor's request may have been faster.
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            for number in range(version, newest):
                for statement in filter(str.strip, self._migrations[number].split(";")):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {newest}")
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    def _identity(self) -> int:
        """Return what tells this file from another one of its name; 0 where there is none."""
        try:
            return os.lstat(self.path).st_ino
        except OSError:
            return 0

    def _set_aside(self, identity: int) -> None:
        """Rename a damaged database, with all that belongs to it, so that a new one is made."""
        if self._identity() != identity:
            return  # another request has done it
        name = f"{ANSWERS}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
        aside = self.path.with_name(name)
        log.error("the database of answers is damaged; it is now %s", name)
        for suffix in ("", *_BESIDE):
            with contextlib.suppress(FileNotFoundError):
                self.path.with_name(ANSWERS + suffix).replace(aside.with_name(name + suffix))


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _sentence(error: Exception) -> str:
    """Return what a visitor is told of a database that cannot be used now."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    reasons = {
        sqlite3.SQLITE_BUSY: "somebody else is writing; try again in a moment",
        sqlite3.SQLITE_LOCKED: "somebody else is writing; try again in a moment",
        sqlite3.SQLITE_FULL: "the disk, or the room for answers, is full; ask whoever runs the lab",
        sqlite3.SQLITE_READONLY: "the lab may not write there; ask whoever runs the lab",
        sqlite3.SQLITE_CANTOPEN: "its file cannot be opened; ask whoever runs the lab",
    }
    reason = reasons.get(code, f"{error}; ask whoever runs the lab")
    return f"The database of answers cannot be used now: {reason}."
