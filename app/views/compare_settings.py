"""Compare: the settings that differ, whether a difference can be luck, and the same run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.runs.differences import differing, settings_of
from app.runs.start import start_training
from app.server.models import TrainedModel
from app.server.shared import store
from app.ui.markdown import escape_markdown
from core.runs.record import RunError, RunRecord
from core.runs.store import Summary
from core.training.config import with_defaults
from core.training.record import epoch_rows, model_name, read_configs
from models import spec_of

#: The models that are compared, by their names beside each other; first the one looked at.
Compared = Mapping[str, TrainedModel]

NOT_THERE = "–"
#: The label of the seed in the table of settings.
SEED = "Seed"


def ranked(record: RunRecord, others: Sequence[Summary]) -> list[Summary]:
    """Return the runs in order: first those that are compared before the visitor chooses.

    These are the runs that differ from `record` in the seed alone, then of each other variant the
    gallery's first.
    """
    first = [run for run in others if is_twin(record, run)]
    seen = {model_name(record.request)}
    for run in others:
        model = model_name(run.request)
        if run.in_gallery and model not in seen:
            seen.add(model)
            first.append(run)
    return first + [run for run in others if run not in first]


def is_twin(record: RunRecord, other: RunRecord | Summary) -> bool:
    """Return whether two trainings have the same settings except for the seed.

    Which epochs' weights are saved does not count.
    """
    if model_name(record.request) != model_name(other.request):
        return False
    mine, theirs = with_defaults(record.request.settings), with_defaults(other.request.settings)
    first, second = mine["training"], theirs["training"]
    seeds = first.pop("seed", None), second.pop("seed", None)
    for values in (first, second):
        values.pop("checkpoint_epochs", None)
    return mine == theirs and seeds[0] != seeds[1]


def seed_of(run: RunRecord | Summary) -> int:
    """Return the seed of a training; -1 if its folder names none."""
    seed = (run.request.settings.get("training") or {}).get("seed")
    return seed if isinstance(seed, int) else -1


def last_error(run: RunRecord) -> float | None:
    """Return the picture's test error after the last epoch in the history; None without one.

    Raises:
        RunError: the history or the settings cannot be read.
    """
    name, config, _ = read_configs(run)
    key = spec_of(name).model.picture_term(config)
    epochs = epoch_rows(run)
    return epochs[-1]["validation"].get(key) if epochs else None


def draw_settings(compared: Compared) -> None:
    """Draw the settings that differ, what the difference can come from, and a way to find out."""
    records = {name: model.record for name, model in compared.items()}
    record = next(iter(records.values()))
    if len(compared) > 1:
        draw_differing({name: settings_of(one) for name, one in records.items()})
    for sentence in (seeds_in_words(ends_of_seeds(record)), *differences_in_words(compared)):
        if sentence:
            st.markdown(sentence)
    if record.request.is_opened:
        st.caption("How these weights were trained is not known here, so no other seed is offered.")
    else:
        _draw_another_seed(record)


def draw_differing(settings: Mapping[str, Mapping[str, str]]) -> None:
    """Draw the settings that differ between runs, by their names, and what can come from them."""
    st.subheader("What differs")
    labels = differing([*settings.values()])
    if labels:
        table = {"Setting": [escape_markdown(label) for label in labels]}
        for name, own in settings.items():
            values = [own.get(label, NOT_THERE) for label in labels]
            table[escape_markdown(name)] = [escape_markdown(value) for value in values]
        st.table(table, border="horizontal", hide_index=True)
    st.markdown(said_of(labels))


def said_of(labels: Sequence[str]) -> str:
    """Say what a difference can come from where the runs differ in the settings `labels`."""
    if not labels:
        return "These runs have the same settings."
    rest = "All other settings are the same."
    if list(labels) == [SEED]:
        return f"{rest} What differs between these runs is luck."
    if len(labels) == 1:
        return f"{rest} A difference comes from this setting or from luck."
    return f"{rest} A difference comes from one of these settings, from several, or from luck."


def ends_of_seeds(record: RunRecord) -> dict[int, float]:
    """Return the last errors of a run and of those that differ from it in the seed alone, by seed.

    Only runs that are done count, and none if this one is not: its error says how far it has come.
    """
    if record.state.status != "done":
        return {}
    errors = {seed_of(record): last_error(record)}
    for run in store().list("train"):
        if is_twin(record, run) and run.state.status == "done":
            try:
                errors.setdefault(seed_of(run), last_error(store().get(run.id)))
            except RunError:  # another run's damage, or it is gone by now
                continue
    return {seed: error for seed, error in sorted(errors.items()) if error is not None}


def seeds_in_words(ends: Mapping[int, float]) -> str:
    """Say how runs that differ in the seed alone have ended, if there are several."""
    if len(ends) < 2:
        return ""
    told = ", ".join(f"{error:.4f} (seed {seed})" for seed, error in ends.items())
    return (
        f"**Luck:** with these settings the test error ended at {told}. Differences of up to "
        f"{_spread(ends):.4f} need no other explanation."
    )


def differences_in_words(compared: Compared) -> list[str]:
    """Say of each run whether its difference to the first is larger than that between seeds.

    Nothing is said of runs that do another task, so that their errors cannot be compared, or where
    no seed was tried twice.
    """
    (first, one), *others = compared.items()
    mine = ends_of_seeds(one.record)
    said: list[str] = []
    for name, other in others:
        theirs = ends_of_seeds(other.record)
        errors = mine.get(seed_of(one.record)), theirs.get(seed_of(other.record))
        luck = max(_spread(mine), _spread(theirs))
        if not luck or not _same_task(one, other) or is_twin(one.record, other.record):
            continue
        if errors[0] is None or errors[1] is None:
            continue
        difference = abs(errors[0] - errors[1])
        verdict = (
            "so this may be luck" if difference <= luck else "so this is more than the seeds do"
        )
        said.append(
            f"{escape_markdown(first)} and {escape_markdown(name)} differ by {difference:.4f}. "
            f"Runs that differ in the seed alone differ by up to {luck:.4f}, {verdict}."
        )
    return said


def _same_task(one: TrainedModel, other: TrainedModel) -> bool:
    """Return whether two models get the same input, and count what they rebuild in one unit."""
    terms = [
        model.terms(model.config)[model.picture_term(model.config)]
        for model in (one.model, other.model)
    ]
    same_unit = (terms[0].label, terms[0].unit) == (terms[1].label, terms[1].unit)
    return same_unit and one.model.trained_noise == other.model.trained_noise


def _spread(ends: Mapping[int, float]) -> float:
    """Return how far the errors of several seeds lie apart; 0 for fewer than two."""
    return max(ends.values()) - min(ends.values()) if len(ends) > 1 else 0.0


def _draw_another_seed(record: RunRecord) -> None:
    """Draw the button that trains this run again with another seed, and what became of it."""
    model, config, training = read_configs(record)
    own, usual = config.to_dict(), training.to_dict()
    twins = [run for run in store().list("train") if is_twin(record, run)]
    taken = {seed_of(record), *map(seed_of, twins)}
    seed = next(number for number in range(len(taken) + 1) if number not in taken)
    key = f"compare:seed:{record.id}"

    def start() -> None:
        try:
            st.session_state[key] = start_training(model, own, {**usual, "seed": seed}).id
        except (RunError, ValueError) as error:
            st.session_state[f"{key}:problem"] = str(error)

    st.button(
        f"Train this run with seed {seed}",
        icon=":material/casino:",
        key=f"{key}:start",
        on_click=start,
        help="The same settings from another random start: what changes is luck.",
    )
    if problem := st.session_state.pop(f"{key}:problem", None):
        st.error(escape_markdown(problem))
    if (started := st.session_state.get(key)) is None:
        return
    try:
        active = store().get(started).is_active
    except RunError:  # deleted meanwhile
        del st.session_state[key]
        return
    if active:
        st.caption(
            "The training has started; follow it in the sidebar. When it is finished it can be "
            "chosen above, and this page says how large luck is."
        )
