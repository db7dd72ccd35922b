"""Two-dimensional VAEs that differ in the weight of the KL term, under one slider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from app.components.download import SaveAs
from app.components.latent import Decoder
from app.components.staircase import Row, Step, staircase
from app.links.address import ask
from app.links.values import whole
from app.navigation import page_of
from app.runs.start import start_training
from app.server.models import BY_ID_AND_EPOCH, TrainedModel, saved_epochs
from app.ui.forms import draw_problem
from app.ui.glossary import term as link
from app.ui.numbers import with_minus
from core.analysis.latent import encode
from core.runs.record import RunError
from core.sweeps.results import by_value, comparable
from core.sweeps.sweep import Sweep, SweepRun
from models.vae import VAEConfig

#: The test digits on the map.
_POINTS = 500
#: Random codes that every model decodes.
_SAMPLES = 24
_FIELD = "kl_weight"


def steps_of(sweep: Sweep, runs: Sequence[SweepRun]) -> list[SweepRun]:
    """Return the runs that a slider over the weight can show, one for each value.

    They differ in nothing else: of the finished runs of as many epochs as most have, those of the
    seed with which most values are done. There are none where a sweep varies something else, its
    codes have not two numbers, or fewer than two values are done.
    """
    if sweep.field != _FIELD:
        return []
    done = [run for run in comparable(runs, sweep.field) if _can_be_shown(run)]
    by_seed: dict[int, dict[Any, SweepRun]] = {}
    for run in done:
        by_seed.setdefault(run.seed, {}).setdefault(run.value, run)
    most = max((by_seed[seed] for seed in sorted(by_seed)), key=len, default={})
    return [*most.values()] if len(most) > 1 else []


def _can_be_shown(run: SweepRun) -> bool:
    return (
        run.state.status == "done"
        and isinstance(run.config, VAEConfig)
        and run.config.latent_dim == 2
        and bool(run.rows)
        and bool(saved_epochs(run.id))
    )


def draw_staircase(
    sweep: Sweep, runs: Sequence[SweepRun], steps: Sequence[SweepRun], save_as: SaveAs
) -> None:
    """Draw the slider with what every model makes of the same digits and codes.

    Args:
        sweep: The sweep.
        runs: All its runs.
        steps: Those of `steps_of`.
        save_as: How the PNG is called.

    Raises:
        RunError: the weights of a run cannot be used, or some codes are not finite.
    """
    st.subheader("One slider over the weight of the KL term", anchor=False)
    models = tuple(_last_model(run) for run in steps)
    data = models[0].data
    samples = torch.randn(_SAMPLES, 2, generator=torch.Generator().manual_seed(0)).numpy()
    found = _found(models)
    try:
        chosen = staircase(
            [
                Step(id=run.id, name=f"{run.value:g}", decoder=decoder, codes=codes)
                for run, decoder, codes in zip(steps, found.decoders, found.codes, strict=True)
            ],
            models[0].test.labels[:_POINTS].numpy(),
            samples,
            _rows(steps, found.dimension_kl),
            key=f"staircase:{sweep.id}",
            label="Weight of the KL term, β",
            description=data.says(
                "Two-dimensional VAEs that differ in the weight of the KL term: the codes of test "
                "digits, the decoded plane, decoded random codes, and losses."
            ),
            start=len(steps) // 2,
            save_as=save_as,
            link=ask("step", f"staircase:{sweep.id}", whole("step", 0, len(steps) - 1)),
            data_set=data,
        )
    except ValueError as error:  # of codes that have grown beyond all bounds
        raise RunError(f"The models of sweep {sweep.id} cannot be shown: {error}") from None
    st.caption(
        f"Drag the slider: from β = {steps[0].value:g}, where the {link('kl', 'KL')} costs little, "
        f"to {steps[-1].value:g}. {_alike(runs, steps)} The axes of the map change with each step, "
        f"the circles do not: they show where codes of the {link('prior', 'prior')} lie. The "
        "numbers are those of the runs after their last epoch. Each run has axes of its own: its "
        "z0 may be another's z1."
    )
    _draw_train(steps[chosen])


def _last_model(run: SweepRun) -> TrainedModel:
    """Return the model of a run after its last epoch; its weights are not read."""
    epochs = saved_epochs(run.id)
    if not epochs:  # deleted while the page was open
        raise RunError(f"The weights of run {run.id} are gone; reload the page.")
    return TrainedModel(run.record, epochs[-1])


def _alike(runs: Sequence[SweepRun], steps: Sequence[SweepRun]) -> str:
    """Say what the steps have in common, and which values have no such run."""
    epochs, seed = steps[0].training.epochs, steps[0].seed
    words = f"All steps have {epochs} {'epoch' if epochs == 1 else 'epochs'} and seed {seed}."
    missing = [f"{value:g}" for value in by_value(runs) if value not in by_value(steps)]
    if not missing:
        return words
    return f"{words} There is no finished run like that with β = {', '.join(missing)}."


@dataclass(frozen=True, kw_only=True, eq=False)
class _Found:
    """What the models of all steps make of the test digits; `dimension_kl` is (steps, 2)."""

    decoders: Sequence[Decoder]
    codes: Sequence[NDArray[np.float32]]
    dimension_kl: Tensor


# All steps at once: for each of them apart, the caches alone took a tenth of the page's answer.
@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=BY_ID_AND_EPOCH)
def _found(models: tuple[TrainedModel, ...]) -> _Found:
    return _Found(
        decoders=[each.decoder for each in models],
        codes=[encode(each.model, each.test.pixels[:_POINTS]).numpy() for each in models],
        dimension_kl=torch.stack([each.dimension_kl for each in models]),
    )


def _rows(runs: Sequence[SweepRun], per_dimension: Tensor) -> list[Row]:
    """Return the numbers of the table: those of the histories, and the KL of each dimension."""
    terms = [
        ("Cross-entropy", "cross_entropy", "{:.4f} nats per pixel"),
        ("KL to the prior", "kl_to_prior", "{:.2f} nats per image"),
        ("Evidence lower bound", "elbo", "{:.1f} nats per image"),
    ]
    rows: list[Row] = []
    for name, key, form in terms:
        values = [run.error(key) for run in runs]
        texts = ["–" if value is None else _with_minus(form.format(value)) for value in values]
        rows.append(Row(name=name, texts=texts))
    # A collapsed model has no KL to share.
    shares = per_dimension / per_dimension.sum(dim=1, keepdim=True).clamp(min=1e-9)
    for dimension in range(2):
        texts = [f"{value:.2f} nats" for value in per_dimension[:, dimension].tolist()]
        share = shares[:, dimension].tolist()
        rows.append(Row(name=f"KL of z{dimension}", texts=texts, shares=share))
    return rows


def _with_minus(text: str) -> str:
    """Return a formatted number with the sign that is as wide as a digit."""
    return with_minus(text)


def _draw_train(run: SweepRun) -> None:
    """Draw the button that trains the chosen step once more, and a link to its run."""
    page = page_of(run.record.request)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Train β = {run.value:g} myself",
            icon=":material/play_arrow:",
            key="staircase:train",
            help="Starts a training with the settings of this step, and shows it.",
        ):
            try:
                record = start_training("vae", run.config.to_dict(), run.training.to_dict())
            except (RunError, ValueError) as error:
                draw_problem(error)
            else:
                if page is not None:
                    st.switch_page(page.path, query_params={"run": record.id})
        if page is not None:
            st.page_link(
                page.path,
                label=f"Open the run with β = {run.value:g}",
                icon=page.icon,
                query_params={"run": run.id},
                width="content",
            )
