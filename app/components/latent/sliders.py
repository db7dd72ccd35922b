"""One slider per dimension of a code, and the digit that changes while they are dragged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.components.download import SaveAs, saving
from app.components.in_address import InAddress, address_data, key_in_address
from app.components.latent.decoder import Decoder
from app.components.latent.transfer import send_network
from app.components.latent.validation import numbers
from app.components.messages import signature
from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_sliders",
    "latent/sliders.js",
    html="latent/sliders.html",
    css=("latent/shared.css", "latent/sliders.css"),
)


def latent_sliders(
    decoder: Decoder,
    start: NDArray[np.floating],
    *,
    key: str,
    names: Sequence[str],
    minimum: Sequence[float] | NDArray[np.floating],
    maximum: Sequence[float] | NDArray[np.floating],
    description: str,
    notes: Sequence[str] = (),
    order: Sequence[int] | None = None,
    folded: Sequence[int] = (),
    folded_label: str = "Unused dimensions",
    start_label: str = "start",
    reset_label: str = "Back to the start",
    switches: bool = False,
    save_as: SaveAs | None = None,
    link: InAddress[Mapping[int, float]] | None = None,
) -> NDArray[np.float32] | None:
    """Draw the sliders and the digit; both live in the browser, which decodes by itself.

    Dragging asks nothing of the server. A visitor who lets go causes one rerun. The sliders stay
    where they are until `start` changes; then they glide to the new start.

    Args:
        decoder: What turns the code into the digit.
        start: Where the sliders stand at first, (D,).
        key: Streamlit key.
        names: What each dimension is called, D texts.
        minimum: Where each slider begins, D numbers; moved to the start if that lies below.
        maximum: Where each slider ends, D numbers; moved to the start if that lies above, and to
            minimum + 1 if it is no more than the minimum.
        description: What the picture shows, as a sentence for readers who cannot see it.
        notes: A few words under each name, D texts, such as "KL 3.1 nats".
        order: In which order the dimensions stand; all of them, 0 to D - 1 by default.
        folded: Dimensions that stand in a part that is closed at first.
        folded_label: Title of that part; their number is put behind it.
        start_label: What the small picture of the start is called.
        reset_label: Text of the button that puts every slider back.
        switches: Whether each slider has a button that sets it to its minimum and back, for units
            that are on or off.
        save_as: How the PNG of the digit and its code is called; None for no button.
        link: What the page's address says of dimensions that are away from the start; the browser
            keeps it up to date.

    Returns:
        The code on which the visitor let go, (D,); None while they have not moved from this start.

    Raises:
        ValueError: the arguments do not fit the decoder, or a number is not finite.
    """
    size = decoder.latent_dim
    start = decoder.check(start, (size,), "start")
    low = np.minimum(decoder.check(np.asarray(minimum), (size,), "minimum"), start)
    high = np.maximum(decoder.check(np.asarray(maximum), (size,), "maximum"), start)
    order = list(range(size)) if order is None else [int(i) for i in order]
    notes = list(notes) or [""] * size
    if len(names) != size or len(notes) != size or sorted(order) != list(range(size)):
        raise ValueError(
            f"names ({len(names)}), notes ({len(notes)}) and order ({len(order)}) must name each "
            f"of the decoder's {size} dimensions once."
        )
    high = np.where(high > low, high, low + 1)  # a unit that is never active still gets a slider
    name = signature(key, start)
    data = {
        "network": send_network(decoder, key),
        "signature": name,
        "start": start.tolist(),
        "names": list(names),
        "notes": notes,
        "minimum": low.tolist(),
        "maximum": high.tolist(),
        "order": order,
        "folded": sorted({int(i) for i in folded}),
        "foldedLabel": folded_label,
        "startLabel": start_label,
        "resetLabel": reset_label,
        "switches": switches,
        "description": description,
        "code": None if link is None else _moved(link, key, name, start, low, high),
        **address_data(link),
        **saving(save_as),
    }
    answer = _mount(key=key_in_address(key, link), data=data, on_code_change=lambda: None)
    return code_from(answer.get("code"), name, low, high)


def _moved(
    link: InAddress[Mapping[int, float]],
    key: str,
    name: str,
    start: NDArray[np.float32],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
) -> list[float] | None:
    """Return the code of the address for the start called `name`, within the sliders' ends.

    None if there is none, or if the visitor has chosen another start meanwhile.
    """
    if link.is_news(key):
        st.session_state[f"{key}:moved"] = name
    if link.value is None or st.session_state.get(f"{key}:moved") != name:
        return None
    code = start.tolist()
    for dimension, value in link.value.items():
        if 0 <= dimension < len(code):
            code[dimension] = float(min(max(value, low[dimension]), high[dimension]))
    return code


def code_from(
    answer: object, name: str, low: NDArray[np.float32], high: NDArray[np.float32]
) -> NDArray[np.float32] | None:
    """Return the code that the browser sent, within the sliders' ends.

    None if it is no answer to `name`.

    Any client can send any JSON.
    """
    if not isinstance(answer, dict) or answer.get("signature") != name:
        return None
    code = numbers(answer.get("code"), len(low))
    return None if code is None else np.clip(np.array(code, np.float32), low, high)
