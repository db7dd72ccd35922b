"""The script of a training."""

from __future__ import annotations

from core.data.data_sets import DATA_SETS
from core.data.digits import TRAINING_DIGITS
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
from core.export.reproduce.networks import NETWORKS
from core.runs.record import RunRecord
from core.training.config import ADAM, NO_CLASS, TrainConfig
from core.training.record import read_configs
from models import spec_of

_IMPORTS = imports(
    (
        "import gzip",
        "import math",
        "import os",
        "from itertools import pairwise",
        "from pathlib import Path",
    ),
    (
        "import torch",
        "from torch import nn",
        "from torch.nn import functional",
        "from torchvision import datasets",
    ),
)
_SAID = (
    "Prints the test loss after each epoch and saves the weights as weights.pt: with the same "
    "PyTorch on the same type of processor those of the run, bit for bit."
)
#: The lab draws the first weights, the training and the validation from streams of their own.
_STREAMS = """\
torch.set_num_threads(1)  # as in the lab: another number changes the last bits
start = torch.Generator().manual_seed(SEED)
random = torch.Generator().manual_seed(SEED * 1009 + 1)"""


def training_script(record: RunRecord) -> str:
    """Return the script that trains a run's model again.

    Raises:
        RunError: this version of the lab cannot do what the run asks for.
    """
    model, config, training = read_configs(record)
    own, network = NETWORKS[model](config)
    values: dict[str, object] = {
        "EPOCHS": training.epochs,
        "BATCH_SIZE": training.batch_size,
        "LEARNING_RATE": training.learning_rate,
    }
    if training.optimizer != ADAM:
        values["MOMENTUM"] = training.momentum
    if training.digits != TRAINING_DIGITS:
        values["DIGITS"] = training.digits
    if training.held_out != NO_CLASS:
        values["HELD_OUT"] = training.held_out
    values |= {"SEED": training.seed, **own}
    data = DATA_SETS[training.data]
    labels = training.held_out != NO_CLASS
    what = f"Train the model of a run again ({spec_of(model).title}), in plain PyTorch"
    beginning = [
        head(record, what, about_files(data) + _SAID),
        _IMPORTS,
        constants(values) + "\n" + files(data, labels=labels),
        _STREAMS,
    ]
    return (
        functions(
            [
                paragraphs(beginning),
                *reading(data, labels=labels),
                *network,
                _loop(training, warms_up="KL_WARMUP" in own),
            ]
        )
        + "\n"
    )


def _loop(training: TrainConfig, *, warms_up: bool) -> str:
    """Return the lines that load the digits and train."""
    first = "" if training.digits == TRAINING_DIGITS else "[:DIGITS]"
    lines: list[str] = []
    if training.held_out == NO_CLASS:
        lines += [f"train, test = load(train=True){first}, load(train=False)"]
    else:
        lines += [
            "(train, labels), (test, _) = load(train=True), load(train=False)",
            f"train = train{first}[labels{first} != HELD_OUT]",
        ]
    adam = "Adam(network.parameters(), LEARNING_RATE, fused=True)"
    sgd = "SGD(network.parameters(), LEARNING_RATE, MOMENTUM, fused=True)"
    lines += [
        "network = Network()",
        f"optimizer = torch.optim.{adam if training.optimizer == ADAM else sgd}",
        "for epoch in range(1, EPOCHS + 1):",
        "    order = torch.randperm(len(train), generator=random)",
    ]
    if warms_up:
        lines += [
            "    for number, batch in enumerate(order.split(BATCH_SIZE)):",
            "        done = epoch - 1 + number * BATCH_SIZE / len(train)  # in epochs",
            "        network.share = min(1.0, done / KL_WARMUP)",
        ]
    else:
        lines += ["    for batch in order.split(BATCH_SIZE):"]
    lines += [
        "        loss = network.loss(train[batch], random)",
        "        optimizer.zero_grad()",
        "        loss.backward()",
        "        optimizer.step()",
    ]
    if warms_up:
        lines += ["    network.share = min(1.0, epoch / KL_WARMUP)"]
    lines += [
        "    with torch.no_grad():  # the same noise after every epoch",
        "        loss = network.loss(test, torch.Generator().manual_seed(SEED * 1009 + 2))",
        '    print(f"epoch {epoch}: test loss {loss.item():.6g}", flush=True)',
        'torch.save(network.state_dict(), "weights.pt")',
    ]
    return "\n".join(lines)
