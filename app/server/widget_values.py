"""Take for nothing what a client sends as the value of a widget and no widget can send."""

from __future__ import annotations

from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.session_state import Serialized, WStates

from core.runs.logs import log

_value_of = WStates.__getitem__
#: Kinds of numbers: a field of whole numbers is declared as one of the others, and sends these.
_NUMBERS = ("int_value", "double_value")


def value_or_default(self: WStates, k: str) -> Any:
    """Return the value of widget `k` as Streamlit's own method does; the default if it is forged.

    Streamlit hands to a widget whatever a client sends, also a text where it sends numbers. What
    the widget then raises would end the page, and the log would hold a traceback with the value.

    Raises:
        KeyError: there is no such widget, or it has not been drawn yet.
    """
    state, metadata = self.states.get(k), self.widget_metadata.get(k)
    if not isinstance(state, Serialized) or metadata is None:
        return _value_of(self, k)
    sent = state.value.WhichOneof("value")
    both_numbers = sent in _NUMBERS and metadata.value_type in _NUMBERS
    if both_numbers or sent in (None, metadata.value_type):  # None is a value that was cleared
        try:
            return _value_of(self, k)
        except Exception:
            pass  # a value of the right kind that this widget cannot have
    log.warning("a client sent a value that a widget cannot have")
    self.states[k] = Serialized(WidgetState(id=k))
    return _value_of(self, k)
