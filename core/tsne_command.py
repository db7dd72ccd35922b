"""`python -m core tsne`: a t-SNE run without a browser."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace

from core.record import RunRecord
from core.run_options import add_run_options, parse_assignments
from core.store import RunStore
from core.tsne_config import TSNEConfig
from core.tsne_device import chosen_device, compute_device
from core.tsne_points import pinned_source

_OWN = ("digits", "iterations", "seed")


def add_tsne_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    follow: Callable[[RunRecord], int],
) -> None:
    """Adds `tsne` to the commands; `follow` carries the run out and shows its progress."""
    tsne = commands.add_parser("tsne", help="run t-SNE; prints the run's folder at the end")
    tsne.add_argument("--digits", type=int)
    tsne.add_argument("--iterations", type=int)
    width = tsne.add_mutually_exclusive_group()
    width.add_argument("--sigma", type=float, help="bandwidth of the exercise's kernel (10)")
    width.add_argument("--perplexity", type=float, help="neighbours of each digit instead")
    tsne.add_argument("--optimizers", metavar="A,B", help="such as sgd,adam:lr=1 (sgd,adam)")
    tsne.add_argument("--device", help="cpu, cuda, or auto: a GPU where there is one (cpu)")
    add_run_options(tsne)
    tsne.set_defaults(command=lambda options: follow(create_run(options)))


def create_run(options: argparse.Namespace) -> RunRecord:
    """The pending run that the options ask for.

    Raises:
        ValueError: an option breaks its rule, or asks for a device that is not here.
        RunError: the folder is not empty, or cannot be written; or the source is not here.
    """
    values = parse_assignments(options.set, TSNEConfig)
    values |= {name: value for name in _OWN if (value := getattr(options, name)) is not None}
    for name in ("sigma", "perplexity"):
        if (value := getattr(options, name)) is not None:
            values |= {"affinity": name, name: value}
    if options.optimizers is not None:
        values["contestants"] = options.optimizers.replace(",", " ").split()
    if options.device is not None:
        values["device"] = chosen_device(options.device)
    config = TSNEConfig.from_dict(values)
    compute_device(config.device)  # here, and not after the folder has been made
    title = options.title or config.title
    store = RunStore()
    config = replace(config, source=pinned_source(config.source, store))
    settings = {"values": config.to_dict()}
    return store.create("tsne", settings, title=title, folder=options.out)
