"""The scripts of t-SNE runs: the gradient over all pairs, or scikit-learn for many digits."""

from __future__ import annotations

from core.data.data_sets import DATA_SETS
from core.data.digits import TRAINING_DIGITS, all_labels
from core.export.reproduce.blocks import (
    about_files,
    constants,
    files,
    functions,
    head,
    imports,
    paragraphs,
    reading,
)
from core.export.reproduce.tsne_blocks import (
    AFFINITIES,
    BY_PERPLEXITY,
    BY_SIGMA,
    CODES,
    COMPONENTS,
    DIVERGENCE,
    GAINS,
    GRADIENT,
    NOISE,
    SKLEARN,
)
from core.runs.record import RunRecord
from core.tsne.config import TSNEConfig
from core.tsne.engine import MAX_ALL_PIXELS, MAX_EXACT, REDUCED_DIMENSIONS
from core.tsne.optimizer_kinds import EARLY_MOMENTUM, LATE_MOMENTUM
from core.tsne.optimizers import OptimizerConfig
from core.tsne.points import FROM_NOISE, FROM_PIXELS
from core.tsne.preparation import PCA_DEVIATION
from core.tsne.recording import tsne_config

#: The file beside a script that holds the codes which a run maps.
CODES_FILE = "codes.npy"
_SAID = (
    "Prints the KL divergence of each map every 50 iterations and at the end, in nats. It rounds "
    "in another way than the lab: maps differ in detail, and their KL divergences hardly."
)
_SAID_OF_MANY = (
    f"The lab maps more than {MAX_EXACT:,} digits by its own mesh; here scikit-learn does, by "
    "another approximation and its own optimiser. Prints the KL divergence of each map in the end."
)
#: torch.optim's classes, and the arguments that they take.
_OPTIMIZERS = {
    "sgd": "SGD",
    "adam": "Adam",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
    "rprop": "Rprop",
}


def tsne_script(record: RunRecord) -> str:
    """Return the script that makes a run's maps again.

    Raises:
        RunError: this version of the lab cannot do what the run asks for.
    """
    config = tsne_config(record)
    many = config.digits > MAX_EXACT
    labels, data = bool(config.classes), DATA_SETS[config.data]
    pixels = config.source == FROM_PIXELS
    values: dict[str, object] = {"DIGITS": config.digits, "ITERATIONS": config.iterations}
    if labels and pixels:
        values["CLASSES"] = list(config.classes)
    if config.affinity == "sigma" and not all(config.perplexities):
        values["SIGMA"] = config.sigma
    if _is_exaggerated(config) and not many:
        values["EXAGGERATED"] = config.exaggeration_iterations
    what = f"Make the maps of a t-SNE run again, in {'scikit-learn' if many else 'plain PyTorch'}"
    reads = about_files(data) if pixels else ""
    beginning = [
        head(record, what, reads + (_SAID_OF_MANY if many else _SAID)),
        _imports(config, many=many),
        constants(values) + ("\n" + files(data, labels=labels) if pixels else ""),
        _maps(config, many=many),
    ]
    parts = [paragraphs(beginning)]
    if pixels:
        parts += reading(data, labels=labels)
    if many:
        return functions([*parts, _points(config) + "\n" + SKLEARN]) + "\n"
    if "pca" in config.starts or _is_reduced(config):
        parts.append(COMPONENTS)
    parts.append(BY_PERPLEXITY if all(config.perplexities) else BY_SIGMA)
    if any(config.perplexities) and not all(config.perplexities):
        parts[-1] = AFFINITIES
    parts += [GRADIENT, DIVERGENCE]
    if any(each.optimizer == "gains" for each in config.optimizer_configs):
        # Before the maps, which name it.
        parts.insert(1, GAINS)
        parts[0] = paragraphs(beginning[:-1])
        parts.insert(2, beginning[-1])
    return functions([*parts, _points(config) + "\n" + _loop(config)]) + "\n"


def _imports(config: TSNEConfig, *, many: bool) -> str:
    pixels = config.source == FROM_PIXELS
    codes = not pixels and config.source != FROM_NOISE
    standard = ["import gzip"] if pixels else []
    standard += [] if many else ["import math"]
    standard += ["import os"] if pixels else []
    standard += ["from pathlib import Path"] if pixels or codes else []
    others = ["import numpy as np"] if codes else []
    others += ["import torch"]
    if many:
        others += ["from sklearn.decomposition import PCA"] if _is_reduced(config) else []
        others += ["from sklearn.manifold import TSNE"]
    elif any(each.optimizer != "gains" for each in config.optimizer_configs):
        others += ["from torch import optim"]
    others += ["from torchvision import datasets"] if pixels else []
    return imports(standard, others)


def _columns(config: TSNEConfig, *, many: bool) -> list[str]:
    """Return what a script says of each map, by the names of its variables."""
    columns = ["start"]
    columns += ["perplexity"] if any(config.perplexities) else []
    columns += ["exaggeration"] if _is_exaggerated(config) or many else []
    return columns if many else [*columns, "rate", "make"]


def _maps(config: TSNEConfig, *, many: bool) -> str:
    """Return the table of a run's maps: how each begins and is optimised."""
    columns = _columns(config, many=many)
    meanings = {"start": "seed, or PCA", "rate": "learning rate", "make": "optimiser"}
    lines = [f"MAPS = {{  # {', '.join(meanings.get(name, name) for name in columns)}"]
    rows = zip(
        config.names,
        config.optimizer_configs,
        config.perplexities,
        config.exaggerations,
        config.starts,
        config.seeds,
        strict=True,
    )
    for name, optimizer, perplexity, exaggeration, start, seed in rows:
        values = {
            "start": '"pca"' if start == "pca" else repr(seed),
            "perplexity": repr(perplexity or None),
            "exaggeration": repr(exaggeration),
            # None stands for the automatic rate.
            "rate": repr(None if optimizer.auto else optimizer.learning_rate),
            "make": _optimizer(optimizer),
        }
        row = ", ".join(values[column] for column in columns)
        lines.append(f'    "{name}": ({row}{"," if len(columns) == 1 else ""}),')
    return "\n".join([*lines, "}"])


def _optimizer(config: OptimizerConfig) -> str:
    if config.optimizer == "gains":
        return "Gains"
    more = ""
    if config.momentum:
        more += f", momentum={config.momentum!r}"
    if config.nesterov:
        more += ", nesterov=True"
    return f"lambda y: optim.{_OPTIMIZERS[config.optimizer]}([y]{more})"


def _is_exaggerated(config: TSNEConfig) -> bool:
    return any(factor > 1 for factor in config.exaggerations)


def _is_reduced(config: TSNEConfig) -> bool:
    return config.source in (FROM_PIXELS, FROM_NOISE) and config.digits > MAX_ALL_PIXELS


def _points(config: TSNEConfig) -> str:
    """Return the lines that make what is mapped."""
    if config.source == FROM_NOISE:
        count = len(config.choose(all_labels(config.data)))
        lines = NOISE.format(count=count, seed=config.seed)
    elif config.source == FROM_PIXELS:
        lines = _pixels(config)
    else:
        lines = CODES.format(file=CODES_FILE)
    if _is_reduced(config):
        many = config.digits > MAX_EXACT
        lines += (
            f"\npoints = torch.from_numpy(PCA({REDUCED_DIMENSIONS}).fit_transform(points.numpy()))"
            if many
            else f"\npoints = components(points, {REDUCED_DIMENSIONS})"
        )
    return lines


def _pixels(config: TSNEConfig) -> str:
    # Test digits come after all training digits, where the run needs more than those.
    of_test = int(config.choose(all_labels(config.data))[-1]) >= TRAINING_DIGITS
    if not config.classes:
        if not of_test:
            return "points = load(train=True)[:DIGITS]"
        return "points = torch.cat([load(train=True), load(train=False)])[:DIGITS]"
    lines = ["points, labels = load(train=True)"]
    if of_test:
        lines += [
            "more, their_labels = load(train=False)",
            "points, labels = torch.cat([points, more]), torch.cat([labels, their_labels])",
        ]
    return "\n".join(
        [*lines, "points = points[torch.isin(labels, torch.tensor(CLASSES))][:DIGITS]"]
    )


def _loop(config: TSNEConfig) -> str:
    """Return the lines that make the maps."""
    exaggerated = _is_exaggerated(config)
    lines = [f"for name, ({', '.join(_columns(config, many=False))}) in MAPS.items():"]
    if "pca" in config.starts:
        lines += [
            '    if start == "pca":',
            "        y = components(points, 2)",
            f"        y = y / y[:, 0].std() * {PCA_DEVIATION!r}",
            "    else:",
            "        random = torch.Generator().manual_seed(start)",
            "        y = torch.randn(len(points), 2, generator=random)",
        ]
    else:
        lines += [
            "    y = torch.randn(len(points), 2, generator=torch.Generator().manual_seed(start))"
        ]
    lines += [
        f"    p = affinities(points{', perplexity' if any(config.perplexities) else ''})",
        "    optimizer = make(y)",
        "    settings = optimizer.param_groups[0]",
        "    for iteration in range(ITERATIONS):",
    ]
    if exaggerated:
        lines += ["        factor = exaggeration if iteration < EXAGGERATED else 1.0"]
    per_factor = " / factor" if exaggerated else ""
    lines += [f'        settings["lr"] = rate or len(points){per_factor} / 4']
    if any(each.optimizer == "gains" for each in config.optimizer_configs):
        late = f"{EARLY_MOMENTUM} if factor > 1 else {LATE_MOMENTUM}"
        lines += [
            "        if make is Gains:",
            f'            settings["momentum"] = {late if exaggerated else LATE_MOMENTUM}',
        ]
    lines += [
        f"        y.grad = gradient({'factor * p' if exaggerated else 'p'}, y)",
        "        optimizer.step()",
        "        if (iteration + 1) % 50 == 0 or iteration + 1 == ITERATIONS:",
        "            kl = divergence(p, y)",
        '            print(f"{name}, iteration {iteration + 1}: KL {kl:.6g}", flush=True)',
    ]
    return "\n".join(lines)
