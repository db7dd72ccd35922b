"""Whatever a client sends as the state of the components of a page: the page goes on."""

from __future__ import annotations

import json
import math
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from app.components import canvas, drag_slider
from app.components.latent.plane import pick_from
from app.components.latent.sliders import code_from
from app.components.player.selection import selection_from
from tests.app.conftest import OpenPage, texts
from tests.conftest import until
from tests.support.hostile import bounded
from tests.support.message import unpack

#: Of each page, and of each of its views with a component that answers.
VIEWS = [
    ("autoencoders", "compression", "Reconstruct"),
    ("autoencoders", "sparse", "Sparse code"),
    ("vae", "vae", "Generate"),
    ("vae", "vae", "Interpolate"),
    ("vae", "vae", "Latent sliders"),
    ("vae", "vae-2d", "Map"),
    ("tsne", "tsne-exercise", ""),
    ("digit", "", ""),
]
#: What the components call their messages.
MESSAGES = ("drawn", "sent", "picked", "pick", "code", "selection", "signature")

_NUMBERS = st.sampled_from(
    [0, 1, 2, 7, -1, True, 0.5, 1e308, float("nan"), float("inf"), 2**53, 10**400, -(10**30)]
)
_LEAVES = st.one_of(st.none(), _NUMBERS, st.text(max_size=3))
_ANY = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=34) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=40,
)
#: Texts that are no JSON, or more than Python's parser takes.
_NO_JSON = st.sampled_from(["", "{", "1" * 5000, "[" * 100_000, '{"a":' * 50_000])
#: A message as components send it, with parts that they do not.
_MESSAGE = st.fixed_dictionaries(
    {"signature": st.sampled_from(["$signature"] * 4 + ["another", 0])},
    optional={
        "number": _NUMBERS,
        "strokes": st.lists(st.lists(_NUMBERS, max_size=5) | _LEAVES, max_size=3),
        "value": _LEAVES,
        "place": st.lists(_NUMBERS, min_size=2, max_size=2) | _LEAVES,
        "point": _LEAVES,
        "code": st.lists(_NUMBERS, min_size=2, max_size=2) | _NUMBERS.map(lambda n: ["$all", n]),
        "lasso": st.lists(_NUMBERS, max_size=3) | _LEAVES,
        "iteration": _LEAVES,
    },
)
_STATES = st.one_of(
    _MESSAGE.map(lambda message: {**message, **dict.fromkeys(MESSAGES, message)}),
    _NUMBERS.map(lambda number: dict.fromkeys(MESSAGES, number)),
    _ANY,
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(message=st.one_of(_MESSAGE, _ANY))
def test_what_is_taken_of_a_message_is_valid_whatever_the_rest_is(message: Any) -> None:
    low, high = np.zeros(2, np.float32), np.ones(2, np.float32)
    code = code_from(filled(message), SIGNATURE, low, high)
    assert code is None or (code.shape == (2,) and (low <= code).all() and (code <= high).all())
    pick = pick_from(filled(message), SIGNATURE, 7)
    if pick is not None:
        assert math.isfinite(pick.x + pick.y)
        assert pick.point in (None, *range(7))
    chosen = selection_from(
        filled(message), signature=SIGNATURE, count=7, iterations=frozenset({0, 2})
    )
    assert chosen.point in (None, *range(7))
    assert set(chosen.lasso) <= set(range(7))
    assert chosen.iteration in (None, 0, 2)
    moved = drag_slider.message({"sent": filled(message)}, 0.0, 1.0)
    assert moved is None or 0 <= moved[1] <= 1
    drawn = canvas.message({"drawn": filled(message)})
    if drawn is not None:
        assert np.isfinite(np.asarray(canvas.render(drawn[1], 28))).all()
    for value in (code, pick, chosen, moved, drawn):
        assert "True" not in repr(value), "for Python it is a number"


SIGNATURE = "of what is shown"


def filled(message: Any, signature: object = SIGNATURE, size: int = 2) -> Any:
    """The message as a client sends it that knows what is shown."""
    text = json.dumps(message).replace('"$signature"', json.dumps(signature))
    for number in (0, 1):
        text = text.replace(f'["$all", {number}]', json.dumps([number] * size))
    return json.loads(text)


def sent_to(app: AppTest) -> dict[str, dict[str, Any]]:
    """What each component of a page got, by the identifier of its widget."""
    found: dict[str, dict[str, Any]] = {}
    for element in app.get("bidi_component"):
        proto = element.proto
        data = unpack(proto.bytes) if proto.bytes else json.loads(proto.json or "{}")
        found[proto.id] = data if isinstance(data, dict) else {}
    return found


def answer(app: AppTest, states: list[Any]) -> None:
    """Run the page with the next of these states for each of its components."""
    widgets = app._tree.get_widget_states()
    for at, (widget, data) in enumerate(sent_to(app).items()):
        state = states[at % len(states)]
        moved = widgets.widgets.add()
        moved.id = widget
        if isinstance(state, str):  # as it is
            moved.json_value = state
        else:
            start = data.get("start")
            size = len(start) if isinstance(start, list) else 2
            moved.json_value = json.dumps(filled(state, data.get("signature"), size))
    app._run(widgets)


@pytest.mark.parametrize(("page", "run", "view"), VIEWS)
def test_no_state_of_a_component_breaks_its_page(
    page: str, run: str, view: str, open_page: OpenPage
) -> None:
    query = {name: value for name, value in {"run": run, "view": view}.items() if value}
    app = open_page(page, **query)
    said = texts(app)
    threads = threading.active_count()

    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(_STATES | _NO_JSON, min_size=6, max_size=6))
    def attack(states: list[Any]) -> None:
        with bounded(memory=300_000_000):
            answer(app, states)
        assert not app.exception, app.exception

    attack()
    until(lambda: threading.active_count() <= threads)
    assert texts(open_page(page, **query)) == said, "to another visitor it is the same page"
