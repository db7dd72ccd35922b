"""The form that starts a t-SNE run, and what its bandwidth amounts to before it starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.forms import CANNOT_START, config_form, draw_problem, field_key, reset_form
from app.picker import show_run
from app.session import start_tsne, store
from app.tsne_contestants import contestants_form, reset_contestants
from core.affinities import PerplexityRange
from core.record import RunError
from core.tsne_config import TSNEConfig
from core.tsne_device import CPU, CUDA, available_devices
from core.tsne_points import FROM_NOISE, FROM_PIXELS, chosen_digits, points_of, source_of
from models import hyperparameters

KEY = "form:tsne"
_CONTESTANTS = f"{KEY}:optimisers"
_DEVICES = {CPU: "Processor", CUDA: "GPU"}
#: Share of the digits above which a perplexity says that everybody is everybody's neighbour.
FLAT = 1 / 3


def draw_tsne_form(page: str, group: str) -> None:
    """The settings of a run; Start makes the new run the one that the page shows."""
    st.subheader("Unfold digits")
    st.caption(
        "All optimisers get the same digits, the same P and the same start. The fields start as in "
        "the exercise, tasks 3.1 and 3.2."
    )
    # Above the fields, of which there are many: the maps stay in sight when it is pressed.
    buttons = st.container(horizontal=True)
    sources = _sources()
    source = st.selectbox(
        "What is mapped",
        sources,
        format_func=sources.__getitem__,
        key=field_key(KEY, "from"),
        help="Pixels as in the exercise; the codes of a trained model; or pure noise, as a "
        "control: whatever t-SNE shows of it is not in the data.",
        persist_state="session",
    )
    by_sigma = st.session_state.get(field_key(KEY, "affinity"), "sigma") == "sigma"
    unused = ["perplexity" if by_sigma else "sigma"]
    parts = [config_form(TSNEConfig, key=KEY, defaults={}, without=unused)]
    contestants = contestants_form(_CONTESTANTS)
    with st.expander("More settings"):
        parts.append(config_form(TSNEConfig, key=KEY, defaults={}, advanced=True))
    device = _choose_device()
    values = {name: value for part in parts if part for name, value in part.items()}
    values |= {"source": source, "contestants": contestants, "device": device}
    complete = None not in (*parts, contestants)
    if complete:
        complete = _draw_bandwidth(values)

    def reset() -> None:
        reset_form(key=KEY)
        reset_contestants(_CONTESTANTS)

    with buttons:
        pressed = st.button(
            "Start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not complete,
            help=None if complete else CANNOT_START,
        )
        st.button("Reset", on_click=reset, help="Back to the settings of the exercise.")
    # Not in a callback: see the training form.
    if pressed and complete:
        try:
            show_run(page, group, start_tsne(values).id)
        except (RunError, ValueError) as error:
            draw_problem(error)
        else:
            st.rerun()


def _sources() -> dict[str, str]:
    """What can be mapped: the id of the source, and what it is called."""
    trained = {
        source_of(run.id, epochs[-1]): f"Codes of {run.request.title}"
        + ("" if run.in_gallery else f" ({run.id})")
        for run in store().list("train")
        if (epochs := store().checkpoint_epochs(run.id))
    }
    return {FROM_PIXELS: "Pixels", **trained, FROM_NOISE: "Pure noise"}


def _choose_device() -> str:
    """Where it is to be computed; a question only where there is more than the processor."""
    devices = available_devices()
    if len(devices) == 1:
        return devices[0]
    rule = hyperparameters(TSNEConfig)["device"]
    return st.segmented_control(
        rule.label,
        devices,
        default=rule.default,
        format_func=_DEVICES.__getitem__,
        required=True,
        key=field_key(KEY, "device"),
        help=rule.help,
        persist_state="session",
    )


def _draw_bandwidth(values: Mapping[str, Any]) -> bool:
    """Says what perplexity the settings amount to; False, with a sentence, where they cannot be."""
    try:
        config = TSNEConfig.from_dict(values)
        if config.affinity == "perplexity":
            return True  # it is what was asked for
        implied = implied_perplexity(tuple(sorted(_of_bandwidth(config).items())))
    except (RunError, ValueError) as error:
        draw_problem(error)
        return False
    st.caption(
        f"These settings give a perplexity of **{implied.median:,.0f}** (median; from "
        f"{implied.lowest:,.0f} to {implied.highest:,.0f}): that many digits count as neighbours "
        "of each."
    )
    if implied.median > FLAT * config.digits:
        st.caption(
            ":material/warning: **P is nearly flat**: for each digit more than a third of all "
            "others are neighbours, near and far ones almost alike. Expect loose groups that "
            "touch, and above nine tenths one round cloud; perplexity 30 separates them."
        )
    return True


def _of_bandwidth(config: TSNEConfig) -> dict[str, Any]:
    """The settings that P depends on, hashable."""
    names = ("digits", "classes", "source", "affinity", "sigma", "perplexity", "seed")
    values = {name: getattr(config, name) for name in names}
    if config.source != FROM_NOISE:
        values.pop("seed")
    return values


@st.cache_data(max_entries=64, show_spinner="Working out the perplexity …")
def implied_perplexity(values: tuple[tuple[str, Any], ...]) -> PerplexityRange:
    """The perplexity that a bandwidth gives the chosen digits."""
    config = TSNEConfig.from_dict(dict(values))
    digits, _ = chosen_digits(config)
    return config.affinities(points_of(config, digits, store())).perplexity
