"""Chosen digits in the page's address: `c3` is typical 3s, `r2` the second random draw.

| text | digits |
|---|---|
| `each` | one of each class |
| `c3`, `c3.2` | of class 3; drawn anew twice |
| `r`, `r.2` | at random; drawn anew twice |
| `n120` | by number, from 120 on |
| `u0`, `u1.2` | of the first group that the model has never seen; of the second, drawn anew twice |
| `mine`, `mine2` | the visitor's own; one of them |

One digit is `c3` (the typical 3), `c3.17` (the 17th), `n120` or `mine2`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.links.values import quoted

#: The ways.
EACH, CLASS, RANDOM, NUMBER, UNSEEN, OWN = "each", "c", "r", "n", "u", "mine"
_TEXT = re.compile(r"(?P<way>each|mine|[crnu])(?P<number>[0-9]{0,5})(?:\.(?P<more>[0-9]{1,5}))?")


@dataclass(frozen=True, kw_only=True)
class DigitsLink:
    """Which digits: the way, its number (a class, group or number), and what more it needs.

    `more` counts draws; for one digit of a class it says which one.
    """

    way: str
    number: int | None = None
    more: int | None = None

    def __str__(self) -> str:
        number = "" if self.number is None else f"{self.number}"
        return f"{self.way}{number}" + ("" if not self.more else f".{self.more}")


def read_digits(text: str) -> DigitsLink:
    """Return what a text of an address chooses.

    Raises:
        ValueError: it is no such text.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{quoted(text)} in the address chooses no digits; the usual ones are shown."
        )
    number, more = found["number"], found["more"]
    return DigitsLink(
        way=found["way"],
        number=int(number) if number else None,
        more=int(more) if more else None,
    )
