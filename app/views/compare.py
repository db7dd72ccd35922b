"""Compare: up to three runs side by side, by their settings, on one digit, and as they learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from app.choose_digits import choose_digits, sentence
from app.components.chart import Line, live_chart
from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.differences import differing, names_of, settings_of
from app.fragments import fragment
from app.images import to_uint8
from app.picker import companions, select_run
from app.plain import plain
from app.session import model_at, store, test_codes
from app.source import formula_and_code, look_for
from app.theme import LINE_COLORS
from core.latent import encode, reconstruct
from core.record import RunRecord
from core.store import Summary
from models import MODELS, Model, Term, spec_of
from models.vae import VAE, gaussian_kl

#: The boxes in which other runs are chosen.
BESIDE = ("Beside it", "And beside them")
NOT_THERE = "–"

_LOOK_FOR = {
    "autoencoder": "where only one setting differs, all that differs below is its doing: train one "
    "with a smaller code or a larger learning rate, and hold it beside the gallery's. A unit of "
    "the code is loud above half of the most that it reaches for any test digit.",
    "vae": "where only one setting differs, all that differs below is its doing. A larger weight "
    "of the KL term lets the code say less, down to nothing: then all digits come back as one "
    "blur. Below each picture stands how much is said of this digit, in nats.",
}


@dataclass(frozen=True)
class Compared:
    """A run as it is compared: after which epoch, and what it is called beside the others."""

    run: RunRecord
    epoch: int
    name: str

    @property
    def model(self) -> Model:
        return model_at(self.run.id, self.epoch)


def draw(record: RunRecord, epoch: int) -> None:
    """What differs in the runs' settings, what each makes of one digit, and their test curves."""
    family = spec_of(record.request.settings["model"]).family
    look_for(_LOOK_FOR[family])
    chosen = [(record, epoch), *_choose_others(record, epoch, family)]
    names = names_of([run for run, _ in chosen])
    compared = [Compared(*one, name) for one, name in zip(chosen, names, strict=True)]
    if len(compared) > 1:
        _draw_settings(compared)
    left, right = st.columns([4, 3], gap="medium")
    with left:
        fragment(lambda: _draw_digit(compared))()
    with right:
        _draw_curves(compared)
    for model_class in dict.fromkeys(type(one.model) for one in compared):
        st.markdown(f"**{_title_of(model_class)}**")
        formula_and_code(model_class.formula, [model_class.loss_terms])


def _choose_others(record: RunRecord, epoch: int, family: str) -> list[tuple[RunRecord, int]]:
    """Says which run is compared, and a box for each other one; those, each with its last epoch."""
    models = [name for name, spec in MODELS.items() if spec.family == family]
    others = _ranked(record, [run for run in companions(*models) if run.id != record.id])
    first, *columns = st.columns(1 + len(BESIDE), vertical_alignment="bottom")
    with first:
        st.markdown(f"**{plain(record.request.title)}**")
        st.caption(f"The run chosen above, after epoch {epoch}")
    if not others:
        st.info(
            "This is the only run here with saved weights, so there is none to hold beside it. "
            "Train another one with one setting changed, and both stand here side by side."
        )
    found: list[tuple[RunRecord, int]] = []
    for number, (label, column) in enumerate(zip(BESIDE, columns, strict=True), 1):
        if not others:
            break
        with column:
            found.append(_choose_other(label, others, f"companion:compare:{family}:{number}"))
        others = [run for run in others if run.id != found[-1][0].id]
    return found


def _choose_other(label: str, others: Sequence[Summary], key: str) -> tuple[RunRecord, int]:
    """A box with these runs; the chosen one and its last epoch.

    Raises:
        RunError: it was deleted in this moment, or its weights cannot be used.
    """
    help = "Any other run of this page that has saved weights."
    other = store().get(select_run(label, others, key=key, help=help))
    last = other.checkpoint_epochs[-1]
    model_at(other.id, last)  # so that a damaged file is reported once
    st.caption(f"After epoch {last}, its last saved one")
    return other, last


def _ranked(record: RunRecord, others: Sequence[Summary]) -> list[Summary]:
    """The runs with those first that stand beside this one at first: of each other variant the
    gallery's first."""
    seen = {record.request.settings["model"]}
    first: list[Summary] = []
    for run in others:
        model = run.request.settings["model"]
        if run.in_gallery and model not in seen:
            seen.add(model)
            first.append(run)
    return first + [run for run in others if run not in first]


def _draw_settings(compared: Sequence[Compared]) -> None:
    """A table of the settings that differ, a column for each run."""
    settings = [settings_of(one.run) for one in compared]
    labels = differing(settings)
    if not labels:
        st.caption("These runs have the same settings.")
        return
    table = {"What differs": labels}
    for one, own in zip(compared, settings, strict=True):
        values = [own.get(label, NOT_THERE) for label in labels]
        table[plain(one.name)] = [plain(value) for value in values]
    st.table(table, border="horizontal", hide_index=True)
    st.caption("All other settings are the same.")


def _draw_digit(compared: Sequence[Compared]) -> None:
    """One digit: what each run gets, rebuilds and misses."""
    chosen = choose_digits("compare", count=1)
    clean = chosen.pixels
    given, rebuilt, captions = [], [], []
    for one in compared:
        shown = one.model.corrupt(clean, torch.Generator().manual_seed(0))
        given.append(shown)
        rebuilt.append(reconstruct(one.model, shown))
        error = (rebuilt[-1] - clean).square().mean()
        captions.append(f"{one.name}\nerror {error:.4f}\n{_said_by_the_code(one, shown)}")
    answers = torch.cat(rebuilt)
    digit_tiles(
        [
            TileRow(title="What the model gets", pictures=to_uint8(torch.cat(given))),
            TileRow(title="What it rebuilds", pictures=to_uint8(answers)),
            TileRow(
                title="Difference to the clean digit: orange is added, blue is missing",
                pictures=difference(clean.expand_as(answers).numpy(), answers.numpy()),
                colors="diverging",
            ),
        ],
        key="compare:rows",
        description="One digit through each run: given, rebuilt, difference.",
        captions=captions,
        per_line=1 + len(BESIDE),
    )
    st.caption(f"{sentence(chosen.names[0])}. Error: mean squared error per pixel.")


@torch.inference_mode()
def _said_by_the_code(one: Compared, shown: Tensor) -> str:
    """How much the code of a digit (1, 784) says, in the words of its kind of model."""
    model = one.model
    if isinstance(model, VAE):
        return f"KL {gaussian_kl(*model.posterior(shown)).sum():.1f} nats"
    code = encode(model, shown)
    # Sparse codes are faint: loud is what is loud for the unit itself.
    loud = code > test_codes(one.run.id, one.epoch).amax(dim=0) / 2
    return f"{int(loud.sum())} of {loud.numel()} units loud"


def _draw_curves(compared: Sequence[Compared]) -> None:
    """How well each run rebuilt the test digits after each epoch, in one chart."""
    terms = [_picture_term(one.model) for one in compared]
    titles = list(dict.fromkeys(f"{term.label} ({term.unit})" for _, term in terms))
    lines: list[Line] = []
    for one, (name, term), color in zip(compared, terms, LINE_COLORS, strict=False):
        epochs = [row for row in one.run.history() if row["event"] == "epoch"]
        lines.append(
            Line(
                name=one.name,
                x=[row["epoch"] for row in epochs],
                y=[row["validation"].get(name) for row in epochs],
                color=color,
                panel=titles.index(f"{term.label} ({term.unit})"),
            )
        )
    st.markdown("**Test digits, after each epoch**")
    live_chart(
        lines,
        key="compare:curves",
        x_title="Epoch",
        y_titles=titles,
        revision=" ".join(one.run.id for one in compared),
        height=400 + 200 * (len(titles) - 1),
        description="How well each run rebuilds the test digits, over its epochs.",
    )
    st.caption(_what_is_comparable(compared))


def _picture_term(model: Model) -> tuple[str, Term]:
    """The name of the term that counts the picture alone, and what it is."""
    name = model.picture_term()
    return name, model.terms[name]


def _what_is_comparable(compared: Sequence[Compared]) -> str:
    """What the curves share, and what was left out or made harder for one of them."""
    names = {one.run.request.settings["model"] for one in compared}
    said = ["Only what can be compared: how far the rebuilt picture is from the clean one."]
    if "sparse" in names:
        said.append("The sparsity penalty is left out.")
    if "denoising" in names:
        said.append("A denoising model gets noisy digits here, as in its training.")
    if "vae" in names:
        said.append(
            "The KL term, which each run weighs in its own way, is left out. The codes are drawn "
            "from the digits' clouds, as in training."
        )
    return " ".join(said)


def _title_of(model_class: type[Model]) -> str:
    return next(spec.title for spec in MODELS.values() if spec.model is model_class)
