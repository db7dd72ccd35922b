"""Choosing the run that a page shows. Its id is in the address, so that a link opens it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.links.address import current, put
from app.links.values import one_of
from app.runs.data import leave_run, runs_on
from app.runs.labels import labels_of
from app.runs.left_out import draw_left_out
from app.server.models import TrainedModel, saved_epochs
from app.server.shared import store, sweeps
from app.ui.linked import bring, put_unless
from app.ui.markdown import escape_markdown
from core.data.data_sets import DataSet
from core.runs.record import RunError, RunRecord, RunRequest
from core.runs.state import RECORDED_MODEL
from core.runs.store import Summary
from core.training.record import model_name
from models import OPENED, name_of, spec_of
from models.autoencoder import Autoencoder


def named_run(page: str) -> RunRecord | None:
    """Return the run that the address names (`?run=…`); a sentence says what is wrong with it.

    The sentence stays as long as the page shows the run that `choose_run` chose instead: the next
    rerun may come at once, and the address names that other run then.
    """
    run_id = current("run")
    try:
        named = store().get(run_id) if run_id else None
    except RunError as error:
        named = run_id = None
        st.session_state[_problem_key(page)] = str(error), None
        put("run", None)
    problem, instead = st.session_state.get(_problem_key(page), ("", None))
    if run_id != instead:
        st.session_state.pop(_problem_key(page), None)
    elif problem:
        st.warning(escape_markdown(problem), icon=":material/search_off:")
    return named


def choose_model(page: str, titles: Mapping[str, str], named: RunRecord | None) -> str:
    """Draw the choice of a model and return it: at first that of the run in the address.

    `titles` has a title for each model by its name, and for `RECORDED_MODEL`, which stands for all
    that was computed outside the lab.
    """
    models = list(titles)
    if len(models) == 1:
        return models[0]
    key = f"model:{page}"
    bring("model", key, one_of("model", models), models[0])
    if named is not None and (name := _choice_of(named.request)) in models:
        st.session_state[key] = name
    elif last := st.session_state.get(f"last-model:{page}"):
        st.session_state.setdefault(key, last)
    chosen = st.segmented_control(
        "Model",
        models,
        default=None if key in st.session_state else models[0],
        format_func=titles.__getitem__,
        required=True,
        key=key,
        on_change=leave_run,
        label_visibility="collapsed",
        wrap=True,
    )
    chosen = chosen or models[0]
    st.session_state[f"last-model:{page}"] = chosen
    return chosen


def _choice_of(request: RunRequest) -> str:
    if request.is_opened:
        return RECORDED_MODEL
    return request.kind if request.is_recorded else model_name(request)


def choose_run(
    page: str, group: str, data: DataSet, every: Sequence[Summary], named: RunRecord | None
) -> RunRecord | None:
    """Draw a picker over the runs of a group; return the chosen run, None where there are none.

    The run that the address names comes first, then the one that the visitor last looked at on
    this page and this data set, then the first of the list.

    Args:
        page: The page.
        group: Its runs that are listed together, such as those of a model.
        data: The data set of the page; runs on others are not listed.
        every: The runs of the group, on any data set.
        named: The run in the address.
    """
    found = runs_on(data, every)
    runs = {run.id: run for run in found}
    if not runs:
        draw_left_out()
        return None
    ids = list(runs)
    last = st.session_state.get(_key(page, group))
    # Where a visitor comes back to a data set, the last run is one on another.
    kept = f"{_key(page, group)}:{data.name}"
    wanted = (named.id if named is not None else None, last, st.session_state.get(kept), ids[0])
    chosen = next(run_id for run_id in wanted if run_id in runs)
    st.session_state[kept] = chosen
    show_run(page, group, chosen)
    match st.session_state.get(_problem_key(page)):
        case (problem, None):
            st.session_state[_problem_key(page)] = problem, chosen
    # A widget for each chosen run: until a browser has drawn a run that was chosen elsewhere, as by
    # Start, it sends the one before for the same widget, which would be chosen again.
    key = f"picker:{page}:{group}:{chosen}"
    # A list that the visitor has just opened is closed by the browser when the run that is shown
    # gets other words: so one that was under way is called the same when it has ended.
    watched = f"picker:{page}:{group}:watched"
    if runs[chosen].state.is_active:
        st.session_state[watched] = chosen
    elif st.session_state.get(watched) != chosen:
        st.session_state.pop(watched, None)
    labels = labels_of(found, st.session_state.get(watched))
    if st.session_state.get(key) != chosen:
        st.session_state[key] = chosen

    def pick() -> None:
        # Streamlit passes on any text that the browser sends. It sends the words that the run had
        # before when they have just changed, as when a paused run goes on.
        if st.session_state[key] in runs:
            _show_picked(page, group, drawn_for=chosen, picked=st.session_state[key])

    st.selectbox(
        "Run",
        ids,
        format_func=labels.__getitem__,
        key=key,
        on_change=pick,
        help="The gallery ships with the lab; the other runs were made on this server.",
    )
    draw_left_out()
    return store().get(chosen)


def _show_picked(page: str, group: str, *, drawn_for: str, picked: str) -> None:
    """Show the run that was picked from the list that was drawn for another one.

    A browser that has not drawn the newest page yet sends what the list before held, which counts
    as picked: where Start has just shown another run, it would lead back to the run before.
    """
    if st.session_state.get(_key(page, group)) == drawn_for:
        show_run(page, group, picked)


def show_run(page: str, group: str, run_id: str) -> None:
    """Make a run the one that a page shows, in the address too."""
    st.session_state[_key(page, group)] = run_id
    put("run", run_id)


def choose_companion(
    label: str, model: str, data: DataSet, key: str, link: str = "with"
) -> TrainedModel | None:
    """Draw the choice of a run of this model on a data set; return it after its last saved epoch.

    The gallery's is chosen at first; `link` is the parameter of the address that holds it. None,
    with a sentence, where no run has saved weights.

    Raises:
        RunError: its weights cannot be used.
    """
    usable = companions(data, model)
    if not usable:
        st.caption(f"{label}: no trained run of {model} on {data.title} is here yet.")
        return None
    chosen = select_run(
        label,
        usable,
        key=f"companion:{key}:{model}:{data.name}",
        help="The model that is held beside the chosen one, after its last saved epoch.",
        link=link,
    )
    return TrainedModel.load(store().get(chosen))


def companions(data: DataSet, *models: str) -> list[Summary]:
    """Return the trainings of these models that can be compared with another, the gallery first.

    These are the ones on this data set that have ended and have saved weights.
    """
    # Not one that is being trained: it would be another model after every epoch.
    usable = runs_on(data, runs_of(*models))
    return [run for run in usable if not run.state.is_active and saved_epochs(run.id)]


def select_run(label: str, runs: Sequence[Summary], *, key: str, help: str, link: str) -> str:
    """Draw a box with these runs, at least one, and return the id of the chosen one.

    The first is chosen until the visitor chooses another; the choice is kept for the visit, and the
    parameter `link` of the address holds it.
    """
    labels = labels_of(runs)
    ids = list(labels)
    if bring(link, key, one_of(link, ids), ids[0]):
        st.session_state.pop(f"{key}:last", None)
    # Where the chosen run has got another label, Streamlit falls back to `index`.
    last = st.session_state.get(f"{key}:last")
    chosen = st.selectbox(
        label,
        ids,
        index=ids.index(last) if last in labels else 0,
        format_func=labels.__getitem__,
        key=key,
        help=help,
        persist_state="session",
    )
    if chosen not in labels:  # the words that it had before, see `choose_run`
        chosen = last if last in labels else ids[0]
    st.session_state[f"{key}:last"] = chosen
    put_unless(link, chosen, ids[0])
    return chosen


def own_runs(family: str) -> list[Summary]:
    """Return what was computed outside the lab and belongs on a page: the newest first.

    These are opened weights of this family of models, and on the page of autoencoders recorded
    trainings too, of which the lab does not know the network.
    """
    found = runs_of(*(name for name, spec in OPENED.items() if spec.family == family))
    if family == spec_of(name_of(Autoencoder)).family:
        found += store().list(RECORDED_MODEL)
    return sorted(found, key=lambda run: -run.request.created_at)


def _is_of(request: RunRequest, models: Sequence[str]) -> bool:
    """Return whether a request asks for one of these models, trained here or opened."""
    return (request.kind == "train" or request.is_opened) and model_name(request) in models


def runs_of(*models: str, also: RunRecord | None = None) -> list[Summary]:
    """Return the trainings of these models, or opened weights of them, the gallery first.

    Those of the gallery's sweeps are left out, since the page Sweeps shows them; but for `also`,
    which an address may name.
    """
    found = [run for run in store().list() if _is_of(run.request, models)]
    swept = {
        record.id
        for sweep in sweeps().list(naming={run.id for run in found if run.in_gallery})
        if sweep.in_gallery
        for record in sweep.records
    }
    named = "" if also is None else also.id
    return [run for run in found if not run.in_gallery or run.id not in swept or run.id == named]


def _key(page: str, group: str) -> str:
    return f"run:{page}:{group}"


def _problem_key(page: str) -> str:
    return f"run-problem:{page}"
