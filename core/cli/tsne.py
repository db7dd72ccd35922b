"""`python -m core tsne`: run t-SNE without a browser."""

from __future__ import annotations

import argparse
from dataclasses import replace

from core.cli.follow import follow
from core.cli.options import add_run_options, parse_assignments
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.tsne.config import TSNEConfig
from core.tsne.device import chosen_device, compute_device
from core.tsne.optimizers import MAX_OPTIMIZERS
from core.tsne.points import pinned_source

_OWN = ("digits", "iterations", "start", "engine", "seed")


def add_tsne_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `tsne` to the commands; its options carry the function to call."""
    tsne = commands.add_parser("tsne", help="map digits with t-SNE and print the run's folder")
    usual = TSNEConfig()
    tsne.add_argument(
        "--digits", type=int, help=f"number of digits on the map (default: {usual.digits})"
    )
    tsne.add_argument(
        "--iterations", type=int, help=f"steps of each optimiser (default: {usual.iterations})"
    )
    width = tsne.add_mutually_exclusive_group()
    width.add_argument(
        "--sigma", type=float, help=f"bandwidth of the exercise's kernel (default: {usual.sigma:g})"
    )
    width.add_argument(
        "--perplexity", type=float, help="effective number of neighbours, instead of --sigma"
    )
    tsne.add_argument(
        "--optimizers",
        metavar="A,B",
        help=f"up to {MAX_OPTIMIZERS} maps, such as sgd,adam:lr=1,gains:seed=3:perplexity=50 "
        f"(default: {','.join(usual.optimizers)})",
    )
    tsne.add_argument("--start", help=f"random or pca (default: {usual.start})")
    tsne.add_argument("--engine", help=f"auto, exact or mesh (default: {usual.engine})")
    tsne.add_argument(
        "--device", help=f"cpu, cuda, or auto: a GPU if there is one (default: {usual.device})"
    )
    add_run_options(tsne)
    tsne.set_defaults(command=lambda options: follow(create_run(options)))


def create_run(options: argparse.Namespace) -> RunRecord:
    """Create the pending run that the options describe.

    Raises:
        ValueError: an option breaks its rule, or names a device that this computer does not have.
        RunError: the folder is not empty or cannot be written, or the source cannot be used.
    """
    values = parse_assignments(options.set, TSNEConfig)
    values |= {name: value for name in _OWN if (value := getattr(options, name)) is not None}
    for name in ("sigma", "perplexity"):
        if (value := getattr(options, name)) is not None:
            values |= {"affinity": name, name: value}
    if options.optimizers is not None:
        values["optimizers"] = options.optimizers.replace(",", " ").split()
    if options.device is not None:
        values["device"] = chosen_device(options.device)
    config = TSNEConfig.from_dict(values)
    compute_device(config.device)  # checked before the folder is made, as is the source
    title = options.title or config.title
    store = RunStore()
    config = replace(config, source=pinned_source(config.source, config.data, store))
    settings = {"config": config.to_dict()}
    return store.create("tsne", settings, title=title, visitor=local_user(), folder=options.out)
