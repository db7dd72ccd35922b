"""Answers outlive restarts, damage and a full disk; each visitor has their own."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.lessons import database
from core.lessons.answers import MAX_EXPLANATION, Answers, AnswersError, Kept
from core.lessons.database import Database
from core.lessons.kept_reveal import KeptReveal, from_json
from core.lessons.measures import Measured
from core.lessons.migrations import MIGRATIONS
from core.runs.store import RunStore

ADA, BEN, CAM, DAN = (letter * 32 for letter in "abcd")
REVEAL = KeptReveal(
    runs={"own": "run-1"},
    titles={"own": "Compression, seed 0"},
    measured=Measured(
        numbers={"error": 0.25},
        series={"errors": np.asarray([0.5, 0.25])},
        pictures={"outputs": np.arange(2 * 784, dtype=np.uint8).reshape(2, 784)},
    ),
)
PLACE = "compression", "one"


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    return Answers(tmp_path)


def test_all_that_is_kept_comes_back_after_a_restart(answers: Answers, tmp_path: Path) -> None:
    assert answers.predict(ADA, *PLACE, [[1], None, 0.25, [0.5, 1.0]])
    answers.reveal(ADA, *PLACE, REVEAL)
    answers.explain(ADA, *PLACE, "Because.\nAnd so on.")
    (place, kept), *others = Answers(tmp_path).of(ADA).items()
    assert not others
    assert place == PLACE
    assert kept.predictions == {0: [1], 1: None, 2: 0.25, 3: [0.5, 1.0]}
    assert kept.has_predicted(4)
    assert not kept.has_predicted(5)
    assert kept.explanation == "Because.\nAnd so on."
    assert kept.reveal is not None
    assert kept.reveal.runs == REVEAL.runs
    assert kept.reveal.titles == REVEAL.titles
    assert kept.reveal.measured.numbers == REVEAL.measured.numbers
    for name in ("series", "pictures"):
        mine, theirs = getattr(kept.reveal.measured, name), getattr(REVEAL.measured, name)
        assert all(np.array_equal(mine[key], theirs[key]) for key in theirs)


def test_a_prediction_changes_until_the_reveal_also_in_a_second_tab(answers: Answers) -> None:
    assert answers.predict(ADA, *PLACE, [[0]])
    assert answers.predict(ADA, *PLACE, [[1]])
    answers.reveal(ADA, *PLACE, REVEAL)
    assert not answers.predict(ADA, *PLACE, [[2]])
    assert answers.of(ADA)[PLACE].predictions == {0: [1]}


def test_nobody_sees_the_answers_of_another_but_as_guesses(answers: Answers) -> None:
    for visitor, guess in ((ADA, 0.1), (BEN, 0.2), (CAM, None), (DAN, 0.3)):
        answers.predict(visitor, *PLACE, [guess])
    assert answers.of(BEN)[PLACE].predictions == {0: 0.2}
    assert sorted(str(guess) for guess in answers.guesses(ADA, *PLACE, 0)) == ["0.2", "0.3", "None"]
    assert answers.guesses(ADA, "compression", "two", 0) == []


def test_an_explanation_is_cut_cleaned_and_can_be_taken_back(answers: Answers) -> None:
    answers.explain(ADA, *PLACE, "a\x1b[31m\x00b" + "x" * MAX_EXPLANATION)
    kept = answers.of(ADA)[PLACE].explanation
    assert kept.startswith("a[31mb")
    assert len(kept) == MAX_EXPLANATION
    answers.explain(ADA, *PLACE, "  ")
    assert answers.of(ADA) == {}


@pytest.mark.parametrize("visitor", ["", "session:12", "A" * 32, "../../etc"])
def test_who_has_no_cookies_is_told_that_answers_are_not_kept(
    answers: Answers, visitor: str
) -> None:
    with pytest.raises(AnswersError, match="keeps no cookies"):
        answers.predict(visitor, *PLACE, [[0]])
    assert answers.of(visitor) == {}
    assert not answers.database.path.exists()


def test_only_the_user_of_the_lab_may_read_the_file(answers: Answers) -> None:
    answers.predict("local:1000", *PLACE, [[0]])
    assert stat.S_IMODE(os.stat(answers.database.path).st_mode) == 0o600


def test_what_is_uncommitted_when_a_server_is_killed_is_not_kept_and_the_rest_is(
    answers: Answers, tmp_path: Path
) -> None:
    code = (
        "import os, pathlib, sys\n"
        "from core.lessons.answers import Answers\n"
        "answers = Answers(pathlib.Path(sys.argv[1]))\n"
        "answers.predict('a' * 32, 'compression', 'one', [[1]])\n"
        "def torn(connection):\n"
        "    connection.execute('DELETE FROM predictions')\n"
        "    os._exit(9)\n"
        "answers.database.write(torn)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], timeout=120, check=False)
    assert done.returncode == 9
    assert answers.of(ADA)[PLACE].predictions == {0: [1]}


@pytest.mark.parametrize(
    "garbage", [b"not a database at all, but long enough" * 200, b"\x00" * 9000]
)
def test_a_damaged_file_is_set_aside_and_a_new_one_is_made(
    answers: Answers, garbage: bytes
) -> None:
    answers.database.path.parent.mkdir()
    answers.database.path.write_bytes(garbage)
    answers.predict(ADA, *PLACE, [[1]])
    assert answers.of(ADA)[PLACE].predictions == {0: [1]}
    (aside,) = answers.database.set_aside()
    assert aside.read_bytes() == garbage, "nothing of it is lost"


def test_damage_within_the_tables_is_set_aside_too(answers: Answers) -> None:
    for visitor in range(400):
        answers.predict(f"{visitor:032x}", *PLACE, [[1]])
    with sqlite3.connect(answers.database.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(answers.database.path.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page : page + 4000] = b"\xff" * 4000
    answers.database.path.write_bytes(bytes(content))
    answers.predict(ADA, *PLACE, [[0]])
    assert answers.of(ADA)[PLACE].predictions == {0: [0]}
    assert [path.stat().st_size for path in answers.database.set_aside()] == [len(content)]


def test_a_locked_database_is_told_and_loses_nothing(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers.predict(ADA, *PLACE, [[1]])
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(answers.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(AnswersError, match="somebody else is writing"):
        answers.predict(ADA, *PLACE, [[2]])
    assert answers.of(ADA)[PLACE].predictions == {0: [1]}, "readers do not wait"
    other.execute("ROLLBACK")
    other.close()
    assert answers.predict(ADA, *PLACE, [[2]])


def test_a_full_database_is_told_and_loses_nothing(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers.predict(ADA, *PLACE, [[1]])
    monkeypatch.setattr(database, "MAX_BYTES", 4096 * 12)

    def fill() -> None:
        for visitor in range(3000):
            answers.explain(f"{visitor:032x}", *PLACE, "x" * MAX_EXPLANATION)

    with pytest.raises(AnswersError, match="is full"):
        fill()
    assert answers.of(ADA)[PLACE].predictions == {0: [1]}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file in the place of the folder")
    with pytest.raises(AnswersError, match="cannot be used now"):
        Answers(tmp_path / "runs").predict(ADA, *PLACE, [[1]])


def test_a_result_that_is_too_large_is_refused(answers: Answers) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (1000, 784), dtype=np.uint8)
    large = KeptReveal(runs={}, titles={}, measured=Measured(pictures={"x": noise}))
    with pytest.raises(AnswersError, match="show fewer pictures"):
        answers.reveal(ADA, *PLACE, large)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"pictures": {"x": "!"}}', json.dumps({"pictures": {"x": 3}})]
)
def test_a_reveal_that_is_none_is_left_out(answers: Answers, content: str) -> None:
    assert from_json(content) is None
    answers.predict(ADA, *PLACE, [[1]])
    answers.database.write(
        lambda connection: connection.execute(
            "INSERT INTO reveals VALUES (?, ?, ?, ?, 0)", (ADA, *PLACE, content)
        )
    )
    assert answers.of(ADA)[PLACE] == Kept(predictions={0: [1]})


def test_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """The first version as it was released, with what it held; later ones keep that."""
    first = Database(tmp_path, MIGRATIONS[:1])
    first.write(
        lambda connection: connection.execute(
            "INSERT INTO predictions VALUES (?, 'compression', 'one', 0, '[3]', 1.0)", (ADA,)
        )
    )
    next_version = (*MIGRATIONS, "ALTER TABLE explanations ADD COLUMN language TEXT")
    later = Database(tmp_path, next_version)
    (version,) = later.write(lambda c: c.execute("PRAGMA user_version").fetchone())
    assert version == len(next_version)
    assert later.read(
        lambda connection: connection.execute("SELECT answer FROM predictions").fetchall(), []
    ) == [("[3]",)]
    assert Answers(tmp_path).database.path == later.path
    with pytest.raises(AnswersError, match="A newer version of the lab"):
        Answers(tmp_path).of(ADA)
    assert not later.set_aside(), "what is newer is not damaged"


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    Answers(tmp_path).predict(ADA, *PLACE, [[1]])
    broken = Database(tmp_path, (*MIGRATIONS, "DROP TABLE guesses_; CREATE TABLE x (y)"))
    with pytest.raises(AnswersError, match="cannot be used now"):
        broken.read(lambda connection: connection.execute("SELECT 1").fetchone(), None)
    assert Answers(tmp_path).of(ADA)[PLACE].predictions == {0: [1]}


def test_the_store_of_runs_leaves_the_answers_alone(tmp_path: Path) -> None:
    store = RunStore(tmp_path, tmp_path / "gallery", quota=0)
    answers = Answers(tmp_path)
    answers.predict(ADA, *PLACE, [[1]])
    os.utime(answers.database.path.parent, (0, 0))
    store.make_room()
    assert store.list() == []
    assert answers.of(ADA)[PLACE].predictions == {0: [1]}
