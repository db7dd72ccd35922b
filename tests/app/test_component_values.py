"""Whatever a client sends as the state of the components of a page: the page goes on."""

from __future__ import annotations

import json
import math
import re
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

#: Of each page with components that answer, the views with one kind each.
VIEWS = [
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
#: A message that every component would take.
_VALID: dict[str, Any] = {
    "signature": "$signature",
    "number": 1,
    "strokes": [[40, 100, 100, 900, 900]],
    "value": 0.5,
    "place": [0, 0.5],
    "point": 1,
    "code": ["$all", 1],
    "lasso": [0, 1],
    "iteration": 2,
}
_STROKE = st.lists(_NUMBERS, min_size=1, max_size=4) | st.builds(
    lambda at, number: [*[40, 100, 900][:at], number, *[40, 100, 900][at + 1 :]],
    st.integers(0, 2),
    _NUMBERS,
)
_PARTS: dict[str, st.SearchStrategy[Any]] = {
    "number": _NUMBERS,
    "strokes": _STROKE.map(lambda stroke: [stroke]),
    "value": _NUMBERS,
    "place": st.lists(_NUMBERS, min_size=2, max_size=2),
    "point": _NUMBERS,
    "code": _NUMBERS.map(lambda number: ["$all", number]),
    "lasso": st.lists(_NUMBERS, max_size=2),
    "iteration": _NUMBERS,
}
#: It with a part that no component sends.
_MESSAGE = st.one_of(
    [part.map(lambda value, name=name: {**_VALID, name: value}) for name, part in _PARTS.items()]
    + [st.tuples(st.sampled_from([*_VALID]), _ANY).map(lambda part: {**_VALID, part[0]: part[1]})]
)
#: States of any component. No digit is drawn: to look for its neighbours takes the page seconds.
_STATES = st.one_of(
    _MESSAGE.map(
        lambda message: {
            **message,
            **dict.fromkeys(MESSAGES, message),
            "drawn": {**message, "number": 0},
        }
    ),
    _NUMBERS.map(lambda number: dict.fromkeys(MESSAGES, number)),
    _ANY,
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(_MESSAGE | _ANY)
def test_what_is_taken_of_a_message_is_valid_whatever_the_rest_is(message: Any) -> None:
    sent = filled(message)
    low, high = np.zeros(2, np.float32), np.ones(2, np.float32)
    code = code_from(sent, SIGNATURE, low, high)
    assert code is None or (code.shape == (2,) and (low <= code).all() and (code <= high).all())
    pick = pick_from(sent, SIGNATURE, 7)
    assert pick is None or math.isfinite(pick.x + pick.y)
    assert pick is None or pick.point in (None, *range(7))
    chosen = selection_from(sent, signature=SIGNATURE, count=7, iterations=frozenset({0, 2}))
    assert {chosen.point, *chosen.lasso} <= {None, *range(7)}
    assert chosen.iteration in (None, 0, 2)
    moved = drag_slider.message({"sent": sent}, 0.0, 1.0)
    assert moved is None or 0 <= moved[1] <= 1
    drawn = canvas.message({"drawn": sent})
    if drawn is not None:
        canvas.render(drawn[1], 28)
    for value in (pick, chosen, moved, drawn):
        assert "True" not in repr(value), "for Python it is a number"


SIGNATURE = "of what is shown"


def filled(message: Any, signature: object = SIGNATURE, size: int = 2) -> Any:
    """The message as a client sends it that knows what is shown."""
    text = json.dumps(message).replace('"$signature"', json.dumps(signature))
    # A code of the right length.
    text = re.sub(r'\["\$all", ([^]]*)\]', lambda found: f"[{', '.join([found[1]] * size)}]", text)
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
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(_STATES | _NO_JSON, min_size=6, max_size=6))
    def attack(states: list[Any]) -> None:
        with bounded(seconds=100, memory=300_000_000):
            answer(app, states)
        assert not app.exception, app.exception

    attack()
    until(lambda: threading.active_count() <= threads)
    assert texts(open_page(page, **query)) == said, "to another visitor it is the same page"
