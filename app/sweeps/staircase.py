"""Two-dimensional VAEs that differ in the weight of the KL term, under one slider."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from app.components.download import SaveAs
from app.components.staircase import Row, Step, staircase
from app.navigation import page_of
from app.runs.start import start_training
from app.server.models import BY_ID_AND_EPOCH, TrainedModel, saved_epochs
from app.ui.forms import draw_problem
from app.ui.glossary import term as link
from core.analysis.latent import encode
from core.runs.record import RunError
from core.sweeps.results import by_value
from core.sweeps.sweep import Sweep, SweepRun
from models.vae import VAEConfig

#: The test digits on the map.
_POINTS = 500
#: Random codes that every model decodes.
_SAMPLES = 24
_FIELD = "kl_weight"


def steps_of(sweep: Sweep, runs: Sequence[SweepRun]) -> list[SweepRun]:
    """Return the runs that a slider over the weight can show: of each value the first that is done.

    There are none where a sweep varies something else, its codes have not two numbers, or fewer
    than two values are done.
    """
    if sweep.field != _FIELD:
        return []
    firsts: list[SweepRun] = []
    for group in by_value(runs).values():
        done = [
            run
            for run in group
            if run.state.status == "done"
            and isinstance(run.config, VAEConfig)
            and run.config.latent_dim == 2
            and saved_epochs(run.id)
            and run.rows
        ]
        firsts += done[:1]
    return firsts if len(firsts) > 1 else []


def draw_staircase(sweep: Sweep, runs: Sequence[SweepRun], save_as: SaveAs) -> None:
    """Draw the slider with what every model makes of the same digits and codes.

    Raises:
        RunError: the weights of a run cannot be used, or some codes are not finite.
    """
    st.subheader("One slider over the weight of the KL term", anchor=False)
    models = [TrainedModel.load(run.record) for run in runs]
    data = models[0].data
    steps = [
        Step(name=f"{run.value:g}", decoder=model.decoder, codes=_codes(model))
        for run, model in zip(runs, models, strict=True)
    ]
    samples = torch.randn(_SAMPLES, 2, generator=torch.Generator().manual_seed(0)).numpy()
    try:
        chosen = staircase(
            steps,
            models[0].test.labels[:_POINTS].numpy(),
            samples,
            _rows(runs, models),
            key=f"staircase:{sweep.id}",
            label="Weight of the KL term, β",
            description=data.says(
                "Two-dimensional VAEs that differ in the weight of the KL term: the codes of test "
                "digits, the decoded plane, decoded random codes, and losses."
            ),
            start=len(steps) // 2,
            save_as=save_as,
            data_set=data,
        )
    except ValueError as error:  # of codes that have grown beyond all bounds
        raise RunError(f"The models of sweep {sweep.id} cannot be shown: {error}") from None
    st.caption(
        f"Drag the slider: from β = {runs[0].value:g}, where the {link('kl', 'KL')} costs little, "
        f"to {runs[-1].value:g}. The axes of the map change with each step, the circles do not: "
        f"they show where codes of the {link('prior', 'prior')} lie. The numbers are those of the "
        "runs after their last epoch. Each run has axes of its own: its z0 may be another's z1."
    )
    _draw_train(runs[chosen])


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=BY_ID_AND_EPOCH)
def _codes(trained: TrainedModel) -> NDArray[np.float32]:
    return encode(trained.model, trained.test.pixels[:_POINTS]).numpy()


def _rows(runs: Sequence[SweepRun], models: Sequence[TrainedModel]) -> list[Row]:
    """Return the numbers of the table: those of the histories, and the KL of each dimension."""
    terms = [
        ("Cross-entropy", "cross_entropy", "{:.4f} nats per pixel"),
        ("KL to the prior", "kl_to_prior", "{:.2f} nats per image"),
        ("Evidence lower bound", "elbo", "{:.1f} nats per image"),
    ]
    rows: list[Row] = []
    for name, key, form in terms:
        values = [run.error(key) for run in runs]
        texts = ["–" if value is None else form.format(value) for value in values]
        rows.append(Row(name=name, texts=texts))
    per_dimension = torch.stack([model.dimension_kl for model in models])
    # A collapsed model has no KL to share.
    shares = per_dimension / per_dimension.sum(dim=1, keepdim=True).clamp(min=1e-9)
    for dimension in range(2):
        texts = [f"{value:.2f} nats" for value in per_dimension[:, dimension].tolist()]
        share = shares[:, dimension].tolist()
        rows.append(Row(name=f"KL of z{dimension}", texts=texts, shares=share))
    return rows


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
