"""The answers of this visitor: in the database, and for the visit where it cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from app.server.shared import store
from app.server.visitor import visitor
from core.lessons.answers import Answers, AnswersError, Kept, clean_text
from core.lessons.kept_reveal import KeptReveal

Place = tuple[str, str]

#: What could not be written, by lesson and step, in `st.session_state`.
_VISIT = "course:visit"
_PROBLEM = "course:problem"


def answers() -> Answers:
    """Return the answers of this lab."""
    return Answers(store().runs)


def all_kept() -> dict[Place, Kept]:
    """Return what is kept of this visitor, by lesson and step.

    What could not be written before is written now, if it can be; else the visit remembers it.
    """
    visit: dict[Place, Kept] = st.session_state.get(_VISIT, {})
    st.session_state.pop(_PROBLEM, None)
    try:
        for place in list(visit):
            _write(place, visit[place])
            del visit[place]
    except AnswersError as error:
        st.session_state[_PROBLEM] = str(error)
    try:
        found = answers().of(visitor())
    except AnswersError as error:
        st.session_state[_PROBLEM] = str(error)
        found = {}
    for place, kept in visit.items():
        known = found.get(place, Kept())
        # What has been revealed decides: a prediction of before cannot be changed by the visit.
        found[place] = Kept(
            predictions=known.predictions if known.reveal else kept.predictions,
            reveal=kept.reveal or known.reveal,
            explanation=kept.explanation or known.explanation,
        )
    return found


def problem() -> str:
    """Return a sentence on why answers of this visit are not kept, or on a database that has been
    set aside; empty where all is well. It is that of the last `all_kept`."""
    return st.session_state.get(_PROBLEM, "")


def predict(place: Place, predictions: Sequence[Any]) -> None:
    """Keep the answers to all questions of a step."""

    def write() -> None:
        if not answers().predict(visitor(), *place, predictions):
            st.toast(
                "This step has been revealed, in another tab perhaps, so your prediction stays.",
                icon=":material/info:",
            )

    _keep(place, write, predictions=dict(enumerate(predictions)))


def keep_reveal(place: Place, found: KeptReveal) -> None:
    """Keep what was revealed in a step."""
    _keep(place, lambda: answers().reveal(visitor(), *place, found), reveal=found)


def explain(place: Place, text: str) -> None:
    """Keep the explanation of a step."""
    text = clean_text(text)
    _keep(place, lambda: answers().explain(visitor(), *place, text), explanation=text)


def guesses(place: Place, question: int) -> list[Any]:
    """Return what others have answered; nothing where the database cannot be read."""
    try:
        return answers().guesses(visitor(), *place, question)
    except AnswersError:
        return []


def _keep(place: Place, write: Callable[[], None], **changes: Any) -> None:
    try:
        write()
    except AnswersError:
        visit: dict[Place, Kept] = st.session_state.setdefault(_VISIT, {})
        known = visit.get(place) or all_kept().get(place, Kept())
        visit[place] = replace(known, **changes)


def _write(place: Place, kept: Kept) -> None:
    """Write what the visit remembers of a step.

    Raises:
        AnswersError: it cannot be kept now.
    """
    if kept.predictions:
        last = max(kept.predictions)
        answers().predict(
            visitor(), *place, [kept.predictions.get(number) for number in range(last + 1)]
        )
    if kept.reveal is not None:
        answers().reveal(visitor(), *place, kept.reveal)
    if kept.explanation:
        answers().explain(visitor(), *place, kept.explanation)
