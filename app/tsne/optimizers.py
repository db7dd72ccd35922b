"""The optimisers of a t-SNE run as cards of a form: one to four, each with its settings."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ui.forms import draw_problem
from core.tsne.config import TSNEConfig
from core.tsne.optimizers import MAX_OPTIMIZERS, OPTIMIZERS, OptimizerConfig, check_learning_rate
from models import hyperparameters

_DEFAULTS = hyperparameters(TSNEConfig)["optimizers"].default
_RULES = hyperparameters(OptimizerConfig)
#: What a new card holds at first: the first of these that no other card held at first.
_OFFERS = (*_DEFAULTS, "sgd:momentum=0.9", "rmsprop")
_HELP = "\n\n".join(rule.help for rule in _RULES.values())
_FIELD = 84  # pixels: two fit side by side beside the maps


def optimizers_form(key: str, problems: DeltaGenerator) -> tuple[str, ...] | None:
    """Draw the cards; return the optimizers in their text form, as a config takes them.

    A bad setting is explained in `problems`, since cards may be folded away; the result is None
    then.
    """
    cards: dict[int, str] = st.session_state.setdefault(f"{key}:cards", _first_cards())
    found: list[str | None] = []
    for place, (card, offer) in enumerate(cards.items(), start=1):
        with st.container(border=True, gap="xsmall"):
            if _draw_head(f"{key}:{card}", place, alone=len(cards) == 1):
                del cards[card]
                st.rerun()
            try:
                found.append(_draw_card(f"{key}:{card}", place, OptimizerConfig.parse(offer)))
            except ValueError as error:
                found.append(None)
                with problems:
                    draw_problem(ValueError(f"Optimiser {place}: {error}"))
    added = st.button(
        "Add an optimiser",
        icon=":material/add:",
        key=f"{key}:add",
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
    st.session_state[f"{key}:cards"] = {_unused(key): text for text in _DEFAULTS}


def _first_cards() -> dict[int, str]:
    return dict(enumerate(_DEFAULTS))


def _unused(key: str) -> int:
    """Return a number that no card has had: Streamlit remembers the fields of removed ones."""
    number = st.session_state.get(f"{key}:next", len(_DEFAULTS))
    st.session_state[f"{key}:next"] = number + 1
    return number


def _draw_head(key: str, place: int, *, alone: bool) -> bool:
    """Draw the title of a card; return whether its optimiser is to be removed."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.markdown(f":small[Optimiser {place}]", width="content", help=_HELP)
        return st.button("Remove", type="tertiary", key=f"{key}:remove", disabled=alone)


def _draw_card(key: str, place: int, offer: OptimizerConfig) -> str:
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
    momentum, nesterov = 0.0, False
    # Fields of its own for each optimiser: what is usual for one is far off for another.
    with st.container(horizontal=True, gap="xsmall"):
        learning_rate = st.number_input(
            _RULES["learning_rate"].label,
            value=first.learning_rate,
            step=first.learning_rate / 10,
            format="%g",
            key=f"{key}:learning_rate:{optimizer}",
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
            _RULES["nesterov"].label, key=f"{key}:nesterov:{optimizer}", persist_state="session"
        )
    optimizer = OptimizerConfig(
        optimizer=optimizer,
        learning_rate=check_learning_rate(learning_rate),
        momentum=momentum,
        nesterov=nesterov,
    )
    return str(optimizer)
