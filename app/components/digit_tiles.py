"""Rows of digits whose columns belong together; a visitor can pick a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.components.download import SaveAs, saving
from app.components.in_address import InAddress, address_data, key_in_address
from app.components.message import pack
from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_digit_tiles",
    "digit_tiles/digit_tiles.js",
    html="digit_tiles/digit_tiles.html",
    css=("digit_tiles/digit_tiles.css",),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class TileRow:
    """One row, uint8 (C, 784). Where it is `diverging`, 128 is zero, less blue, more orange."""

    title: str
    pictures: NDArray[np.uint8]
    colors: Literal["grey", "diverging"] = "grey"


def digit_tiles(
    rows: Sequence[TileRow],
    *,
    key: str,
    description: str,
    captions: Sequence[str] = (),
    names: Sequence[str] = (),
    pickable: bool = False,
    first: int | None = None,
    per_line: int = 10,
    per_line_narrow: int = 5,
    save_as: SaveAs | None = None,
    link: InAddress[int] | None = None,
) -> int | None:
    """Draw rows of digits; columns that do not fit a line of `per_line` go on below.

    Args:
        rows: What to draw, each with the same number C of digits.
        key: Streamlit key.
        description: What is shown, for readers who cannot see it.
        captions: A short text under each column, such as its error; C of them or none.
        names: What a picked column is called aloud; C of them or none.
        pickable: Whether a visitor can pick a column.
        first: The column that is picked before the visitor picks one.
        per_line: Columns a line; half as many where a digit would be less than 56 px wide.
        per_line_narrow: Columns a line where there is no room for captions, as on a phone.
        save_as: How the PNG of the sheet is called; None for no button.
        link: What the page's address says of the picked column; the browser keeps it up to date.

    Returns:
        The picked column; `first` before one is picked or when it is gone.
    """
    count = len(rows[0].pictures)
    if link is not None and link.value is not None and link.value < count:
        first = link.value
    data = pack(
        {
            "count": count,
            "perLine": per_line,
            "perLineNarrow": min(per_line, per_line_narrow),
            "rows": [
                {"title": row.title, "colors": row.colors, "pixels": row.pictures} for row in rows
            ],
            "captions": list(captions),
            "names": list(names)
            or [f"digit {column + 1}" for column in range(count if pickable else 0)],
            "pickable": pickable,
            "first": first,
            "description": description,
            **address_data(link),
            **saving(save_as),
        }
    )
    result = _mount(key=key_in_address(key, link), data=data, on_picked_change=lambda: None)
    picked = result.get("picked")
    # It comes from a browser, which can send anything.
    if pickable and type(picked) is int and 0 <= picked < count:
        return picked
    return first


def difference(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return `second` - `first`, pictures in [0, 1], as levels of a diverging row: 128 is equal."""
    return np.clip(np.rint((second - first) * 127) + 128, 0, 255).astype(np.uint8)
