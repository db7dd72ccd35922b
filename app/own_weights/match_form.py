"""The match of a file's tensors with the layers of a network, as a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from app.ui.markdown import escape_markdown
from core.own_weights import Layer, Match, Proposal
from core.own_weights.match import SCALES, STANDARDS, scales_of
from models.stack import FOLLOWING, FOLLOWING_NAMES
from models.stack_vae import SPREAD_NAMES, SPREADS

Option = TypeVar("Option")

#: CSS pixels of a layer's card.
_CARD = 190


def edit_match(proposal: Proposal, *, key: str) -> Match | None:
    """Draw the proposed match, and return it as the visitor has changed it.

    None, with a sentence, where what was chosen does not fit together.

    Args:
        proposal: What the lab proposes.
        key: What the keys of the widgets begin with.
    """
    match = proposal.match
    st.markdown(f"**{_found(match)}**")
    match = _choose_code(match, key)
    match = _choose_heads(match, key)
    functions = _choose_functions(match, key)
    scale = _choose_scale(match, key)
    st.caption(
        "A file has neither functions nor the scale of the pixels. These were found by trying "
        f"{proposal.tried:,} combinations on 100 test pictures: **compare them with your code**, "
        "since similar functions give similar errors."
    )
    try:
        return replace(match, activations=functions, scale=scale)
    except ValueError as error:
        st.warning(escape_markdown(str(error)), icon=":material/block:")
        return None


def _found(match: Match) -> str:
    widths = " → ".join(map(str, match.widths))
    kind = "A variational autoencoder" if match.is_variational else "An autoencoder"
    return f"{kind}: {widths}"


def _choose_code(match: Match, key: str) -> Match:
    """Draw the choice of the layer whose outputs are the code; two heads leave none."""
    places = range(1, len(match.layers))
    if match.is_variational or len(places) == 1:
        return match
    code = _choose(
        "Code",
        {place: f"after layer {place}: {match.widths[place]} numbers" for place in places},
        match.code,
        key=f"{key}:code",
        help="The layer whose outputs are the code: the narrowest, unless the names of the layers "
        "say another one.",
    )
    return replace(match, code=code)


def _choose_heads(match: Match, key: str) -> Match:
    """Draw which head of a VAE gives the mean, and what the other one gives."""
    if match.spread is None:
        return match
    mean = match.layers[match.code - 1]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        swapped = _choose(
            "Mean",
            {False: _name(mean), True: _name(match.spread)},
            False,
            key=f"{key}:mean",
            help="The head that gives the mean of the posterior.",
        )
        kind = _choose(
            f"Other head: {_name(mean if swapped else match.spread)}",
            {kind: SPREAD_NAMES[kind] for kind in SPREADS},
            match.kind_of_spread,
            key=f"{key}:spread",
            help="What the second head gives: the spread of the posterior, in one of these forms.",
        )
    changed = match.with_heads_swapped() if swapped else match
    return replace(changed, kind_of_spread=kind)


def _choose_functions(match: Match, key: str) -> tuple[str, ...]:
    """Draw a card for each layer, in the order in which a digit passes them."""
    functions: list[str] = []
    with st.container(horizontal=True, key="own-weights-layers"):
        for place, layer in enumerate(match.layers):
            with st.container(border=True, width=_CARD):
                st.markdown(
                    f"**{place + 1} · {_part(match, place)}**  \n{layer.inputs} → {layer.outputs}  "
                    f"\n:small[{escape_markdown(_name(layer))}]"
                )
                functions.append(
                    _choose(
                        f"Function after layer {place + 1}",
                        {name: FOLLOWING_NAMES[name] for name in FOLLOWING},
                        match.activations[place],
                        key=f"{key}:function:{place}",
                    )
                )
                if layer.bias is None:
                    st.caption("no bias")
    return tuple(functions)


def _part(match: Match, place: int) -> str:
    """Return which part of the network a layer is."""
    if place == match.code - 1:
        return "mean of the code" if match.is_variational else "code"
    return "encoder" if place < match.code else "decoder"


def _choose_scale(match: Match, key: str) -> str:
    """Draw the choice of the scale of the pixels."""
    standard = STANDARDS.get(match.data)
    extra = "" if standard is None else f" Standardised: (x − {standard[0]}) / {standard[1]}."
    return _choose(
        "Pixels in the training",
        {scale: SCALES[scale] for scale in scales_of(match.data)},
        match.scale,
        key=f"{key}:scale",
        help="The numbers that stood for black and white in your training, such as −1 to 1 after "
        f"Normalize((0.5,), (0.5,)).{extra}",
    )


def _choose(
    label: str, options: Mapping[Option, str], default: Option, *, key: str, help: str = ""
) -> Option:
    """Draw a box with these options and their names, at first with `default`."""
    chosen = st.selectbox(
        label,
        list(options),
        index=list(options).index(default),
        format_func=options.__getitem__,
        key=key,
        help=help or None,
        width="stretch" if not help else 320,
    )
    return chosen if chosen is not None and chosen in options else default


def _name(layer: Layer) -> str:
    """Return the name of a layer's weight as a page shows it."""
    half = "" if layer.half is None else (", first half", ", second half")[layer.half]
    turned = ", transposed" if layer.transposed else ""
    return f"{layer.weight}{half}{turned}"
