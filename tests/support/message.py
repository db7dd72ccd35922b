"""What a browser makes of a component's message, see app/components/message.py."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np


def unpack(message: bytes) -> Any:
    """Return the value that `pack` was given, its arrays flat."""
    (length,) = struct.unpack_from("<I", message)
    begin = 4 + length

    def place(item: dict[str, Any]) -> Any:
        if "$array" not in item:
            return item
        kind, offset, count = item["$array"]
        return np.frombuffer(message, np.dtype(kind).newbyteorder("<"), count, begin + offset)

    return json.loads(message[4:begin], object_hook=place)
