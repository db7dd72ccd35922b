"""Reading a history while it is written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from core.runs.history import MAX_KEPT, History
from core.runs.state import RunError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.jsonl"


def tick(n: int, **more: object) -> dict[str, object]:
    """A row of a history."""
    return {"event": "tick", "n": n, **more}


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_rows_as_they_come(path: Path) -> None:
    history = History(path)
    assert history.rows() == ()
    path.write_bytes(lines(tick(0)))
    assert history.rows() == (tick(0),)
    with path.open("ab") as file:
        file.write(lines(tick(1), tick(2)))
    assert history.rows() == (tick(0), tick(1), tick(2))
    assert history.rows() == History(path).rows()


def test_only_what_is_new_is_read(path: Path) -> None:
    path.write_bytes(lines(*(tick(n) for n in range(1000))))
    history = History(path)
    history.rows()
    first = history.rows()[0]
    with path.open("ab") as file:
        file.write(lines(tick(1000)))
    assert len(history.rows()) == 1001
    assert history.rows()[0] is first, "it was read again"


def test_only_the_histories_looked_at_last_stay_in_memory(tmp_path: Path) -> None:
    histories = [History(tmp_path / f"{n}.jsonl") for n in range(MAX_KEPT + 1)]
    for n in range(MAX_KEPT + 1):
        (tmp_path / f"{n}.jsonl").write_bytes(lines(tick(n)))
    rows = [history.rows()[0] for history in histories]
    assert histories[-1].rows()[0] is rows[-1]
    again = histories[0].rows()[0]
    assert again == rows[0]
    assert again is not rows[0], "nothing was let go"


def test_a_torn_last_row_is_left_out_until_it_is_whole(path: Path) -> None:
    whole = lines(tick(0), tick(1))
    history = History(path)
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        expected = [json.loads(line) for line in whole[:length].split(b"\n")[:-1]]
        assert list(history.rows()) == expected
        assert list(History(path).rows()) == expected


def test_a_history_that_is_cut_back_is_read_again(path: Path) -> None:
    path.write_bytes(lines(tick(0), tick(1), tick(2)))
    history = History(path)
    assert len(history.rows()) == 3
    os.truncate(path, len(lines(tick(0))))
    assert history.rows() == (tick(0),)


@pytest.mark.parametrize("between", [0, 1, 5])
def test_a_history_that_is_cut_back_and_grows_beyond_is_read_again(
    path: Path, between: int
) -> None:
    # Nobody looked at it meanwhile, so that only its content tells.
    path.write_bytes(lines(tick(0), tick(1, seconds=0.25)))
    history = History(path)
    history.rows()
    rows = (tick(0), tick(1, seconds=0.75), *(tick(2 + n) for n in range(between)))
    path.write_bytes(lines(*rows))
    assert history.rows() == rows


def test_a_history_that_is_gone_is_empty_and_may_come_back(path: Path) -> None:
    path.write_bytes(lines(tick(0), tick(1)))
    history = History(path)
    history.rows()
    path.unlink()
    assert history.rows() == ()
    path.write_bytes(lines(tick(10), tick(11), tick(12)))
    assert history.rows() == (tick(10), tick(11), tick(12))


@pytest.mark.parametrize(
    "line", [b"not json\n", b"\x00\x00\x00\n", b"5\n", b"\xff\n", b"\n", b"{}\n"]
)
def test_a_damaged_line_ends_in_a_sentence(path: Path, line: bytes) -> None:
    path.write_bytes(lines(tick(0)) + line + lines(tick(1)))
    with pytest.raises(RunError, match=r"curve of run .* is damaged .*weights are not affected"):
        History(path).rows()
