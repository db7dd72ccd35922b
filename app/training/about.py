"""Say what to watch for in a training while its curves grow, and what its settings change."""

from __future__ import annotations

from app.runs.settings_text import asked_for, in_a_list, lower_first, sentence
from app.ui.glossary import term
from app.ui.markdown import escape_markdown
from core.data.data_sets import DATA_SETS, MNIST
from core.runs.record import RunRecord
from core.training.config import NO_CLASS, TrainConfig
from core.training.record import read_configs
from models import Config, spec_of
from models.vae import VAEConfig


def about_run(record: RunRecord) -> list[str]:
    """Return what to watch for, how the run leaves the exercise, and what that does to its curves.

    Each is a short text in Markdown.

    Raises:
        RunError: this version of the lab cannot do what the run asks for.
    """
    name, config, training = read_configs(record)
    watch_for = spec_of(name).watch_for
    on = "" if training.data == MNIST else f", on {DATA_SETS[MNIST].title}"
    if on or in_a_list(*asked_for(record)):
        watch_for = f"With the exercise's settings{on}: {lower_first(watch_for)}"
    said = [f":material/visibility: {watch_for}", escape_markdown(sentence(*asked_for(record)))]
    return [*said, *_held_out(training), *_warm_up(config, training)]


def _held_out(training: TrainConfig) -> list[str]:
    """Say of a run that never sees a class what its losses are measured on."""
    if training.held_out == NO_CLASS:
        return []
    name = DATA_SETS[training.data].classes[training.held_out]
    return [
        f"{term('held-out', 'Held-out class')}: the training loss is that of the other nine "
        f"classes, the test loss that of all ten. A part of the gap between them comes from the "
        f"class {name}, which the model has never seen, and is not overfitting."
    ]


def _warm_up(config: Config, training: TrainConfig) -> list[str]:
    """Say of a run with a KL warm-up which numbers cannot be compared meanwhile."""
    if not isinstance(config, VAEConfig) or not config.kl_warmup or not config.kl_weight:
        return []
    epochs, weight = config.kl_warmup, config.kl_weight
    reached = f"β = {weight:g}"
    if epochs > training.epochs:
        reached = f"{weight * training.epochs / epochs:.2g}, since this run ends before epoch "
        reached += f"{epochs}, with which it would reach β = {weight:g}"
    return [
        f"{term('kl-warm-up', 'KL warm-up')}: over the first {min(epochs, training.epochs)} epochs "
        f"the weight of the KL term rises from 0 to {reached}. The loss is what was minimised at "
        "each moment, so losses of these epochs cannot be compared with later ones. Cross-entropy, "
        "KL and evidence lower bound do not depend on the weight."
    ]
