"""Decoders of two-dimensional codes that differ in one weight, under one slider, in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.components.download import SaveAs, saving
from app.components.in_address import InAddress, address_data, key_in_address
from app.components.latent.decoder import Decoder
from app.components.latent.offered import FOLDER, offer_network
from app.components.latent.validation import finite_array
from app.components.message import pack
from app.components.mount import browser_component
from app.theme import DIGIT_COLORS
from core.data.data_sets import DATA_SETS, MNIST, DataSet

#: The decoded plane goes so far along both dimensions: 99.5 % of the prior's codes are within.
PLANE_REACH = 3.0

_mount = browser_component(
    "latent_lab_staircase",
    "staircase/staircase.js",
    html="staircase/staircase.html",
    css=("shared/range.css", "shared/slider_head.css", "staircase/staircase.css"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """One model: what its step is called, its decoder, and the codes (N, 2) of the map's digits.

    By its `id` a step is the same one when others come or go.
    """

    id: str
    name: str
    decoder: Decoder
    codes: NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A number of every step, for the table, as texts with its unit.

    With `shares`, from 0 to 1, each has a bar.
    """

    name: str
    texts: Sequence[str]
    shares: Sequence[float] | None = None


def staircase(
    steps: Sequence[Step],
    labels: NDArray[np.integer],
    samples: NDArray[np.floating],
    rows: Sequence[Row],
    *,
    key: str,
    label: str,
    description: str,
    start: int = 0,
    save_as: SaveAs | None = None,
    link: InAddress[int] | None = None,
    data_set: DataSet = DATA_SETS[MNIST],
) -> int:
    """Draw a slider over models, which map, decoded plane, samples and numbers follow at once.

    The browser fetches the decoders once, by themselves. Dragging does not run the script; letting
    go does.

    Args:
        steps: The models, in the order of the slider; at least two.
        labels: The classes of the digits on the map, (N,), 0 to 9.
        samples: Codes of the prior that every model decodes, (S, 2).
        rows: The numbers of the table.
        key: Streamlit key.
        label: What the slider moves through, such as "Weight of the KL term".
        description: What is shown, as a sentence for readers who cannot see it.
        start: The step that is shown when a visitor sees the slider for the first time.
        save_as: How the PNG of a step is called; None for no button.
        link: What the page's address says of the step; the browser keeps it up to date.
        data_set: What the digits are of.

    Returns:
        The step at which the visitor let go of the slider, also after others have come or gone; at
        first `start`.

    Raises:
        ValueError: a code is not finite, or shapes do not fit.
    """
    count = len(labels)
    codes = np.concatenate(
        [finite_array(np.asarray(step.codes), (count, 2), "codes") for step in steps]
    )
    samples = finite_array(np.asarray(samples), (len(samples), 2), "samples")
    for step in steps:
        if step.decoder.latent_dim != 2:
            raise ValueError(f"step {step.name} has codes of {step.decoder.latent_dim} numbers.")
    ids = [step.id for step in steps]
    # The first step stays the first when others come, since the browser stays there.
    usual = start
    if link is not None and link.is_news(key) and (link.value is not None or link.is_whole):
        st.session_state[f"{key} first"] = ids[usual if link.value is None else link.value]
    first = st.session_state.get(f"{key} first")
    start = ids.index(first) if first in ids else start
    st.session_state[f"{key} first"] = ids[start]
    table = [_row(row, len(steps)) for row in rows]
    data = {
        "steps": [
            {"id": step.id, "name": step.name, "network": offer_network(step.decoder)}
            for step in steps
        ],
        "source": FOLDER,
        "codes": codes.ravel(),
        "labels": np.asarray(labels).astype(np.uint8),
        "samples": samples.ravel(),
        "rows": table,
        "start": start,
        "usual": usual,
        "label": label,
        "titles": [
            data_set.says("Codes of test digits")
            + "; circles: 1 and 2 standard deviations of the prior",
            "The decoded plane",
            "Decoded random codes of the prior, the same at every step",
        ],
        "planeCaption": f"Both numbers of the code from −{PLANE_REACH:g} to {PLANE_REACH:g}.",
        "tableTitle": data_set.says("On the 10,000 test digits"),
        "planeReach": PLANE_REACH,
        "colors": list(DIGIT_COLORS),
        "dataSet": data_set.words,
        "description": description,
        **address_data(link),
        **saving(save_as),
    }
    answer = _mount(key=key_in_address(key, link), data=pack(data), on_step_change=lambda: None)
    return step_from(answer.get("step"), ids, start)


def step_from(answer: object, ids: Sequence[str], start: int) -> int:
    """Return the step that the browser sent by its id; `start` if there is none with this id.

    Any client can send any JSON.
    """
    sent = answer.get("id") if isinstance(answer, dict) else None
    return ids.index(sent) if isinstance(sent, str) and sent in ids else start


def _row(row: Row, count: int) -> dict[str, object]:
    shares = None if row.shares is None else np.asarray(row.shares, np.float32)
    if len(row.texts) != count or (shares is not None and len(shares) != count):
        raise ValueError(f"row {row.name!r} needs a text, and a share if any, for {count} steps.")
    return {
        "name": row.name,
        "texts": list(row.texts),
        # NaN would break the whole message.
        "shares": None if shares is None else np.clip(np.nan_to_num(shares), 0, 1),
    }
