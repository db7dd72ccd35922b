"""Commands on runs that are there: resume, import, list, rename and note."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.cli.follow import follow, follow_group
from core.execution.pending import make_pending, make_stopped_pending
from core.export import import_zip
from core.runs.left_out import left_out
from core.runs.notes import read_note, write_note
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.runs.titles import rename
from core.sweeps.files import SweepFiles, is_sweep_id


def add_run_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add these commands to the parser's commands."""
    resume = commands.add_parser("resume", help="continue a run or a sweep that was stopped")
    resume.add_argument(
        "what", metavar="FOLDER|SWEEP", help="the run's folder, or the name of a sweep"
    )
    resume.set_defaults(command=_resume)

    importing = commands.add_parser(
        "import", help="put a run that another lab exported as a bundle (zip) among the runs"
    )
    importing.add_argument("bundle", type=Path, metavar="FILE", help="the zip file")
    importing.set_defaults(command=_import)

    listing = commands.add_parser("list", help="list the runs of the gallery and your own")
    listing.set_defaults(command=_list)

    renaming = commands.add_parser("rename", help="give a run another name")
    renaming.add_argument("run", metavar="RUN", help="the run's folder, or its name in the list")
    renaming.add_argument("title", metavar="TITLE", help="the new name")
    renaming.set_defaults(command=_rename)

    noting = commands.add_parser("note", help="show the note on a run, or write one")
    noting.add_argument("run", metavar="RUN", help="the run's folder, or its name in the list")
    noting.add_argument(
        "text", nargs="?", metavar="TEXT", help="the new note, in Markdown; empty removes the old"
    )
    noting.set_defaults(command=_note)


def _resume(options: argparse.Namespace) -> int:
    folder = Path(options.what)
    if not folder.exists() and is_sweep_id(options.what):
        sweep = SweepFiles(RunStore()).get(options.what)
        ready, problem = make_stopped_pending(sweep.records)
        if problem is not None:
            print(f"python -m core: {problem}", file=sys.stderr)
        return follow_group(sweep.id, ready)
    record = RunRecord(folder.resolve())
    make_pending(record)
    return follow(record)


def _import(options: argparse.Namespace) -> int:
    print(import_zip(options.bundle, RunStore(), visitor=local_user()).folder)
    return 0


def _rename(options: argparse.Namespace) -> int:
    print(rename(_run(options.run), options.title, local_user()))
    return 0


def _note(options: argparse.Namespace) -> int:
    if options.text is None:
        print(read_note(_run(options.run)))
    else:
        write_note(_run(options.run), options.text, local_user())
    return 0


def _run(name: str) -> RunRecord:
    """Return the run in a folder, or of this name."""
    folder = Path(name)
    return RunRecord(folder.resolve()) if folder.is_dir() else RunStore().get(name)


def _list(options: argparse.Namespace) -> int:
    store = RunStore()
    for run in store.list():
        place = "gallery" if run.in_gallery else "runs"
        print(
            f"{run.id:44} {place:8} {run.state.status:12} {run.state.progress:4.0%}  "
            f"{run.request.title}"
        )
    for sentence in left_out(store):
        print(f"python -m core: {sentence}", file=sys.stderr)
    return 0
