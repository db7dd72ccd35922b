"""A value that a component keeps in the page's address, without a run of the script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class InAddress(Generic[Value]):
    """What an address that came from outside says of one parameter.

    Attributes:
        name: The parameter.
        value: What it asks for, checked; None if it does not say.
        arrival: Number of that address in this session.
        returns: How often the visitor has pressed Back or Forward.
        is_whole: Whether this address is one of these. What it does not say is then as it is at
            first.
    """

    name: str
    value: Value | None = None
    arrival: int = 0
    returns: int = 0
    is_whole: bool = False

    def is_news(self, key: str) -> bool:
        """Return whether a control, by its key, meets this address for the first time."""
        seen = f"{key}:arrival"
        if st.session_state.get(seen) == self.arrival:
            return False
        st.session_state[seen] = self.arrival
        return True


def key_in_address(key: str, link: InAddress[Any] | int | None) -> str:
    """Return the Streamlit key of a component that obeys the address when it is opened.

    After each Back and Forward, of which `link` or a number tells, it is another one, so that the
    component is opened anew.
    """
    returns = link.returns if isinstance(link, InAddress) else link
    return f"{key}:{returns}" if returns else key


def address_data(link: InAddress[Any] | None) -> dict[str, Any]:
    """Return the entry of a component's data that says which parameter it keeps, if any."""
    return {} if link is None else {"inAddress": link.name}
