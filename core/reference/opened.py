"""Hold weights that were opened from a file against the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from torch import Tensor

from core.data.data_sets import DATA_SETS, MNIST
from core.data.digits import load_digits
from core.own_weights import Match, propose
from core.own_weights.match import UNIT
from core.own_weights.opened import EPOCH, read_opened
from core.reference.bands import bands_of
from core.reference.check import Checked, check_training
from core.reference.evidence import Evidence
from core.reference.foreign import TRIED, ForeignWeights, measure
from core.reference.guess import guess_task
from core.reference.tasks import MODEL_TASKS, TASKS, ReferenceTask
from core.runs.record import RunError, RunRecord
from core.runs.state import RECORDED_MODEL
from core.training.record import load_model, model_name, read_configs
from models.stack import Stack
from models.stack_vae import StackVAE


def read_for_task(tensors: Mapping[str, Tensor], task: ReferenceTask) -> Match:
    """Return how a file's weights are read so that they solve a task best.

    Beside the functions that rebuild clean digits best, those of the exercise are tried: clean
    digits do not tell much of a network that removes noise.

    Raises:
        ValueError: the task is about maps.
        WeightsRefused: they make no autoencoder.
    """
    _check_has_weights(task)
    proposed = propose(tensors).match
    hidden, code = ("relu", "identity") if task.model == "vae" else ("sigmoid", "sigmoid")
    functions = [hidden] * len(proposed.layers)
    functions[proposed.code - 1], functions[-1] = code, "sigmoid"
    exercise = replace(proposed, activations=tuple(functions), scale=UNIT)
    bands, test = bands_of(task), load_digits("test").take(slice(0, TRIED))

    def loss(match: Match) -> float:
        curves = measure(ForeignWeights.matched(match, tensors), task, bands, test, epochs=1)
        return curves[task.main].last

    # In the exercise's favour where both are the same but for rounding.
    exercise_is_best = loss(exercise) <= 1.001 * loss(proposed)
    return exercise if exercise_is_best else proposed


def check_weights(
    weights: ForeignWeights, task: ReferenceTask, epochs: int | None = None
) -> Checked:
    """Measure weights on the 10,000 test digits and hold them against the reference of a task.

    Args:
        weights: The weights and how they are read.
        task: A task with a model.
        epochs: For how many epochs they were trained; as many as the exercise's by default.

    Raises:
        ValueError: the task is about maps, the weights are no VAE where it is about one, or the
            epochs are not positive.
    """
    _check_has_weights(task)
    if epochs is not None and epochs < 1:
        raise ValueError(f"epochs (={epochs}) must be at least 1.")
    if task.model == "vae" and not isinstance(weights.model, StackVAE):
        raise ValueError(
            "The weights have no second head, so they are no VAE; choose another task."
        )
    bands, test = bands_of(task), load_digits("test")
    if epochs is None:
        epochs = int(bands.settings["training"]["epochs"])
    curves = measure(weights, task, bands, test, epochs)
    evidence = Evidence(task=task, bands=bands, test=test, curves=curves, weights=weights)
    return check_training(evidence, is_measured=True)


def guess_opened_task(record: RunRecord) -> ReferenceTask:
    """Return the task that opened weights most likely solve, by their run's title and model."""
    return TASKS["2" if model_name(record.request) == "own-vae" else _named(record)]


def _named(record: RunRecord) -> str:
    found = guess_task(RECORDED_MODEL, record.request.title, {}, ())
    return "1.1" if found == "2" else found


def check_opened(record: RunRecord, task: ReferenceTask) -> Checked:
    """Hold a run of opened weights against the reference of a task, as `check_weights`.

    Raises:
        RunError: the run is damaged, of another data set than MNIST, or does not fit the task.
    """
    if (data := read_configs(record)[2].data) != MNIST:
        raise RunError(
            f"Run {record.id} is of {DATA_SETS[data].title}, and the reference is of MNIST: their "
            "numbers cannot be compared."
        )
    model = load_model(record, EPOCH)
    if not isinstance(model, Stack | StackVAE):
        raise RunError(f"Run {record.id} has no opened weights; choose another run.")
    try:
        return check_weights(ForeignWeights(model, read_opened(record).scale), task)
    except ValueError as error:
        raise RunError(str(error)) from None


def _check_has_weights(task: ReferenceTask) -> None:
    if not task.model:
        raise ValueError(
            f"Task {task.number} ({task.title}) has no weights; choose one of "
            f"{', '.join(MODEL_TASKS)}, or a recorded run."
        )
