"""Choosing digits: test digits by class, at random or by number, others, or the visitor's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from app.digits.collection import my_digits, pixels_of
from app.digits.unseen import Unseen
from app.server.shared import digits
from app.ui.articles import a_class
from app.ui.choice import choose_one
from app.ui.result_first import controls
from core.analysis.latent import typical_digits
from core.data.data_sets import CLASSES, DataSet

#: The ways to choose test digits.
_ONE_OF_EACH = "One of each"
_CLASS = "By class"
_RANDOM = "At random"
_NUMBER = "By number"
#: Stands beside the ten classes, for a digit by its number.
_ANY = "any number"
#: The way to the visitor's own digits.
MINE = "Mine"
#: The way to pictures that the model has never seen.
_NEVER_SEEN = "Never seen"


@dataclass(frozen=True, eq=False)
class Chosen:
    """Chosen digits: `pixels` (N, 784) in [0, 1], and the name of each within a sentence."""

    pixels: Tensor
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)


def choose_digits(
    key: str, data: DataSet, count: int = 10, unseen: Sequence[Unseen] = ()
) -> Chosen:
    """Draw controls to choose `count` of a data set's 10,000 test digits; return the chosen ones.

    At first they are typical digits: of each class the one nearest to the mean picture of its
    class, or that of one class where `count` is less than 10. A visitor can also choose their own
    digits, which may be fewer or more than `count`; where `count` is 1, one of them. `unseen` are
    groups of pictures that the model has never seen, which can be chosen, too.
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
        with st.container(width="content", gap=None):
            way = choose_one(
                data.says("Digits"),
                ways,
                default=ways[0],
                # Another key with other ways: a choice that is gone would be kept otherwise.
                key=f"{key}:way:{_NEVER_SEEN in ways}:{MINE in ways}",
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
            return _choose_mine(key, count)
        if way == _ONE_OF_EACH:
            return chosen_test_digits(typical_test_digits(data), data)
        if way == _NEVER_SEEN:
            return _choose_unseen(key, unseen, count)
        if way == _NUMBER:
            last = len(labels) - 1
            first = st.number_input(
                f"First (0 to {last:,})",
                0,
                last,
                0,
                key=f"{key}:number",
                width=180,
                persist_state="session",
            )
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
    if label is not None and count == 1 and draws == 0:
        return chosen_test_digits(typical_test_digits(data)[label : label + 1], data)
    return chosen_test_digits(drawn(pool, count, draws), data)


def times_others(key: str) -> int:
    """Draw the button for other digits; return how often it has been pressed."""
    draws = st.session_state.setdefault(f"{key}:draws", 0)
    if st.button("Others", icon=":material/shuffle:", key=f"{key}:others"):
        draws += 1
        st.session_state[f"{key}:draws"] = draws
    return draws


def drawn(pool: Tensor, count: int, draws: int) -> Tensor:
    """Return `count` of these indices, (N,), at random: the same ones for the same `draws`."""
    picked = np.random.default_rng(draws).choice(len(pool), count, replace=False)
    return pool[picked]


def _choose_unseen(key: str, unseen: Sequence[Unseen], count: int) -> Chosen:
    """Draw the choice of a group that the model has never seen; return some of its pictures."""
    chosen = unseen[0]
    if len(unseen) > 1:
        titles = [group.title for group in unseen]
        title = st.selectbox(
            "Of what", titles, key=f"{key}:unseen", width=200, persist_state="session"
        )
        chosen = unseen[titles.index(title) if title in titles else 0]
    draws = times_others(f"{key}:unseen")
    if chosen.label is None and draws == 0 and count == CLASSES:
        return chosen_test_digits(typical_test_digits(chosen.data), chosen.data)
    return chosen_test_digits(drawn(chosen.indices(), count, draws), chosen.data)


def choose_digit(title: str, key: str, data: DataSet, *, label: int) -> Chosen:
    """Draw controls for one digit of a data set, and return it.

    A visitor chooses a class, `label` at first, and which digit of it, the most typical one at
    first; or a digit by its number; or one of their own.
    """
    labels = digits("test", data.name).labels
    mine = my_digits()
    first, second = st.columns(2, vertical_alignment="bottom")
    classes = [*range(CLASSES), _ANY, *([MINE] if mine else [])]
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
            return _one_of_mine(key)
    if isinstance(chosen, int):
        pool, lowest = (labels == chosen).nonzero()[:, 0], 1
        start = lowest + int((pool == typical_test_digits(data)[chosen]).nonzero()[0, 0])
    else:
        pool, lowest = torch.arange(len(labels)), 0
        start = lowest
    which = second.number_input(
        "Which one",
        lowest,
        lowest + len(pool) - 1,
        start,
        key=f"{key}:which:{chosen}",
        help=data.says(
            f"One of {len(pool):,} test digits. At first it is the one nearest to the mean "
            "picture of its class."
        ),
        persist_state="session",
    )
    return chosen_test_digits(pool[which - lowest].reshape(1), data)


def typical_test_digits(data: DataSet) -> Tensor:
    """Return the index of the most typical test digit of each class of a data set, 0 to 9."""
    return _typical(data.name)


@st.cache_resource(show_spinner=False)
def _typical(data: str) -> Tensor:
    test = digits("test", data)
    return typical_digits(test.pixels, test.labels)


def preset_digit(key: str, number: int) -> None:
    """Make a kept digit the one that the controls of `choose_digit` show next."""
    st.session_state[f"{key}:class"] = MINE
    st.session_state[f"{key}:mine"] = number


def preset_class(key: str, label: int) -> None:
    """Make a class the one that the controls of `choose_digit` show next, by its typical digit."""
    st.session_state[f"{key}:class"] = label


def sentence(name: str) -> str:
    """Return the name of a chosen digit for the beginning of a sentence."""
    return name[:1].upper() + name[1:]


def chosen_test_digits(indices: Tensor, data: DataSet) -> Chosen:
    """Return test digits of a data set by their numbers, (N,)."""
    test = digits("test", data.name)
    names = [
        f"test {data.noun} {i:,}, {a_class(data, int(test.labels[i]))}" for i in indices.tolist()
    ]
    return Chosen(test.pixels[indices], tuple(names))


def _choose_mine(key: str, count: int) -> Chosen:
    if count == 1:
        return _one_of_mine(key)
    mine = my_digits()
    return Chosen(pixels_of(mine), tuple(digit.name for digit in mine))


def _one_of_mine(key: str) -> Chosen:
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
