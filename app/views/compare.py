"""Compare: up to four runs side by side, on ten digits and over their epochs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
import torch

from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.components.download import SaveAs
from app.digits.choose import Chosen, choose_digits
from app.runs.differences import names_of
from app.runs.export import save_as
from app.runs.picker import companions, select_run
from app.server.models import model_at, test_codes
from app.server.shared import store
from app.ui.charts import draw_chart
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.line_charts import Curve, curves_figure
from app.ui.markdown import escape_markdown
from app.ui.result_first import controls, result_first
from app.ui.run_styles import run_styles
from app.ui.source import formula_and_code
from app.views.compare_settings import draw_settings, ranked
from app.views.compared import Compared, picture_term
from core.analysis.latent import encode, reconstruct
from core.runs.record import RunRecord
from core.runs.store import Summary
from core.training.record import checkpoint_epochs, epoch_rows, read_configs
from models import MODELS, Model, spec_of
from models.vae import VAE, gaussian_kl

#: The boxes in which other runs are chosen.
BESIDE = ("Compare with", "and with", "and also with")
OUTPUTS, DIFFERENCES = "Outputs", "Differences"


def draw(record: RunRecord, epoch: int) -> None:
    """Draw what each run makes of ten digits, how the runs' settings differ, and their curves."""
    family = spec_of(record.request.settings["model"]).family
    with result_first(
        "If only one setting differs, a difference below comes from that setting or from luck, "
        "the random start. Train the run again with another seed to see how large luck is."
    ):
        pictures = st.container()
        with controls("compare-runs", row=False):
            chosen = [(record, epoch), *_choose_others(record, epoch, family)]
        names = names_of([run for run, _ in chosen])
        compared = [Compared(*one, name) for one, name in zip(chosen, names, strict=True)]
        with pictures:
            fragment(lambda: _draw_digits(compared))()
    draw_settings(compared)
    _draw_curves(compared)
    _draw_formula(compared)


def _choose_others(record: RunRecord, epoch: int, family: str) -> list[tuple[RunRecord, int]]:
    """Draw a box for each other run, and return those with their last epochs."""
    models = [name for name, spec in MODELS.items() if spec.family == family]
    others = ranked(record, [run for run in companions(*models) if run.id != record.id])
    if not others:
        st.info(
            "This is the only run here with saved weights. Train another one with one setting "
            "changed; then both are shown side by side."
        )
        return []
    st.caption(
        f"**{escape_markdown(record.request.title)}**, the run chosen above, after epoch {epoch}; "
        "the others after their last saved epoch."
    )
    most = min(len(BESIDE), len(others))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.segmented_control(
            "Runs side by side",
            range(2, most + 2),
            default=min(3, most + 1),
            required=True,
            key=f"compare:count:{family}:{most}",
            persist_state="session",
            width="content",
        )
        found: list[tuple[RunRecord, int]] = []
        for number, label in enumerate(BESIDE[: int(count) - 1], 1):
            with st.container(width=max(240, 760 // (int(count) - 1))):
                found.append(_choose_other(label, others, f"companion:compare:{family}:{number}"))
            others = [run for run in others if run.id != found[-1][0].id]
    return found


def _choose_other(label: str, others: Sequence[Summary], key: str) -> tuple[RunRecord, int]:
    """Draw a box with these runs, and return the chosen one and its last epoch.

    Raises:
        RunError: it was deleted in this moment, or its weights cannot be used.
    """
    help = "Any other run of this page that has saved weights."
    other = store().get(select_run(label, others, key=key, help=help))
    last = checkpoint_epochs(other)[-1]
    model_at(other.id, last)  # so that a damaged file is reported once
    return other, last


def _draw_digits(compared: Sequence[Compared]) -> None:
    """Draw the digits and what each run makes of them, or how that differs from the input."""
    pictures = st.container()
    with controls("compare-show"):
        show = st.segmented_control(
            "Show",
            [OUTPUTS, DIFFERENCES],
            default=OUTPUTS,
            required=True,
            key="compare:show",
            help="Differences to the clean digits: orange is ink that was added, blue is ink that "
            "was left out.",
        )
    chosen = choose_digits("compare")
    with pictures:
        digit_tiles(
            _rows(compared, chosen, differences=show == DIFFERENCES),
            key="compare:rows",
            description="Ten digits, and what each run makes of them.",
            per_line_narrow=5,
            save_as=_save_as(compared, f"compared {str(show).lower()}"),
        )
        st.caption(
            "Error: mean squared error per pixel against the clean digits. "
            + (
                "Orange is ink that was added, blue is ink that was left out. "
                if show == DIFFERENCES
                else ""
            )
            + _measure_in_words(compared)
        )


def _rows(compared: Sequence[Compared], chosen: Chosen, *, differences: bool) -> list[TileRow]:
    """Return the row of the clean digits, and one or two for each run."""
    clean = chosen.pixels
    rows = [TileRow(title="Input: clean digits", pictures=to_uint8(clean))]
    for one in compared:
        shown = one.model.corrupt(clean, torch.Generator().manual_seed(0))
        if not torch.equal(shown, clean):
            title = f"{one.name} · noisy input, as in its training"
            rows.append(TileRow(title=title, pictures=to_uint8(shown)))
        rebuilt = reconstruct(one.model, shown)
        error = (rebuilt - clean).square().mean()
        title = f"{one.name} · error {error:.4f} · {_measure(one, shown)}"
        if differences:
            row = difference(clean.numpy(), rebuilt.numpy())
            rows.append(TileRow(title=title, pictures=row, colors="diverging"))
        else:
            rows.append(TileRow(title=title, pictures=to_uint8(rebuilt)))
    return rows


@torch.inference_mode()
def _measure(one: Compared, shown: torch.Tensor) -> str:
    """Say how much the codes of digits (N, 784) carry, in the measure of this kind of model."""
    model = one.model
    if isinstance(model, VAE):
        return f"KL {gaussian_kl(*model.posterior(shown)).sum(dim=1).mean():.1f} nats"
    codes = encode(model, shown)
    active = codes > test_codes(one.run.id, one.epoch).amax(dim=0) / 2
    return f"{active.sum(dim=1).float().mean():.1f} of {codes.shape[1]} units active"


def _measure_in_words(compared: Sequence[Compared]) -> str:
    """Say what the numbers of `_measure` mean, for the first time with links."""
    if isinstance(compared[0].model, VAE):
        return (
            f"{term('kl', 'KL')}: the information in the {term('code')}, in {term('nats')}, mean "
            "over these digits."
        )
    return (
        f"A unit of the {term('code')} is active above half of its own maximum over the test "
        "digits; mean over these digits."
    )


def _draw_curves(compared: Sequence[Compared]) -> None:
    """Draw how well each run rebuilds the test digits after each epoch."""
    terms = [picture_term(one.model) for one in compared]
    titles = list(dict.fromkeys(f"{term.label} ({term.unit})" for _, term in terms))
    styles = run_styles([one.run.request.settings["model"] for one in compared])
    st.subheader("The error on test digits")
    for title in titles:
        curves: list[Curve] = []
        for one, (name, picture), style in zip(compared, terms, styles, strict=True):
            if f"{picture.label} ({picture.unit})" != title:
                continue
            epochs = epoch_rows(one.run)
            errors = [row["validation"].get(name) for row in epochs]
            y = [float("nan") if error is None else error for error in errors]
            x = [row["epoch"] for row in epochs]
            curves.append(Curve(name=one.name, x=x, y=y, style=style))
        figure = curves_figure(
            curves,
            x="Epoch",
            y=title,
            hover="%{y:.4f} after epoch %{x}",
            log=True,
            x_limits=(0, max(read_configs(one.run)[2].epochs for one in compared)),
        )
        draw_chart(
            figure,
            key=f"compare:curves:{titles.index(title)}",
            save_as=_save_as(compared, f"compared {title.partition(' (')[0].lower()}"),
        )
    st.caption(_what_is_comparable(compared))


def _save_as(compared: Sequence[Compared], what: str) -> SaveAs:
    """Return how a file is called: by the run that the others are compared with."""
    return save_as(compared[0].run, compared[0].epoch, what)


def _what_is_comparable(compared: Sequence[Compared]) -> str:
    """Say what the curves have in common, and what was left out or made harder for one of them."""
    names = {one.run.request.settings["model"] for one in compared}
    said = ["Only the reconstruction error, so that the runs are comparable."]
    if "sparse" in names:
        said.append("The sparsity penalty is left out.")
    if "denoising" in names:
        said.append("A denoising model gets noisy digits here, as in its training.")
    if "vae" in names:
        said.append(
            f"The KL term, which each run weighs in its own way, is left out. Codes are drawn from "
            f"the {term('posterior', 'posteriors')}, as in training."
        )
    return " ".join(said)


def _draw_formula(compared: Sequence[Compared]) -> None:
    """Draw one expander with the formula and the loss of each kind of model that is compared."""
    classes: list[type[Model]] = list(dict.fromkeys(type(one.model) for one in compared))
    # Models may share a loss.
    formula_and_code(formula_of(classes), list(dict.fromkeys(one.loss_terms for one in classes)))


def formula_of(classes: Sequence[type[Model]]) -> str:
    """Return the losses of kinds of models as one formula, a titled line for each."""
    titled = [rf"\text{{{_title_of(one)}: }} {one.formula}" for one in classes]
    return r"\begin{gathered}" + r" \\[1em] ".join(titled) + r"\end{gathered}"


def _title_of(model_class: type[Model]) -> str:
    return next(spec.title for spec in MODELS.values() if spec.model is model_class)
