"""The trained models that look at a visitor's digit, one of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from app.runs.picker import choose_companion
from app.server.models import model_at, vae_at
from core.runs.record import RunRecord
from core.training.record import checkpoint_epochs
from models import MODELS, Model
from models.vae import VAE


@dataclass(frozen=True, eq=False)
class Member:
    """A model after the last saved epoch of its run."""

    name: str
    record: RunRecord
    epoch: int
    model: Model

    @property
    def title(self) -> str:
        """A short name, also for a column on a phone."""
        return "VAE" if self.name == "vae" else MODELS[self.name].title


def choose_panel() -> list[Member]:
    """Return one run for each kind of model, the gallery's until the visitor chooses others."""
    panel: list[Member] = []
    with st.expander("Choose the models", icon=":material/model_training:"):
        for name, spec in MODELS.items():
            record = choose_companion(spec.title, [name], key="digit")
            if record is not None:
                epoch = checkpoint_epochs(record)[-1]
                panel.append(Member(name, record, epoch, model_at(record.id, epoch)))
    return panel


def member(panel: Sequence[Member], name: str) -> Member | None:
    """The model of this kind, if one is trained."""
    return next((one for one in panel if one.name == name), None)


def vae_of(panel: Sequence[Member]) -> tuple[Member, VAE] | None:
    """The variational autoencoder of the panel, if one is trained."""
    one = member(panel, "vae")
    return None if one is None else (one, vae_at(one.record.id, one.epoch))
