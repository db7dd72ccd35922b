"""Choosing one digit: of a class, by its number, or the visitor's own."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
import torch

from app.digits.chosen import Chosen, chosen_test_digits, sentence, typical_test_digits
from app.digits.collection import my_digits, pixels_of
from app.digits.link import CLASS, NUMBER, OWN, DigitsLink, read_digits
from app.links.address import ask, put
from app.links.values import quoted
from app.server.shared import digits
from core.data.data_sets import CLASSES, DataSet

#: Stands beside the ten classes, for a digit by its number.
_ANY = "any number"
#: The way to the visitor's own digits.
MINE = "Mine"


def choose_digit(title: str, key: str, data: DataSet, *, label: int, link: str) -> Chosen:
    """Draw controls for one digit of a data set, and return it.

    A visitor chooses a class, `label` at first, and which digit of it, the most typical one at
    first; or a digit by its number; or one of their own. `link` is the parameter of the address
    that holds it.
    """
    labels = digits("test", data.name).labels
    mine = my_digits()
    first, second = st.columns(2, vertical_alignment="bottom")
    classes = [*range(CLASSES), _ANY, *([MINE] if mine else [])]
    news = _bring(key, link, data, label)
    _start_at(f"{key}:class", classes, label)
    chosen = first.selectbox(
        title,
        classes,
        format_func=lambda each: data.classes[each] if isinstance(each, int) else each,
        key=f"{key}:class",
        help=data.says("A class of digits, any of the 10,000 test digits by its number,")
        + " or one of your own from the page Your digit.",
        persist_state="session",
    )
    if chosen == MINE:
        with second:
            digit = one_of_mine(key)
        put(link, f"{OWN}{st.session_state[f'{key}:mine']}")
        return digit
    if isinstance(chosen, int):
        pool, lowest = (labels == chosen).nonzero()[:, 0], 1
        start = place_of_typical(data, chosen)
    else:
        pool, lowest = torch.arange(len(labels)), 0
        start = lowest
    which = second.number_input(
        "Which one",
        lowest,
        lowest + len(pool) - 1,
        "min" if news else start,
        key=f"{key}:which:{chosen}",
        help=data.says(
            f"One of {len(pool):,} test digits. At first it is the one nearest to the mean "
            "picture of its class."
        ),
        persist_state="session",
    )
    if not isinstance(chosen, int):
        put(link, str(DigitsLink(way=NUMBER, number=which)))
    elif which != start:
        put(link, str(DigitsLink(way=CLASS, number=chosen, more=which)))
    else:
        put(link, None if chosen == label else str(DigitsLink(way=CLASS, number=chosen)))
    return chosen_test_digits(pool[which - lowest].reshape(1), data)


def place_of_typical(data: DataSet, label: int) -> int:
    """Return which one of its class the most typical test digit is, counted from 1."""
    pool = (digits("test", data.name).labels == label).nonzero()[:, 0]
    return 1 + int((pool == typical_test_digits(data)[label]).nonzero()[0, 0])


def _bring(key: str, link: str, data: DataSet, label: int) -> bool:
    """Set the controls to what an address asks for that has just come; return whether it did."""

    def read(text: str) -> DigitsLink:
        asked = read_digits(text)
        labels = digits("test", data.name).labels
        number, more = asked.number, asked.more
        if number is not None and asked.way in (CLASS, NUMBER, OWN):
            most = {
                CLASS: int((labels == number).sum()),  # 0 of a class that there is not
                NUMBER: len(labels) - number,
                OWN: sum(digit.number == number for digit in my_digits()),
            }[asked.way]
            if (more or 1) <= most:
                return asked
        raise ValueError(
            f"{link} (={quoted(text)}) in the address is no digit that can be chosen here; the "
            "usual one is shown."
        )

    asked = ask(link, key, read)
    if not asked.is_news(key):
        return False
    wanted = asked.value
    if wanted is None and asked.is_whole:
        wanted = DigitsLink(way=CLASS, number=label)
    if wanted is None or wanted.number is None:
        return False
    if wanted.way == OWN:
        preset_digit(key, wanted.number)
        return False
    place = wanted.number if wanted.way == NUMBER else wanted.more
    chosen = wanted.number if wanted.way == CLASS else _ANY
    st.session_state[f"{key}:class"] = chosen
    st.session_state[f"{key}:which:{chosen}"] = (
        place if place is not None else place_of_typical(data, wanted.number)
    )
    return True


def preset_digit(key: str, number: int) -> None:
    """Make a kept digit the one that the controls of `choose_digit` show next."""
    st.session_state[f"{key}:class"] = MINE
    st.session_state[f"{key}:mine"] = number


def preset_class(key: str, label: int) -> None:
    """Make a class the one that the controls of `choose_digit` show next, by its typical digit."""
    st.session_state[f"{key}:class"] = label


def one_of_mine(key: str) -> Chosen:
    """Draw the choice of one of the visitor's own digits, and return it."""
    mine = {digit.number: digit for digit in my_digits()}
    _start_at(f"{key}:mine", list(mine), max(mine))
    number = st.selectbox(
        "Which one",
        list(mine),
        format_func=lambda number: sentence(mine[number].name),
        key=f"{key}:mine",
        persist_state="session",
    )
    return Chosen(pixels_of([mine[number]]), (mine[number].name,))


def _start_at(key: str, options: Sequence[object], value: object) -> None:
    """Set a choice where there is none yet, or where the chosen option is gone.

    The widget's own default cannot be used: Streamlit warns where a choice was also set
    beforehand, as `preset_digit` does.
    """
    if st.session_state.get(key) not in options:
        st.session_state[key] = value
