"""The pictures that a model has never seen: those of another data set, or of a held-out class."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from app.server.models import TrainedModel
from app.server.shared import digits
from core.data.data_sets import DataSet, offered
from core.training.config import NO_CLASS


@dataclass(frozen=True)
class Unseen:
    """Test pictures that a model has never seen: of one class of a data set, or of all.

    `title` is what a choice calls them; `label` is the class, None for all ten.
    """

    title: str
    data: DataSet
    label: int | None = None

    @property
    def words(self) -> str:
        """Return what the pictures are, within a sentence."""
        if self.label is None:
            return self.data.kind
        return f"{self.data.nouns} of the class {self.data.classes[self.label]}"

    def indices(self) -> Tensor:
        """Return their places among the data set's test pictures, ascending."""
        labels = digits("test", self.data.name).labels
        if self.label is None:
            return torch.arange(len(labels))
        return (labels == self.label).nonzero()[:, 0]


def unseen_by(model: TrainedModel) -> list[Unseen]:
    """Return the groups that a model has never seen: a held-out class first, then other data sets.

    Other sets of digits are not among them.
    """
    held_out = model.training.held_out
    groups: list[Unseen] = []
    if held_out != NO_CLASS:
        groups.append(
            Unseen(f"{model.data.classes[held_out]} (held out)", model.data, label=held_out)
        )
    return groups + [
        Unseen(data.short_title, data)
        for data in offered()
        if data is not model.data and not (data.shows_digits and model.data.shows_digits)
    ]
