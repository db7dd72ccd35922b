"""Choosing digits: test digits by class, at random or by number, others, or the visitor's own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from app.digits.chosen import Chosen, chosen_test_digits, typical_test_digits
from app.digits.collection import my_digits, pixels_of
from app.digits.link import CLASS, EACH, NUMBER, OWN, RANDOM, UNSEEN, DigitsLink, read_digits
from app.digits.single import MINE, one_of_mine
from app.digits.unseen import Unseen
from app.links.address import ask, put
from app.links.values import quoted, whole
from app.server.shared import digits
from app.ui.choice import choose_one
from app.ui.linked import bring, put_unless
from app.ui.result_first import controls
from core.data.data_sets import CLASSES, DataSet

#: The ways to choose test digits.
_ONE_OF_EACH = "One of each"
_CLASS = "By class"
_RANDOM = "At random"
_NUMBER = "By number"
#: The way to pictures that the model has never seen.
_NEVER_SEEN = "Never seen"
#: The ways as the address writes them.
_WAYS = {EACH: _ONE_OF_EACH, CLASS: _CLASS, RANDOM: _RANDOM, NUMBER: _NUMBER}
_WAYS |= {UNSEEN: _NEVER_SEEN, OWN: MINE}


def choose_digits(
    key: str, data: DataSet, count: int = 10, unseen: Sequence[Unseen] = (), link: str = "digits"
) -> Chosen:
    """Draw controls to choose `count` of a data set's 10,000 test digits; return the chosen ones.

    At first they are typical digits: of each class the one nearest to the mean picture of its
    class, or that of one class where `count` is less than 10. A visitor can also choose their own
    digits, which may be fewer or more than `count`; where `count` is 1, one of them. `unseen` are
    groups of pictures that the model has never seen, which can be chosen, too. `link` is the
    parameter of the address that holds them.
    """
    labels = digits("test", data.name).labels
    with controls(f"{key}-digits"):
        ways = [_ONE_OF_EACH, _CLASS, _RANDOM, _NUMBER]
        if count < 10:
            ways.remove(_ONE_OF_EACH)
        if unseen:
            ways.append(_NEVER_SEEN)
        if my_digits():
            ways.append(MINE)
        # Another key with other ways: a choice that is gone would be kept otherwise.
        kept = f"{key}:way:{_NEVER_SEEN in ways}:{MINE in ways}"
        is_set = _bring(key, kept, link, ways, unseen, len(labels) - 1)
        with st.container(width="content", gap=None):
            way = choose_one(
                data.says("Digits"),
                ways,
                default=ways[0],
                is_set=is_set,
                key=kept,
                persist_state="session",
                wrap=True,
                help=data.says(
                    "Which digits to look at: some of the 10,000 test digits, which no model was "
                    "trained on. One of each: of every class the test digit nearest to the mean "
                    "picture of its class."
                )
                + " Never seen: pictures of a kind that the model does not know."
                + " Mine: digits that you kept on the page Your digit.",
            )
            # It is lower than the fields and buttons beside it: so their words are on one line.
            st.space(4)
        if way == MINE:
            return _choose_mine(key, count, link)
        if way == _ONE_OF_EACH:
            put(link, None)
            return chosen_test_digits(typical_test_digits(data), data)
        if way == _NEVER_SEEN:
            return _choose_unseen(key, unseen, count, link)
        if way == _NUMBER:
            last = len(labels) - 1
            first = st.number_input(
                f"First (0 to {last:,})",
                0,
                last,
                key=f"{key}:number",
                width=180,
                persist_state="session",
            )
            put(link, str(DigitsLink(way=NUMBER, number=first)))
            return chosen_test_digits(torch.arange(first, first + count) % len(labels), data)
        pool = torch.arange(len(labels))
        label = None
        if way == _CLASS:
            label = st.selectbox(
                "Class",
                range(CLASSES),
                format_func=data.classes.__getitem__,
                key=f"{key}:class",
                width=90 if data.shows_digits else 150,
                persist_state="session",
            )
            pool = (labels == label).nonzero()[:, 0]
        draws = times_others(key)
        text = str(DigitsLink(way=RANDOM if label is None else CLASS, number=label, more=draws))
        put(link, None if text == f"{CLASS}0" and ways[0] == _CLASS else text)
    if label is not None and count == 1 and draws == 0:
        return chosen_test_digits(typical_test_digits(data)[label : label + 1], data)
    return chosen_test_digits(drawn(pool, count, draws), data)


def _bring(
    key: str, kept: str, link: str, ways: Sequence[str], unseen: Sequence[Unseen], last: int
) -> bool:
    """Set the controls to what an address asks for that has just come; return whether it did.

    `kept` is the key of the choice among the `ways`, `last` the highest number of a digit.
    """

    def read(text: str) -> DigitsLink:
        asked = read_digits(text)
        most = {CLASS: CLASSES - 1, NUMBER: last, UNSEEN: len(unseen) - 1}.get(asked.way)
        fits = asked.number is None if most is None else 0 <= (asked.number or 0) <= most
        if asked.way == OWN and _ONE_OF_EACH not in ways:
            fits = asked.number in {digit.number for digit in my_digits()}
        if _WAYS[asked.way] not in ways or not fits:
            raise ValueError(
                f"{link} (={quoted(text)}) in the address chooses no digits that are here; the "
                "usual ones are shown."
            )
        return asked

    asked = ask(link, key, read)
    if not asked.is_news(key):
        return False
    if (wanted := asked.value) is None:
        if asked.is_whole:
            st.session_state[kept] = ways[0]
            st.session_state[f"{key}:draws"] = st.session_state[f"{key}:class"] = 0
        return asked.is_whole
    st.session_state[kept] = _WAYS[wanted.way]
    number, more = wanted.number or 0, wanted.more or 0
    if wanted.way == UNSEEN:
        st.session_state[f"{key}:unseen"] = unseen[number].title
        st.session_state[f"{key}:unseen:draws"] = more
    elif wanted.way == OWN:
        st.session_state[f"{key}:mine"] = number
    elif wanted.way == NUMBER:
        st.session_state[f"{key}:number"] = number
    elif wanted.way in (CLASS, RANDOM):
        st.session_state[f"{key}:draws"] = more
        if wanted.way == CLASS:
            st.session_state[f"{key}:class"] = number
    return True


def times_others(key: str, link: str = "") -> int:
    """Draw the button for other digits; return how often it has been pressed.

    With `link` the parameter of that name in the address holds it.
    """
    if link:
        bring(link, f"{key}:draws", whole(link, 0, 99_999), 0)
    draws = st.session_state.setdefault(f"{key}:draws", 0)
    if st.button("Others", icon=":material/shuffle:", key=f"{key}:others"):
        draws += 1
        st.session_state[f"{key}:draws"] = draws
    if link:
        put_unless(link, draws, 0)
    return draws


def drawn(pool: Tensor, count: int, draws: int) -> Tensor:
    """Return `count` of these indices, (N,), at random: the same ones for the same `draws`."""
    picked = np.random.default_rng(draws).choice(len(pool), count, replace=False)
    return pool[picked]


def _choose_unseen(key: str, unseen: Sequence[Unseen], count: int, link: str) -> Chosen:
    """Draw the choice of a group that the model has never seen; return some of its pictures."""
    chosen = unseen[0]
    if len(unseen) > 1:
        titles = [group.title for group in unseen]
        title = st.selectbox(
            "Of what", titles, key=f"{key}:unseen", width=200, persist_state="session"
        )
        chosen = unseen[titles.index(title) if title in titles else 0]
    draws = times_others(f"{key}:unseen")
    put(link, str(DigitsLink(way=UNSEEN, number=unseen.index(chosen), more=draws)))
    if chosen.label is None and draws == 0 and count == CLASSES:
        return chosen_test_digits(typical_test_digits(chosen.data), chosen.data)
    return chosen_test_digits(drawn(chosen.indices(), count, draws), chosen.data)


def _choose_mine(key: str, count: int, link: str) -> Chosen:
    if count == 1:
        one = one_of_mine(key)
        put(link, f"{OWN}{st.session_state[f'{key}:mine']}")
        return one
    put(link, OWN)
    mine = my_digits()
    return Chosen(pixels_of(mine), tuple(digit.name for digit in mine))
