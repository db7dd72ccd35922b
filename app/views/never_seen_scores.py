"""Score pictures that a model knows and pictures that are new to it, and name both kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from app.digits.unseen import Unseen
from app.server.models import BY_ID_AND_EPOCH, TrainedModel
from app.server.novelty import reference
from app.server.shared import digits
from core.analysis.latent import encode, reconstruction_errors
from core.analysis.roc import RocCurve
from core.execution.turns import heavy_work
from core.runs.record import RunError
from core.training.config import NO_CLASS

#: So many of the new pictures are scored at most, drawn at random: one in a hundred of them more or
#: less is noticed with others. Of the known ones, whose scores are kept, all are.
SCORED = 2000
#: What a picture is judged by, and the field of `Novelty` that holds it.
SCORES = {
    "error": "error",
    "distance of the code": "distance",
    "novelty score": "percentile",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """Hold the scores of pictures that a model knows, and of new ones, by the fields of `Novelty`.

    Those of the N known ones are float64 (N,), those of the M new ones (M,).
    """

    known: Mapping[str, Tensor]
    new: Mapping[str, Tensor]

    @property
    def curves(self) -> dict[str, RocCurve]:
        """Return the ROC curve of each score, by its name on the page."""
        return {
            title: RocCurve.of(self.known[name], self.new[name]) for title, name in SCORES.items()
        }


@st.cache_resource(
    max_entries=16,
    show_spinner="Scoring pictures …",
    hash_funcs={**BY_ID_AND_EPOCH, Unseen: lambda unseen: (unseen.data.name, unseen.label)},
)
def scores_of(model: TrainedModel, unseen: Unseen) -> Scores:
    """Score all test digits of the classes that a model learned, and a sample of unseen pictures.

    Raises:
        RunError: some errors or codes are not finite.
    """
    judge, network = reference(model), model.model
    places = unseen.indices()
    chosen = torch.randperm(len(places), generator=torch.Generator().manual_seed(0))[:SCORED]
    pictures = digits("test", unseen.data.name).pixels[places[chosen]]
    with heavy_work:
        errors, codes = reconstruction_errors(network, pictures), encode(network, pictures)
        check_finite(model, errors, codes)
        found = judge.judge(errors, codes)
    known = {
        "error": judge.errors.double(),
        "distance": judge.distances.double(),
        "percentile": judge.percentiles,
    }
    new = {
        name: torch.tensor([getattr(each, name) for each in found], dtype=torch.float64)
        for name in known
    }
    return Scores(known=known, new=new)


def check_finite(model: TrainedModel, errors: Tensor, codes: Tensor) -> None:
    """Check what a model makes of pictures that it has never seen, which may be too much for it.

    Raises:
        RunError: an error or a code is not finite.
    """
    if not bool(errors.isfinite().all()) or not bool(codes.isfinite().all()):
        raise RunError(
            f"Run {model.id} gives some of these pictures codes or errors that are NaN or infinite "
            f"{model.when}; choose another epoch or run."
        )


def known_pictures(model: TrainedModel) -> str:
    """Return what the pictures are that a model knows, within a sentence."""
    known = "test digits" if model.data.shows_digits else f"test pictures of {model.data.kind}"
    return known if model.training.held_out == NO_CLASS else f"{known} of the other nine classes"
