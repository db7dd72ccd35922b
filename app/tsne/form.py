"""The form that starts a t-SNE run, and the perplexity that its bandwidth gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.runs.data import runs_on
from app.runs.picker import show_run
from app.runs.settings_text import lower_first
from app.runs.start import start_tsne
from app.server.models import saved_epochs
from app.server.shared import store
from app.tsne.optimizers import fill_optimizers, optimizers_form, reset_optimizers
from app.tsne.presets import Preset, draw_presets
from app.ui.choice import choose_one
from app.ui.forms import (
    CANNOT_START,
    config_form,
    draw_problem,
    field_key,
    fill_form,
    filled_value,
    reset_form,
)
from app.ui.glossary import term
from app.ui.markdown import escape_markdown
from core.data.data_sets import MNIST, DataSet
from core.execution.turns import heavy_work
from core.runs.record import RunError
from core.runs.store import Summary
from core.tsne.affinities import PerplexityRange, perplexity_of_sigma
from core.tsne.config import TSNEConfig
from core.tsne.device import CPU, CUDA, available_devices
from core.tsne.engine import MESH, REDUCED_DIMENSIONS, chosen_engine
from core.tsne.points import FROM_NOISE, FROM_PIXELS, chosen_digits, points_of, source_of
from core.tsne.preparation import is_reduced, mapped_points
from models import hyperparameters

KEY = "form:tsne"
_CONTESTANTS = f"{KEY}:optimisers"
#: What can set the neighbourhoods; only the chosen one has a field.
_BANDWIDTHS = ("sigma", "perplexity")
_DEVICES = {CPU: "Processor", CUDA: "GPU"}
#: Share of the digits above which a perplexity makes very wide neighbourhoods.
FLAT = 1 / 3


def draw_tsne_form(page: str, group: str, data: DataSet) -> None:
    """Draw the settings of a run on a data set; Start makes it the one that the page shows."""
    st.subheader("Run t-SNE")
    st.caption(
        f"All maps get the same {data.nouns}, and the same {term('p', 'P')} and start unless you "
        "give them their own. The fields begin with the settings of the exercise, tasks 3.1 and "
        "3.2."
    )

    def fill(preset: Preset) -> None:
        fill_form(preset.values, key=KEY)
        fill_optimizers(_CONTESTANTS, preset.optimizers)

    draw_presets(fill, data)
    # Above the fields: it is in sight on every screen, and so is what it starts.
    buttons = st.container(horizontal=True)
    about = st.empty()
    usual = filled_value(KEY, "affinity", _BANDWIDTHS[0])
    by_sigma = st.session_state.get(field_key(KEY, "affinity"), usual) == _BANDWIDTHS[0]
    main = ("digits", "iterations", _BANDWIDTHS[0 if by_sigma else 1])
    parts = [config_form(TSNEConfig, key=KEY, defaults={}, only=main, reword=data.says)]
    problems = st.container()
    with st.expander("Optimisers"):
        optimizers = optimizers_form(_CONTESTANTS, problems, data)
    with st.expander("More settings"):
        sources = _sources(data)
        source = _choose_source(sources, data)
        folded = (*main, *_BANDWIDTHS)
        parts.append(
            config_form(
                TSNEConfig,
                key=KEY,
                defaults={},
                without=folded,
                problems=problems,
                reword=data.says,
                notes={"classes": _classes_in_words(data)},
            )
        )
        device = _choose_device()
    values = {name: value for part in parts if part for name, value in part.items()}
    values |= {"source": source, "optimizers": optimizers, "device": device, "data": data.name}
    complete = None not in (*parts, optimizers)
    if complete:
        titles = TSNEConfig(optimizers=optimizers or ()).titles.values()
        mapped = escape_markdown(lower_first(sources[source]))
        about.caption(f"{' · '.join(titles)}. Mapped: {mapped}.{data.says(_how(values))}")
        complete = _draw_bandwidth(values, data)
    else:
        about.caption(CANNOT_START)

    def reset() -> None:
        reset_form(key=KEY)
        reset_optimizers(_CONTESTANTS)

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
            draw_problem(error, reword=data.says)
        else:
            st.rerun()


def _how(values: Mapping[str, Any]) -> str:
    """Return how a run with these settings is computed, where that is not over all pairs."""
    try:
        config = TSNEConfig.from_dict(values)
    except ValueError:  # which the form explains
        return ""
    reduced = is_reduced(config, config.digits)
    return (
        f" Pixels are first reduced to {REDUCED_DIMENSIONS} numbers by PCA." if reduced else ""
    ) + (
        " Near neighbours attract each other, and a mesh carries the repulsion of all digits."
        if chosen_engine(config, config.digits) == MESH
        else ""
    )


def _classes_in_words(data: DataSet) -> str:
    """Return which number stands for which class; empty where the number is its name."""
    if data.shows_digits:
        return ""
    classes = [f"{label} is {escape_markdown(name)}" for label, name in enumerate(data.classes)]
    return f"{', '.join(classes)}."


def _choose_source(sources: Mapping[str, str], data: DataSet) -> str:
    """Return the id of what is mapped of a data set, of these with their names."""
    return st.selectbox(
        "What is mapped",
        list(sources),
        format_func=sources.__getitem__,
        # A source of other data would be kept otherwise.
        key=field_key(KEY, "from" if data.name == MNIST else f"from-{data.name}"),
        help=data.says(
            "The pixels of each digit, as in the exercise; the codes that a trained model gives "
            "them; or pure noise as a control: groups on a map of noise are not in the data."
        ),
        persist_state="session",
    )


def _sources(data: DataSet) -> dict[str, str]:
    """Return what can be mapped of a data set: the id of the source, and what it is called."""
    trained = {
        source_of(run.id, epochs[-1]): f"Codes of {run.request.title}"
        + ("" if run.in_gallery else f" ({run.id})")
        for run in runs_on(data, _with_codes())
        if (epochs := saved_epochs(run.id))
    }
    return {FROM_PIXELS: "Pixels", **trained, FROM_NOISE: "Pure noise"}


def _with_codes() -> list[Summary]:
    """Return the runs of models whose codes can be mapped."""
    return [run for run in store().list() if run.request.kind == "train" or run.request.is_opened]


def _choose_device() -> str:
    """Return where to compute; ask only where there is more than the processor."""
    devices = available_devices()
    if len(devices) == 1:
        return devices[0]
    rule = hyperparameters(TSNEConfig)["device"]
    return choose_one(
        rule.label,
        devices,
        default=rule.default,
        format_func=_DEVICES.__getitem__,
        key=field_key(KEY, "device"),
        help=rule.help,
        persist_state="session",
    )


def _draw_bandwidth(values: Mapping[str, Any], data: DataSet) -> bool:
    """Draw the perplexity that the settings give; return False, with a sentence, if they cannot."""
    try:
        config = TSNEConfig.from_dict(values)
        if config.affinity == "perplexity":
            return True  # it is what was asked for
        implied = implied_perplexity(tuple(sorted(_of_bandwidth(config).items())))
    except (RunError, ValueError) as error:
        draw_problem(error, reword=data.says)
        return False
    st.caption(
        f"These settings give a {term('perplexity')} of **{implied.median:,.0f}** (median; "
        f"{implied.lowest:,.0f}–{implied.highest:,.0f}): the effective number of neighbours of a "
        f"{data.noun}."
    )
    if implied.median > FLAT * config.digits:
        st.caption(
            ":material/warning: **Very wide neighbourhoods**: more than a third of all "
            f"{data.nouns} count as neighbours. Expect overlapping groups; try perplexity 30."
        )
    return True


def _of_bandwidth(config: TSNEConfig) -> dict[str, Any]:
    """Return the settings that P depends on, hashable."""
    names = ("data", "digits", "classes", "source", "affinity", "sigma", "perplexity", "seed")
    values = {name: getattr(config, name) for name in names}
    if config.source != FROM_NOISE:
        values.pop("seed")
    return values


@st.cache_data(max_entries=64, show_spinner="Computing the perplexity …")
def implied_perplexity(values: tuple[tuple[str, Any], ...]) -> PerplexityRange:
    """Return the perplexity that a bandwidth gives the chosen digits."""
    config = TSNEConfig.from_dict(dict(values))
    with heavy_work:  # the digits, too: who waits would hold a copy of them
        digits, _ = chosen_digits(config)
        points = mapped_points(config, points_of(config, digits, store()))
        return perplexity_of_sigma(points, config.sigma)
