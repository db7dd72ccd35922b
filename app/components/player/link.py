"""The frame and the selection of a replay in the page's address; the browser writes them.

The selected digits are the gaps between their rows, each as bytes of seven bits with the lowest
first (LEB128), in the Base64 of addresses. `static/player/link.js` is the other half.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.components.in_address import InAddress, key_in_address
from app.components.player.selection import Selection

_TEXT = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class ReplayLink:
    """What the page's address says of a replay: its iteration, the followed and selected digits."""

    frame: InAddress[int]
    point: InAddress[int]
    lasso: InAddress[tuple[int, ...]]

    @property
    def selection(self) -> Selection:
        """Return what the address asks for."""
        return Selection(
            iteration=self.frame.value, point=self.point.value, lasso=self.lasso.value or ()
        )

    @property
    def data(self) -> dict[str, Any]:
        """Return what the browser needs to obey the address and to keep it up to date."""
        wanted = self.selection
        return {
            "inAddress": {
                "frame": self.frame.name,
                "point": self.point.name,
                "lasso": self.lasso.name,
            },
            "wanted": {
                "iteration": wanted.iteration,
                "point": wanted.point,
                "lasso": list(wanted.lasso),
            },
        }


def link_data(link: ReplayLink | None) -> dict[str, Any]:
    """Return the entries of a replay's data that say what the address has to do with it."""
    return {} if link is None else link.data


def key_of_replay(key: str, link: ReplayLink | None) -> str:
    """Return the Streamlit key of a replay, see `key_in_address`."""
    return key_in_address(key, None if link is None else link.frame)


def rows_reader(count: int) -> Callable[[str], tuple[int, ...]]:
    """Return a reader of selected rows, ascending, of a map with `count` digits."""

    def read(text: str) -> tuple[int, ...]:
        try:
            rows = unpack_rows(text)
        except ValueError:
            rows = ()
        if not rows or rows[-1] >= count:
            raise ValueError(
                "The selected digits in the address are not digits of this map; they are left out."
            )
        return rows

    return read


def unpack_rows(text: str) -> tuple[int, ...]:
    """Return the rows, ascending, that a text of an address holds.

    Raises:
        ValueError: it holds none.
    """
    if not _TEXT.fullmatch(text):
        raise ValueError("no Base64 of an address")
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise ValueError("no Base64 of an address") from None
    rows: list[int] = []
    gap, shift, last = 0, 0, -1
    for byte in packed:
        gap |= (byte & 127) << shift
        shift += 7
        if shift > 28:
            raise ValueError("a gap of more than 28 bits")
        if byte < 128:
            last += gap + 1
            rows.append(last)
            gap, shift = 0, 0
    if shift:
        raise ValueError("the last gap is cut off")
    return tuple(rows)
