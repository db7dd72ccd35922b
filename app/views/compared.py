"""A run as it is compared with others, and what of it can be compared."""

from __future__ import annotations

from dataclasses import dataclass

from app.server.models import model_at
from core.runs.record import RunRecord
from core.training.record import epoch_rows, read_configs
from models import Model, Term, spec_of


@dataclass(frozen=True)
class Compared:
    """A run, the epoch after which it is compared, and its name beside the others."""

    run: RunRecord
    epoch: int
    name: str

    @property
    def model(self) -> Model:
        """The model as it was after the epoch."""
        return model_at(self.run.id, self.epoch)


def picture_term(model: Model) -> tuple[str, Term]:
    """Return the key of the loss term that measures the picture alone, and the term."""
    name = model.picture_term()
    return name, model.terms[name]


def last_error(run: RunRecord) -> float | None:
    """Return the picture's test error after the last epoch in the history; None without one.

    Raises:
        RunError: the history or the settings cannot be read.
    """
    name, _, _ = read_configs(run)
    key = spec_of(name).model.picture_term()
    epochs = epoch_rows(run)
    return epochs[-1]["validation"].get(key) if epochs else None
