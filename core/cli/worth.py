"""`python -m core worth`: measure what the codes of trained models are worth, and keep it."""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import mean

from threadpoolctl import threadpool_limits
from tqdm import tqdm

from core.generators import finish
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.training.code_worth import OF_PCA, OF_PIXELS, CodeWorth, Kind, codes_of, measure
from core.training.code_worth_files import WorthFiles
from core.training.config import TrainConfig
from core.training.record import checkpoint_epochs, read_configs
from models import latent_dim


def add_worth_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `worth` to the commands; its options carry the function to call."""
    worth = commands.add_parser(
        "worth",
        help="measure how well labels are read from the codes of trained models",
        description="Measures codes after each kept epoch, pixels and PCA, and keeps the results "
        "beside the weights; what is known already is not measured again.",
    )
    worth.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="the run's folder")
    worth.set_defaults(command=measure_runs)


def measure_runs(options: argparse.Namespace) -> int:
    """Measure the runs in these folders, print what they are worth, and return the status 0.

    Raises:
        RunError: a folder holds no training whose weights can be used.
    """
    threadpool_limits(1)  # L-BFGS multiplies matrices too small for several threads
    # What belongs to the gallery is written there, so that it ships.
    store = RunStore()
    for folder in options.folders:
        record = RunRecord(folder.resolve())
        files = WorthFiles(store, ship=record.folder.parent == store.gallery.resolve())
        _measure_run(record, files)
    return 0


def _measure_run(record: RunRecord, files: WorthFiles) -> None:
    _, config, training = read_configs(record)
    numbers = latent_dim(config)
    epochs = checkpoint_epochs(record)
    if not epochs:
        raise RunError(f"Run {record.id} has no saved epoch yet; train it first.")
    known = files.epochs(record, training)
    kinds: list[Kind] = [OF_PIXELS, OF_PCA, *epochs]
    print(record.id)
    for kind in kinds:
        found = known.get(kind) if isinstance(kind, int) else None
        worth = found or files.yardstick(kind, training, numbers)
        if worth is None:
            worth = _measured(kind, record, training, numbers)
            if isinstance(kind, int):
                known[kind] = worth
                files.keep_epochs(record, known)
            else:
                files.keep_yardstick(kind, training, numbers, worth)
        print(f"  {_row(kind, worth)}")


def _measured(kind: Kind, record: RunRecord, training: TrainConfig, numbers: int) -> CodeWorth:
    work = measure(codes_of(kind, record, training, numbers), training)
    with tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}", leave=False) as bar:
        return finish(work, report=lambda share: bar.update(100 * share - bar.n))


def _row(kind: Kind, worth: CodeWorth) -> str:
    name = f"epoch {kind}" if isinstance(kind, int) else kind
    read = "  ".join(
        f"{reading.labels:,}: {mean(reading.probe):.1%} / {mean(reading.neighbours):.1%}"
        for reading in worth.readings
    )
    clusters = f"ARI {mean(worth.rand):.3f}  NMI {mean(worth.information):.3f}"
    return f"{name:10} {read}  {clusters}"
