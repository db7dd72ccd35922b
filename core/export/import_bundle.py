"""Put a bundle that another lab wrote among the runs, without trusting what is in it."""

from __future__ import annotations

import shutil
import stat
import uuid
import zipfile
import zlib
from pathlib import Path

from core.export.bundle import is_member
from core.files import advice, sync
from core.runs.errors import RunError
from core.runs.folders import is_run_id, remove_folder
from core.runs.opening import MOST_FILES, largest
from core.runs.record import STOPPED, RunRecord
from core.runs.state import RUN, STATE, StateFile
from core.runs.store import RunStore
from core.training.config import check_room
from core.training.record import read_configs
from core.tsne.recording import tsne_config

#: The most that all files of a run take together: its kept weights may have 1,000 MB, the frames of
#: a t-SNE run 801; and its checkpoint, its history and its previews.
MOST_BYTES = 1_300_000_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PART = 1 << 20


def import_zip(path: Path, store: RunStore, visitor: str = "") -> RunRecord:
    """Unpack a bundle of `write_zip` among the runs, and return the run.

    It gets another id if its own is taken, and belongs to `visitor`, who brings it. If it was being
    computed when the bundle was written, it is interrupted. Nothing is left behind where the bundle
    is refused.

    Raises:
        RunError: the file is no bundle, holds something that no bundle holds, asks for a run that
            cannot be, or cannot be unpacked.
    """
    if not path.is_file():
        raise RunError(f"There is no file {path}; name a bundle, such as my-run.zip.")
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            run_id, members = _checked(path, archive)
            return _take_in(path, archive, run_id, members, store, visitor)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError) as error:
        raise _refused(path, f"it is no whole zip file ({error})") from None
    except OSError as error:
        raise RunError(
            f"{path.name} could not be unpacked ({error.strerror or error}); {advice(error)}, "
            "then import it again."
        ) from error


def _checked(path: Path, archive: zipfile.ZipFile) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """Return the id of the run in a bundle, and its entries by the names of the run's files.

    Raises:
        RunError: something is in it that no bundle has.
    """
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise _refused(path, f"it has {len(entries):,} files, and may have at most {MOST_FILES:,}")
    members: dict[str, zipfile.ZipInfo] = {}
    run_id = entries[0].filename.partition("/")[0] if entries else ""
    for entry in entries:
        folder, _, name = entry.filename.partition("/")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if (
            not is_run_id(run_id)
            or folder != run_id
            or not is_member(name)
            or name in members
            or kind not in (0, stat.S_IFREG)
            or entry.compress_type not in _METHODS
            or entry.flag_bits & 1  # encrypted
        ):
            shown = ascii(entry.filename[:80])
            raise _refused(path, f"it holds {shown}, which is no file of one run")
        most = largest(name) or 0
        if entry.file_size > most:
            size = f"{entry.file_size:,} bytes, and may have at most {most:,}"
            raise _refused(path, f"its {name} has {size}")
        members[name] = entry
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        size = f"{total:,} bytes, and may have at most {MOST_BYTES:,}"
        raise _refused(path, f"its files have {size}")
    for name in (RUN, STATE):
        if name not in members:
            raise _refused(path, f"it has no {name}")
    return run_id, members


def _take_in(
    path: Path,
    archive: zipfile.ZipFile,
    run_id: str,
    members: dict[str, zipfile.ZipInfo],
    store: RunStore,
    visitor: str,
) -> RunRecord:
    store.make_room(visitor)
    store.runs.mkdir(parents=True, exist_ok=True)
    # Made in a hidden folder and renamed, so that a run that can be seen is whole and was checked.
    hidden = store.runs / f".{uuid.uuid4().hex[:8]}.imported"
    try:
        folder = hidden / run_id
        folder.mkdir(parents=True)
        for name, entry in members.items():
            with archive.open(entry) as packed, (folder / name).open("xb") as file:
                # Not more than the size that was checked: zipfile reads no further.
                shutil.copyfileobj(packed, file, _PART)
            sync(folder / name)
        _check_run(path, folder, visitor)
        sync(folder)
        target = store.runs / _free_id(run_id, store)
        folder.rename(target)
        sync(store.runs)
    finally:
        remove_folder(hidden)
    return RunRecord(target)


def _check_run(path: Path, folder: Path, visitor: str) -> None:
    """Check an unpacked run, and write its run.json and state.json anew.

    Raises:
        RunError: it is no run that this lab could compute or show.
    """
    record = RunRecord(folder)
    match record.request.kind:
        case "train":
            model, config, training = read_configs(record)
            try:
                check_room(model, config, training)
            except ValueError as error:
                raise _refused(path, str(error)) from None
        case "tsne":
            tsne_config(record)
        case kind:
            raise _refused(path, f"{kind[:80]!r} is not a kind of run that this lab knows")
    state = StateFile(folder).read()
    if state is None:
        raise _refused(path, f"its {STATE} is damaged")
    record.change_request(visitor=visitor)
    if state.is_active:
        record.set_state(status="interrupted", error=STOPPED)
    else:
        record.set_state()


def _free_id(run_id: str, store: RunStore) -> str:
    """Return this id, or one like it if a run has it already."""
    free = run_id
    while any(
        (root / free).exists() or (root / free).is_symlink() for root in (store.runs, store.gallery)
    ):
        free = f"{run_id[:75]}-{uuid.uuid4().hex[:4]}"
    return free


def _refused(path: Path, reason: str) -> RunError:
    """Return the error about a bundle that is not taken in."""
    return RunError(
        f"{path.name} was not imported: {reason}. Export the run again with “Whole run (zip)”."
    )
