"""The Python half of the format of numbers; tests/browser/message.test.js has the other half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.components.message import pack
from tests.support.message import unpack

#: What both halves are held against; `python -m tests.app.components.test_message` writes it anew.
GOLDEN = Path(__file__).parents[2] / "browser" / "message.hex"
VALUE = {
    "text": "5 × π",
    "nothing": None,
    "nested": [
        {"bytes": np.array([1, 2, 255], np.uint8)},
        {"steps": np.array([[-32768, 0, 1], [2, 3, 32767]], np.int16), "0": 0.5},
    ],
    "indices": np.array([-1, 2**31 - 1], np.int32),
    "empty": np.empty(0, np.float32),
    "floats": np.array([np.nan, np.inf, -0.0, 1.5], np.float32),
}


def test_what_is_packed_is_unpacked() -> None:
    value: Any = unpack(pack(VALUE))
    assert (value["text"], value["nothing"]) == ("5 × π", None)
    assert value["nested"][0]["bytes"].tolist() == [1, 2, 255]
    assert value["nested"][1]["steps"].tolist() == [-32768, 0, 1, 2, 3, 32767]
    assert value["nested"][1]["0"] == 0.5
    assert value["indices"].tolist() == [-1, 2**31 - 1]
    assert (value["empty"].dtype, value["empty"].size) == (np.float32, 0)
    np.testing.assert_array_equal(value["floats"], VALUE["floats"])


def test_the_bytes_are_those_that_the_browser_s_half_is_tested_with() -> None:
    assert pack(VALUE).hex() == "".join(GOLDEN.read_text().split())


def test_the_order_in_memory_does_not_matter() -> None:
    table = np.arange(12, dtype=np.int16).reshape(3, 4)
    views = [table.T, table[::-1, ::2], table.astype(">i2")]
    for view, sent in zip(views, unpack(pack(views)), strict=True):
        assert sent.tolist() == view.ravel().tolist()


@pytest.mark.parametrize(
    ("value", "error", "complaint"),
    [
        ({"a": np.zeros(2)}, TypeError, "float64 cannot be sent"),
        ({"a": np.float32(1)}, TypeError, "float32 cannot be sent"),
        ({"a": b"bytes"}, TypeError, "bytes cannot be sent"),
        ({"a": float("nan")}, ValueError, "not JSON compliant"),
    ],
)
def test_what_a_browser_would_not_get_is_refused(
    value: Any, error: type[Exception], complaint: str
) -> None:
    with pytest.raises(error, match=complaint):
        pack(value)


if __name__ == "__main__":
    text = pack(VALUE).hex()
    lines = [text[start : start + 80] for start in range(0, len(text), 80)]
    GOLDEN.write_text("\n".join(lines) + "\n")
