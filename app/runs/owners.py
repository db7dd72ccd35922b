"""Whose a run is, in words, and whether this visitor may change it.

What a page leaves out by this is refused anyway, where it is asked for: see `core.runs.rights`.
"""

from __future__ import annotations

from app.server.shared import names
from app.server.visitor import visitor
from app.ui.markdown import escape_markdown
from core.runs.rights import LOCAL, may_change

#: How a line of a list begins for a run of this visitor, and for one whose owner has no name.
MINE, SOMEONE_S = "Mine", "Someone else's"


def is_mine(owner: str) -> bool:
    """Return whether this visitor may change the runs of an owner; in a lab for one, always."""
    return may_change(owner, visitor())


def whose_words(owner: str) -> str:
    """Return how a line of a list, which is plain text, begins for a run of this owner."""
    if is_mine(owner):
        return MINE
    if owner.startswith(LOCAL):
        return "Command line"
    name = names().get(owner)
    return f"By {name}" if name else SOMEONE_S


def owner_in_words(owner: str) -> str:
    """Return the owner of a run of somebody else, in Markdown, as the end of a sentence."""
    if owner.startswith(LOCAL):
        return "the command line of the server"
    return escape_markdown(names().get(owner)) or "somebody else"
