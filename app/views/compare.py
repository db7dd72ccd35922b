"""Compare: the same digit through every kind of autoencoder."""

from __future__ import annotations

import streamlit as st
import torch

from app.choose_digits import choose_digits, sentence
from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.fragments import fragment
from app.images import to_uint8
from app.picker import choose_companion
from app.plain import plain
from app.session import model_at, test_codes
from app.source import formula_and_code, look_for
from core.latent import encode, reconstruct
from core.record import RunRecord
from models import MODELS


def draw(record: RunRecord, epoch: int) -> None:
    """One digit, what each variant gets, rebuilds and misses, and how much its code says."""
    look_for(
        "these networks differ in one line of their loss, unless you changed their layers. See "
        "what that line costs in the picture, and how many units of the code are loud: above half "
        "of the most they reach for any test digit."
    )
    mine = record.request.settings["model"]
    runs: list[tuple[RunRecord, int]] = []
    variants = [name for name, spec in MODELS.items() if spec.family == MODELS[mine].family]
    for name, column in zip(variants, st.columns(len(variants)), strict=True):
        with column:
            if name == mine:
                runs.append((record, epoch))
                st.markdown(f"{MODELS[name].title}")
                st.caption(f"The run chosen above, after epoch {epoch}")
            elif (other := choose_companion(MODELS[name].title, [name], key="compare")) is not None:
                runs.append((other, other.checkpoint_epochs[-1]))

    @fragment
    def one_digit() -> None:
        chosen = choose_digits("compare", count=1)
        clean = chosen.pixels
        given, rebuilt, captions = [], [], []
        for run, at in runs:
            model = model_at(run.id, at)
            shown = model.corrupt(clean, torch.Generator().manual_seed(0))
            given.append(shown)
            rebuilt.append(reconstruct(model, shown))
            error = (rebuilt[-1] - clean).square().mean()
            # Sparse codes are faint: loud is what is loud for the unit itself.
            loud = int((encode(model, shown) > test_codes(run.id, at).amax(dim=0) / 2).sum())
            captions.append(f"{run.request.title}\nerror {error:.4f}\n{loud} loud units")
        answers = torch.cat(rebuilt)
        digit_tiles(
            [
                TileRow(title="What the model gets", pictures=to_uint8(torch.cat(given))),
                TileRow(title="What it rebuilds", pictures=to_uint8(answers)),
                TileRow(
                    title="Difference to the clean digit",
                    pictures=difference(clean.expand_as(answers).numpy(), answers.numpy()),
                    colors="diverging",
                ),
            ],
            key="compare:rows",
            description="One digit through each variant: given, rebuilt, difference.",
            captions=captions,
            per_line=max(6, len(runs)),
        )
        st.caption(f"{sentence(chosen.names[0])}. Error: mean squared error per pixel.")

    one_digit()
    for run, at in runs:
        model = model_at(run.id, at)
        st.markdown(f"**{plain(run.request.title)}**")
        formula_and_code(model.formula, [type(model).loss_terms])
