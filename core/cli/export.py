"""`python -m core export`: write a run as one file, without a browser."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.export import write_csv, write_gif, write_html, write_zip
from core.runs.folders import is_run_id
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore

_WRITERS = {
    "csv": (write_csv, "the positions at the last iteration, one row per digit"),
    "gif": (write_gif, "an animation of the maps side by side"),
    "html": (write_html, "a replay as one web page that works offline"),
    "zip": (write_zip, "a bundle to hand in, which another lab takes; also of trained models"),
}


def add_export_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `export` to the commands; its options carry the function to call."""
    export = commands.add_parser("export", help="write a run as CSV, GIF, HTML or bundle (zip)")
    export.add_argument("run", metavar="FOLDER|RUN", help="the run's folder, or its id")
    for name, (_, what) in _WRITERS.items():
        export.add_argument(f"--{name}", type=Path, metavar="FILE", help=what)
    gif = export.add_argument_group("options of the GIF")
    gif.add_argument(
        "--only", metavar="NAMES", help="optimisers to show, such as sgd or sgd,adam (default: all)"
    )
    gif.add_argument("--frames", type=int, help="largest number of frames (default: 80)")
    gif.add_argument("--size", type=int, help="side of one map in pixels (default: 400)")
    export.set_defaults(command=export_run)


def export_run(options: argparse.Namespace) -> int:
    """Write the files that the options name, print their paths, and return the exit status 0.

    Raises:
        RunError: no file was named, or one cannot be made.
    """
    wanted = [name for name in _WRITERS if getattr(options, name) is not None]
    if not wanted:
        raise RunError(
            "export needs the name of a file to write; name one with --csv, --gif, --html or --zip."
        )
    of_gif: dict[str, Any] = {"frames": options.frames, "size": options.size}
    of_gif = {name: value for name, value in of_gif.items() if value is not None}
    if options.only is not None:
        of_gif["optimizers"] = options.only.replace(",", " ").split()
    if of_gif and "gif" not in wanted:
        raise RunError("--only, --frames and --size belong to a GIF; name its file with --gif.")
    folder = Path(options.run)
    record = RunRecord(folder.resolve()) if folder.exists() else _by_id(options.run)
    for name in wanted:
        write, _ = _WRITERS[name]
        path: Path = getattr(options, name)
        write(record, path, **(of_gif if name == "gif" else {}))
        print(path)
    return 0


def _by_id(run: str) -> RunRecord:
    """Return the run of the lab with this id; what is none is taken for a folder.

    Raises:
        RunError: there is no such run.
    """
    return RunStore().get(run) if is_run_id(run) else RunRecord(Path(run).resolve())
