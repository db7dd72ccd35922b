"""The address of this session's page: what came with it, and what it says now.

The browser's address is a picture of what the page shows, and the session knows better: a rerun
comes with the address that the browser had when it asked, which the page may have left meanwhile.
So an address counts once, when it comes from outside: by a link, by Back or Forward, or because
somebody wrote it. Controls then `ask` for their parameter and afterwards `put` what they show.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from app.components.in_address import InAddress, key_in_address
from app.links.parameters import LONGEST, PARAMETERS

Value = TypeVar("Value")

#: For so long a browser may still send an address that it had before: on a computer that is fully
#: busy it took more than three seconds.
STALE_SECONDS = 5.0
_KEY = "address"


class Part:
    """A part of a page that redraws by itself, and the parameters that it has written."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.around: Part | None = None


@dataclass
class _Address:
    """What a session knows of its address."""

    page: str | None = None
    #: What it says now.
    shown: dict[str, str] = field(default_factory=dict)
    #: What the browser has, or will have soon.
    sent: dict[str, str] = field(default_factory=dict)
    left: deque[tuple[dict[str, str], float]] = field(default_factory=lambda: deque(maxlen=20))
    arrived: dict[str, str] = field(default_factory=dict)
    arrival: int = 0
    returns: int = 0
    is_whole: bool = False
    #: Whether it has just come by a link. One within a page brings its address for one run only, so
    #: that it is written again. After Back the browser may be elsewhere by now, and is left alone.
    is_new: bool = False
    #: Which control has taken a parameter that arrived; no other one gets it then.
    takers: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    #: The address beside which the problem is told; None until it is written.
    problem_beside: dict[str, str] | None = None
    written: set[str] = field(default_factory=set)
    part: Part | None = None
    is_open: bool = False


@contextmanager
def address_of(page: str, *, came_back: bool) -> Iterator[None]:
    """Take the address while a page is drawn, and write it when that has gone well.

    Args:
        page: The last part of the page's address.
        came_back: Whether the visitor pressed Back or Forward. All that the address does not name
            is then as it is at first.
    """
    known = _known()
    _receive(known, page, came_back)
    known.written, known.part, known.is_open = set(), None, True
    try:
        yield
        known.shown = {name: text for name, text in known.shown.items() if name in known.written}
        _send(known)
    finally:
        known.is_open = False


@contextmanager
def part_of_address(part: Part) -> Iterator[None]:
    """Take the address while a part of a page is drawn: parameters that it wrote before and does
    not write now are gone."""
    known = _known()
    outer = known.part
    alone = outer is None and not known.is_open
    if alone:
        _correct(known)
    else:
        part.around = outer
    before, part.names = part.names, set()
    known.part = part
    try:
        yield
    finally:
        known.part = outer
    if not alone:
        return
    for name in before - part.names:
        known.shown.pop(name, None)
    if known.page is not None:
        _send(known)


def opened_anew(key: str) -> str:
    """Return the Streamlit key of a component that Back and Forward open anew."""
    return key_in_address(key, _known().returns)


def current(name: str) -> str | None:
    """Return what the address says now of a parameter."""
    return _known().shown.get(name)


def put(name: str, text: str | None) -> None:
    """Write a parameter; None takes it out, since it is as it is at first."""
    known = _known()
    known.shown.pop(name, None)
    if text is None:
        return
    known.shown[name] = text
    known.written.add(name)
    part = known.part
    while part is not None:
        part.names.add(name)
        part = part.around


def ask(name: str, key: str, read: Callable[[str], Value]) -> InAddress[Value]:
    """Return what the address that came from outside says of a parameter to a control.

    Args:
        name: The parameter, one of `PARAMETERS`.
        key: The control; another one that asks for the same parameter gets nothing.
        read: Reads the value; it raises ValueError, with a sentence, if the value cannot be used.
    """
    known = _known()
    value = None
    text = known.arrived.get(name)
    if text is not None and known.takers.setdefault(name, key) == key:
        try:
            value = read(text)
        except ValueError as error:
            known.arrived.pop(name)
            if not known.problem:
                known.problem, known.problem_beside = str(error), None
    return InAddress(
        name=name,
        value=value,
        arrival=known.arrival,
        returns=known.returns,
        is_whole=known.is_whole,
    )


def problem() -> str:
    """Return what is wrong with the address, as a sentence, until something else is chosen."""
    return _known().problem


def _known() -> _Address:
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _Address()
    return st.session_state[_KEY]


def _receive(known: _Address, page: str, came_back: bool) -> None:
    """Find out whether the address of this run comes from outside."""
    came = st.query_params.to_dict()
    now = _of_python(came)
    same_page = known.page == page
    if same_page and not came_back and now == known.sent:
        known.left.clear()  # what comes from now on was asked for after this
        return
    if same_page and not came_back and _is_left(known, now):
        return
    known.page, known.sent = page, now
    known.left.clear()
    named = {name: text[:LONGEST] for name, text in came.items() if name in PARAMETERS}
    known.shown, known.arrived = dict(named), named
    known.arrival += 1
    known.returns += came_back
    known.is_whole, known.is_new = came_back, not came_back
    known.takers.clear()
    known.problem = ""


def _is_left(known: _Address, now: dict[str, str]) -> bool:
    """Return whether the page has just left this address, and the browser may not know yet."""
    since = time.monotonic() - STALE_SECONDS
    return any(left == now and when > since for left, when in known.left)


def _correct(known: _Address) -> None:
    """Correct the address with which a part of the page is drawn anew.

    A timer may have asked for that right before Start was pressed. If the part then asks for a run
    of the whole page, that comes with this address.
    """
    if known.page is None:
        return
    if _of_python(st.query_params.to_dict()) == known.sent:
        known.left.clear()
    else:
        st.query_params.from_dict(known.sent)


def _send(known: _Address) -> None:
    """Give the browser the address, unless it has it."""
    wanted = _of_python(known.shown)
    if wanted != known.sent:
        known.left.append((known.sent, time.monotonic()))
        known.sent = wanted
    if known.problem_beside is None:
        known.problem_beside = wanted
    elif known.problem_beside != wanted:
        known.problem = ""
    if known.is_new or wanted != _of_python(st.query_params.to_dict()):
        known.is_new = False
        # What a component took of the address stays: else its first picture would be a step.
        taken = {
            name: text
            for name, text in known.arrived.items()
            if name in known.takers and PARAMETERS[name].in_browser
        }
        st.query_params.from_dict(wanted | taken)


def _of_python(address: dict[str, str]) -> dict[str, str]:
    """Return an address without what components keep, of which the browser knows more."""
    return {
        name: text
        for name, text in address.items()
        if name not in PARAMETERS or not PARAMETERS[name].in_browser
    }
