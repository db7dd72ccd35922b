"""Whatever a client sends as the values of Streamlit's own widgets: page and log stay readable."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import Serialized, WStates
from streamlit.testing.v1.element_tree import Block, Node

from app.server.limits import restrain_server
from tests.app.conftest import OpenPage, texts

LONG = "x" * 100_000
#: What is sent in turn as the value of every widget of a page; for most of them, of another kind.
FORGED: list[Callable[[WidgetState], object]] = [
    lambda state: setattr(state, "string_value", LONG),
    lambda state: setattr(state, "double_value", float("nan")),
    lambda state: setattr(state, "int_value", 10**15),
    lambda state: state.string_array_value.data.extend([LONG, "a", "a"]),
    lambda state: state.string_array_value.SetInParent(),  # nothing of what must be chosen
    lambda state: state.double_array_value.data.extend([float("inf"), -1e308]),
    lambda state: setattr(state, "json_value", '{"a": 1}'),
    lambda state: None,  # a value that was cleared
]
VIEWS = [
    ("autoencoders", "compression", "Train and watch"),
    ("autoencoders", "denoising", "Denoise"),
    ("autoencoders", "compression", "Compare"),
    ("vae", "vae", "Interpolate"),
    ("tsne", "tsne-exercise", ""),
    ("digit", "", ""),
    ("sweeps", "", ""),
]


def widgets(node: Node) -> Iterator[str]:
    """The identifiers of the widgets below a node that have a value.

    Buttons have none; components have tests of their own.
    """
    widget = getattr(getattr(node, "proto", None), "id", "")
    if isinstance(widget, str) and widget and node.type not in ("button", "bidi_component"):
        yield widget
    if isinstance(node, Block):
        for child in node.children.values():
            yield from widgets(child)


@pytest.mark.parametrize(("page", "run", "view"), VIEWS)
def test_no_value_of_a_widget_breaks_its_page(
    page: str, run: str, view: str, open_page: OpenPage, caplog: pytest.LogCaptureFixture
) -> None:
    query = {name: value for name, value in {"run": run, "view": view}.items() if value}
    app = open_page(page, **query)
    found = [*widgets(app._tree)]
    assert found
    for shift in range(len(FORGED)):
        states = app._tree.get_widget_states()
        known = {state.id: state for state in states.widgets}
        for at, widget in enumerate(found):
            state = known.get(widget) or states.widgets.add()
            state.Clear()
            state.id = widget
            FORGED[(at + shift) % len(FORGED)](state)
        app._run(states)
        assert not app.exception, app.exception
        assert app.title
        assert LONG not in texts(app)
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "a client sent a value that a widget cannot have" in said
    assert max(map(len, said)) < 200
    assert not any(record.exc_info for record in caplog.records)


def whole(value: object) -> int:
    """Deserialise as a field of whole numbers does, 3 where there is none."""
    return 3 if value is None else int(value)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("forge", "expected"),
    [
        (lambda state: setattr(state, "double_value", 7.0), 7),
        (lambda state: None, 3),
        (lambda state: setattr(state, "double_value", float("nan")), 3),
        (lambda state: setattr(state, "string_value", LONG), 3),
        (lambda state: setattr(state, "int_value", 7), 7),  # as browsers send whole numbers
        (lambda state: setattr(state, "bool_value", True), 3),
    ],
)
def test_a_value_that_a_widget_cannot_have_counts_as_none(
    forge: Callable[[WidgetState], object], expected: int
) -> None:
    restrain_server()
    state = WidgetState(id="field")
    forge(state)
    states = WStates()
    states.states["field"] = Serialized(state)
    with pytest.raises(KeyError):
        states["field"]
    states.widget_metadata["field"] = WidgetMetadata(
        id="field", deserializer=whole, serializer=float, value_type="double_value"
    )
    assert states["field"] == expected
    assert states["field"] == expected, "nor is it looked at again"
