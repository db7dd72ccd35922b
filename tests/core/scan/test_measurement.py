"""The measurement of reading ends with an error if it misses a demand."""

from __future__ import annotations

import pytest

from bench import drawing
from bench.reporting import met


@pytest.mark.parametrize("demands", [[True, True], [True, False], [False, False]])
def test_the_exit_status_tells_whether_a_demand_is_missed(
    demands: list[bool], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\n".join(f"| a kind | {met(demand)} |" for demand in demands)
    monkeypatch.setattr(drawing, "report", lambda *_: text)
    monkeypatch.setattr("sys.argv", ["drawing", "--quick"])
    if all(demands):
        drawing.main()
    else:
        with pytest.raises(SystemExit) as ended:
            drawing.main()
        assert ended.value.code == 1
    assert text in capsys.readouterr().out
    assert all(demands) or "missed" in text


def test_a_kind_that_is_read_too_seldom_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "KINDS", {"plain paper": drawing.KINDS["plain paper"]})
    monkeypatch.setattr(drawing, "find_digits", lambda _: [])
    assert "**missed**" in drawing.read_kinds(1, 0)
