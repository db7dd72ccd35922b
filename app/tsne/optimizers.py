"""The optimisers of a t-SNE run as cards of a form, each with its settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.runs.settings_text import lower_first
from app.ui.forms import draw_problem
from core.data.data_sets import DataSet
from core.tsne.config import TSNEConfig
from core.tsne.optimizer_kinds import OPTIMIZERS
from core.tsne.optimizers import (
    MAX_OPTIMIZERS,
    OWN_SETTINGS,
    STARTS,
    OptimizerConfig,
    check_learning_rate,
)
from models import hyperparameters

_DEFAULTS = hyperparameters(TSNEConfig)["optimizers"].default
_RULES = hyperparameters(OptimizerConfig)
#: What a new card holds at first: the first of these that no other card held at first.
_OFFERS = (*_DEFAULTS, "sgd:momentum=0.9", "rmsprop", "gains", "adagrad")
_SHARED = ("optimizer", "learning_rate", "momentum", "nesterov")
_HELP = "\n\n".join(
    [
        *(_RULES[name].help for name in _SHARED),
        f"Gains: a learning rate that is left empty is automatic. SGD: tick the box. "
        f"Automatic: {lower_first(_RULES['auto'].help)}",
    ]
)
#: Ten steps of a field for a learning rate whose usual value is automatic.
_RATE = 100.0
_FIELD = 84  # pixels: two fit side by side beside the maps


def optimizers_form(key: str, problems: DeltaGenerator, data: DataSet) -> tuple[str, ...] | None:
    """Draw the cards; return the optimizers in their text form, as a config takes them.

    Their help is about the pictures of the data set that is mapped. A bad setting is explained in
    `problems`, since cards may be folded away; the result is None then.
    """
    cards: dict[int, str] = st.session_state.setdefault(f"{key}:cards", _first_cards())
    found: list[str | None] = []
    for place, (card, offer) in enumerate(cards.items(), start=1):
        with st.container(border=True, gap="xsmall"):
            if _draw_head(f"{key}:{card}", place, data, alone=len(cards) == 1):
                del cards[card]
                st.rerun()
            try:
                card_offer = OptimizerConfig.parse(offer)
                found.append(_draw_card(f"{key}:{card}", place, card_offer, data))
            except ValueError as error:
                found.append(None)
                with problems:
                    draw_problem(ValueError(f"Optimiser {place}: {error}"))
    added = st.button(
        "Add an optimiser",
        icon=":material/add:",
        key=f"button:{key}:add",
        disabled=len(cards) == MAX_OPTIMIZERS,
        help=f"Up to {MAX_OPTIMIZERS} optimisers are compared side by side.",
    )
    if added:
        cards[_unused(key)] = next(offer for offer in _OFFERS if offer not in cards.values())
        st.rerun()
    good = tuple(text for text in found if text is not None)
    return good if len(good) == len(found) else None


def reset_optimizers(key: str) -> None:
    """Set the form back to the exercise's optimisers; for a button's `on_click`."""
    fill_optimizers(key, _DEFAULTS)


def fill_optimizers(key: str, optimizers: Sequence[str]) -> None:
    """Give the form a card for each of these, in their text form; for a button's `on_click`."""
    st.session_state[f"{key}:cards"] = {_unused(key): text for text in optimizers}


def _first_cards() -> dict[int, str]:
    return dict(enumerate(_DEFAULTS))


def _unused(key: str) -> int:
    """Return a number that no card has had: Streamlit remembers the fields of removed ones."""
    number = st.session_state.get(f"{key}:next", len(_DEFAULTS))
    st.session_state[f"{key}:next"] = number + 1
    return number


def _draw_head(key: str, place: int, data: DataSet, *, alone: bool) -> bool:
    """Draw the title of a card; return whether its optimiser is to be removed."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.markdown(f":small[Optimiser {place}]", width="content", help=data.says(_HELP))
        return st.button("Remove", type="tertiary", key=f"button:{key}:remove", disabled=alone)


def _draw_card(key: str, place: int, offer: OptimizerConfig, data: DataSet) -> str:
    """Draw the settings of one optimiser and return it in its text form.

    Raises:
        ValueError: A setting is out of range.
    """
    names = list(OPTIMIZERS)
    optimizer = st.selectbox(
        f"Optimiser {place}",
        names,
        names.index(offer.optimizer),
        format_func=lambda name: OPTIMIZERS[name].title,
        key=f"{key}:optimizer",
        label_visibility="collapsed",
        persist_state="session",
    )
    takes = OPTIMIZERS[optimizer].takes
    first = offer if optimizer == offer.optimizer else OptimizerConfig(optimizer=optimizer)
    momentum, nesterov, automatic = 0.0, False, False
    fields = st.container(horizontal=True, gap="xsmall")
    usual = first.learning_rate or OPTIMIZERS[optimizer].learning_rate or None
    if usual and ("auto" in takes or first.auto):  # without a usual rate an empty field means it
        automatic = st.checkbox(
            _RULES["auto"].label,
            first.auto,
            key=f"{key}:auto:{optimizer}",
            help=data.says(_RULES["auto"].help),
            persist_state="session",
        )
    # Fields of its own for each optimiser: what is usual for one is far off for another.
    with fields:
        learning_rate = st.number_input(
            _RULES["learning_rate"].label,
            value=usual,
            step=(usual or _RATE) / 10,
            format="%g",
            key=f"{key}:learning_rate:{optimizer}",
            placeholder="auto",
            disabled=automatic,
            width=_FIELD,
            persist_state="session",
        )
        if "momentum" in takes:
            momentum = st.number_input(
                _RULES["momentum"].label,
                value=first.momentum,
                step=0.1,
                format="%g",
                key=f"{key}:momentum:{optimizer}",
                width=_FIELD,
                persist_state="session",
            )
    if momentum and "nesterov" in takes:
        nesterov = st.checkbox(
            _RULES["nesterov"].label,
            first.nesterov,
            key=f"{key}:nesterov:{optimizer}",
            persist_state="session",
        )
    if automatic:
        learning_rate = None
    return str(
        OptimizerConfig(
            optimizer=optimizer,
            learning_rate=0.0 if learning_rate is None else check_learning_rate(learning_rate),
            momentum=momentum,
            nesterov=nesterov,
            auto=learning_rate is None,
            **_own_settings(key, offer, data),
        )
    )


def _own_settings(key: str, offer: OptimizerConfig, data: DataSet) -> dict[str, Any]:
    """Draw, folded, in what a map differs from its run; return these settings."""
    values: dict[str, Any] = {}
    with st.expander("Own seed or start"):
        st.caption("What is left empty is that of the run.")
        for name in OWN_SETTINGS:
            rule = _RULES[name]
            label = f"Own {rule.label.lower()}"
            left_out = rule.default
            first = getattr(offer, name)
            kept: dict[str, Any] = {
                "key": f"{key}:own:{name}",
                "help": data.says(rule.help),
                "persist_state": "session",
            }
            if name == "start":
                values[name] = st.selectbox(
                    label,
                    rule.choices,
                    rule.choices.index(first),
                    format_func=lambda start: STARTS.get(start, "as the run"),
                    **kept,
                )
                continue
            shown = None if first == left_out else first
            step = 1 if rule.kind is int else 1.0
            form = "%d" if rule.kind is int else "%g"
            typed = st.number_input(label, value=shown, step=step, format=form, **kept)
            values[name] = left_out if typed is None else rule.check(typed)
    return values
