"""Compare: up to four runs side by side, on ten digits and over their epochs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
import torch

from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.components.download import SaveAs
from app.digits.choose import choose_digits
from app.digits.chosen import Chosen
from app.runs.data import on_data
from app.runs.differences import names_of
from app.runs.export import save_as
from app.runs.picker import companions, select_run
from app.server.models import TrainedModel
from app.server.shared import store
from app.server.yardsticks import Yardsticks
from app.ui.choice import choose_one
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.markdown import escape_markdown
from app.ui.result_first import controls, result_first
from app.ui.source import formula_and_code
from app.views.compare_curves import draw_curves, yardsticks_of_first
from app.views.compare_settings import Compared, draw_settings, ranked
from app.views.pca_row import pca_row
from core.analysis.latent import encode, reconstruct
from core.runs.store import Summary
from models import MODELS, OPENED, Model, name_of, spec_of
from models.vae import gaussian_kl

#: The boxes in which other runs are chosen.
BESIDE = ("Compare with", "and with", "and also with")
#: What is shown of each run: its outputs, or how they differ from the input.
OUTPUTS = "Outputs"
DIFFERENCES = "Differences"


def draw(model: TrainedModel) -> None:
    """Draw what each run makes of ten digits, how the runs' settings differ, and their curves."""
    with result_first(
        "If only one setting differs, a difference below comes from that setting or from luck, "
        "the random start. Train the run again with another seed to see how large luck is."
    ):
        pictures = st.container()
        with controls("compare-runs", row=False):
            chosen = [model, *_choose_others(model)]
        names = names_of([one.record for one in chosen])
        compared = dict(zip(names, chosen, strict=True))
        yardsticks = yardsticks_of_first(compared)
        with pictures:
            fragment(lambda: draw_digits(compared, yardsticks))()
    draw_settings(compared)
    draw_curves(compared, yardsticks, partial(_save_as, compared))
    draw_formula(compared)


def _choose_others(model: TrainedModel) -> list[TrainedModel]:
    """Draw a box for each other run, and return their models after their last saved epochs."""
    family = model.spec.family
    models = [name for name, spec in {**MODELS, **OPENED}.items() if spec.family == family]
    # Errors on other pictures say nothing about these.
    there = companions(model.data, *models)
    others = ranked(model.record, [run for run in there if run.id != model.id])
    if not others:
        st.info(
            f"This is the only run{on_data(model.data)} here with saved weights. Train another one "
            "with one setting changed; then both are shown side by side."
        )
        return []
    st.caption(
        f"**{escape_markdown(model.title)}**, the run chosen above, {model.when}; "
        "the others after their last saved epoch."
    )
    most = min(len(BESIDE), len(others))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = choose_one(
            "Runs side by side",
            range(2, most + 2),
            default=min(3, most + 1),
            key=f"compare:count:{family}:{most}",
            link="models",
            persist_state="session",
            width="content",
        )
        found: list[TrainedModel] = []
        for number, label in enumerate(BESIDE[: int(count) - 1], 1):
            with st.container(width=max(240, 760 // (int(count) - 1))):
                key = f"companion:compare:{family}:{number}"
                found.append(_choose_other(label, others, key, f"with{number}"))
            others = [run for run in others if run.id != found[-1].id]
    return found


def _choose_other(label: str, others: Sequence[Summary], key: str, link: str) -> TrainedModel:
    """Draw a box with these runs, and return the model of the chosen one, after its last epoch.

    Raises:
        RunError: it was deleted in this moment, or its weights cannot be used.
    """
    help = "Any other run of this page that has saved weights."
    return TrainedModel.load(store().get(select_run(label, others, key=key, help=help, link=link)))


def draw_digits(compared: Compared, yardsticks: Yardsticks | None) -> None:
    """Draw the digits and what each run makes of them, or how that differs from the input."""
    data = _first(compared).data
    pictures = st.container()
    with controls("compare-show"):
        show = choose_one(
            "Show",
            [OUTPUTS, DIFFERENCES],
            default=OUTPUTS,
            key="compare:show",
            link="show",
            help=data.says(
                "Differences to the clean digits: orange is ink that was added, blue is ink that "
                "was left out."
            ),
        )
    chosen = choose_digits("compare", data)
    rows = _rows(compared, chosen, differences=show == DIFFERENCES)
    if yardsticks is not None:
        clean = chosen.pixels
        rows.append(pca_row(yardsticks, clean, clean, differences=show == DIFFERENCES))
    with pictures:
        digit_tiles(
            rows,
            key="compare:rows",
            description=data.says("Ten digits, and what each run makes of them."),
            save_as=_save_as(compared, f"compared {str(show).lower()}"),
        )
        st.caption(
            data.says(
                "Error: mean squared error per pixel against the clean digits. "
                + (
                    "Orange is ink that was added, blue is ink that was left out. "
                    if show == DIFFERENCES
                    else ""
                )
                + _measure_in_words(compared)
            )
        )


def _rows(compared: Compared, chosen: Chosen, *, differences: bool) -> list[TileRow]:
    """Return the row of the clean digits, and one or two for each run."""
    clean = chosen.pixels
    title = _first(compared).data.says("Input: clean digits")
    rows = [TileRow(title=title, pictures=to_uint8(clean))]
    for name, one in compared.items():
        shown = one.model.corrupt(clean, torch.Generator().manual_seed(0))
        if not torch.equal(shown, clean):
            title = f"{name} · noisy input, as in its training"
            rows.append(TileRow(title=title, pictures=to_uint8(shown)))
        rebuilt = reconstruct(one.model, shown)
        error = (rebuilt - clean).square().mean()
        title = f"{name} · error {error:.4f} · {_measure(one, shown)}"
        if differences:
            row = difference(clean.numpy(), rebuilt.numpy())
            rows.append(TileRow(title=title, pictures=row, colors="diverging"))
        else:
            rows.append(TileRow(title=title, pictures=to_uint8(rebuilt)))
    return rows


@torch.inference_mode()
def _measure(one: TrainedModel, shown: torch.Tensor) -> str:
    """Say how much the codes of digits (N, 784) carry, in the measure of this kind of model."""
    if one.model.has_posterior:
        return f"KL {gaussian_kl(*one.vae.posterior(shown)).sum(dim=1).mean():.1f} nats"
    codes = encode(one.model, shown)
    active = codes > one.test_codes.amax(dim=0) / 2
    return f"{active.sum(dim=1).float().mean():.1f} of {codes.shape[1]} units active"


def _measure_in_words(compared: Compared) -> str:
    """Say what the numbers of `_measure` mean, for the first time with links."""
    if _first(compared).model.has_posterior:
        return (
            f"{term('kl', 'KL')}: the information in the {term('code')}, in {term('nats')}, mean "
            "over these digits."
        )
    return (
        f"A unit of the {term('code')} is active above half of its own maximum over the test "
        "digits; mean over these digits."
    )


def _save_as(compared: Compared, what: str) -> SaveAs:
    """Return how a file is called: by the run that the others are compared with."""
    return save_as(_first(compared), what)


def _first(compared: Compared) -> TrainedModel:
    """Return the model that the others are compared with."""
    return next(iter(compared.values()))


def draw_formula(compared: Compared) -> None:
    """Draw one expander with the formula and the code of each loss that is compared."""
    models = [one.model for one in compared.values()]
    # Models may share a loss.
    code = list(dict.fromkeys(type(one).loss_terms for one in models))
    formula_and_code(formula_of(models), code)


def formula_of(models: Sequence[Model]) -> str:
    """Return the losses of models as one formula, a titled line for each that is another."""
    titled = dict.fromkeys(
        rf"\text{{{spec_of(name_of(type(one))).title}: }} {one.formula(one.config)}"
        for one in models
    )
    return r"\begin{gathered}" + r" \\[1em] ".join(titled) + r"\end{gathered}"
