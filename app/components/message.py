"""The one format in which numbers travel from Python to a component.

JSON has no NaN and writes a number as text, and `bytes` within a value would reach the browser as
their `repr`. So a value with arrays in it becomes one `bytes`, all of it little-endian:

    uint32    the length of the JSON in bytes; with it and these four, a multiple of 8
    JSON      the value, in UTF-8; an array in it is {"$array": [type, offset, count]}
    arrays    the numbers of each, one after the other; `offset` counts from the first one's start

An array begins at a multiple of 8 bytes, as a typed array of a browser must. Its shape is not sent:
who reads it knows it. `static/shared/message.js` is the other end; `mount.js` calls it.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np

#: What a browser has a typed array for that is used here.
TYPES = ("uint8", "int16", "int32", "float32")
_STEP = 8


def pack(value: Any) -> bytes:
    """Return a value of texts, numbers, lists, dicts and NumPy arrays as one message.

    Raises:
        TypeError: something in it is neither JSON nor an array of one of `TYPES`.
        ValueError: a number that is not in an array is not finite.
    """
    parts: list[bytes] = []
    offset = 0

    def place(item: Any) -> dict[str, Any]:
        nonlocal offset
        if not isinstance(item, np.ndarray) or item.dtype.name not in TYPES:
            kind = getattr(item, "dtype", type(item).__name__)
            raise TypeError(f"{kind} cannot be sent, only JSON and arrays of {', '.join(TYPES)}.")
        start, content = offset, item.astype(item.dtype.newbyteorder("<"), copy=False).tobytes()
        parts.append(content + bytes(-len(content) % _STEP))
        offset += len(parts[-1])
        return {"$array": [item.dtype.name, start, item.size]}

    text = json.dumps(value, default=place, allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 4) % _STEP)
    return b"".join((struct.pack("<I", len(text)), text, *parts))
