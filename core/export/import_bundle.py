"""Put a bundle that another lab wrote among the runs, without trusting what is in it."""

from __future__ import annotations

import os
import re
import shutil
import stat
import struct
import time
import uuid
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import IO

from core.export.bundle import INNER, is_member
from core.export.checked_maps import check_maps
from core.export.checked_opened import check_opened
from core.export.checked_recorded import check_recorded
from core.export.checked_run import check_note, check_versions
from core.export.checked_training import check_training
from core.export.handed_in import is_extra
from core.files import advice, sync
from core.runs.errors import RunError
from core.runs.folders import is_run_id, remove_folder
from core.runs.logs import log_event
from core.runs.opening import MOST_FILES, largest
from core.runs.record import NOTE, STOPPED, STOPPED_RECORDING, RunRecord
from core.runs.state import RUN, STATE, StateFile
from core.runs.store import RunStore, new_id

#: The most that all files of a run take together: its kept weights may have 1,000 MB, the frames of
#: a t-SNE run 801; and its checkpoint, its history and its previews.
MOST_BYTES = 1_300_000_000
#: The files together have at most so many times the bytes of the zip file, where that is more than
#: `_SMALL`: weights and maps hardly become smaller, and curves of a run take a fifth.
MOST_RATIO = 100
_SMALL = 1_000_000
#: Bytes of a file for people, which is not unpacked.
_MOST_EXTRA = 100_000_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PART = 1 << 20
#: What a bundle may have and an imported run does not: what can be measured again from the weights,
#: and what the owner requested of the process that computed it.
_LEFT = re.compile(r"(code-worth|learning_rate-[a-z]+(_\d+)?)\.json")
#: What zipfile raises of a damaged archive: also what it has not foreseen, as a place before its
#: beginning, which is a ValueError.
_NoZip = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, struct.error)
#: What makes a value of a damaged file that no check has foreseen.
_Malformed = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


def import_zip(
    source: Path | IO[bytes], store: RunStore, *, visitor: str = "", name: str = ""
) -> RunRecord:
    """Unpack a bundle among the runs as one of `visitor`, and return it.

    It gets a new id and keeps its title; `RunRequest.imported` says which run it was. If it was
    being computed when the bundle was written, it is interrupted. Nothing is left behind where the
    bundle is refused.

    Args:
        source: The bundle's file, or an open one.
        store: The runs.
        visitor: Who brings it; nobody if empty.
        name: What the sentence of a refusal calls the file; by default the name of `source`.

    Raises:
        RunError: the file is no bundle, holds something that no bundle holds, asks for a run that
            cannot be, or cannot be unpacked; or there is no room for it.
    """
    if isinstance(source, Path):
        if not source.is_file():
            raise RunError(f"There is no file {source}; name a bundle, such as my-run.zip.")
        with source.open("rb") as file:
            return import_zip(file, store, visitor=visitor, name=name or source.name)
    bundle = _Bundle(name[:80] or "The file")
    try:
        with zipfile.ZipFile(source) as archive:
            size = source.seek(0, os.SEEK_END)
            run_id, members = bundle.check(archive, size)
            return bundle.take_in(archive, run_id, members, store, visitor)
    except _NoZip as error:
        raise bundle.refused(f"it is no whole zip file ({error})") from None
    except OSError as error:
        raise RunError(
            f"{bundle.name} could not be unpacked ({error.strerror or error}); {advice(error)}, "
            "then import it again."
        ) from error


class _Bundle:
    """A zip file that somebody calls a bundle, by its name in sentences."""

    def __init__(self, name: str) -> None:
        self.name = name

    def refused(self, reason: str) -> RunError:
        """Return the error about a bundle that is not taken in."""
        return RunError(
            f"{self.name} was not imported: {reason.rstrip('.')}. Export the run again as a bundle."
        )

    def check(self, archive: zipfile.ZipFile, size: int) -> tuple[str, dict[str, zipfile.ZipInfo]]:
        """Return the id of the run in a bundle of so many bytes, and what to unpack by file name.

        Raises:
            RunError: something is in it that no bundle has.
        """
        entries = archive.infolist()
        if len(entries) > MOST_FILES:
            most = f"may have at most {MOST_FILES:,}"
            raise self.refused(f"it has {len(entries):,} files, and {most}")
        run_id = entries[0].filename.partition("/")[0] if entries else ""
        names = Counter(entry.filename for entry in entries)
        # Bundles of older versions hold the run's files without a folder of their own.
        inner = f"{INNER}/" if any(name.startswith(f"{run_id}/{INNER}/") for name in names) else ""
        members: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            member = self._checked(entry, run_id, inner)
            if member in members or names[entry.filename] > 1:
                raise self._no_file(entry)
            if member:
                members[member] = entry
        total = sum(entry.file_size for entry in entries)
        if total > MOST_BYTES:
            most = f"may have at most {MOST_BYTES:,}"
            raise self.refused(f"its files have {total:,} bytes, and {most}")
        if total > max(_SMALL, MOST_RATIO * size):
            raise self.refused(
                f"its files have {total:,} bytes, more than {MOST_RATIO} times those of the bundle"
            )
        for name in (RUN, STATE):
            if name not in members:
                raise self.refused(f"it has no {name}")
        return run_id, members

    def _checked(self, entry: zipfile.ZipInfo, run_id: str, inner: str) -> str:
        """Return the name that an entry has in the run's folder; empty if it is not unpacked.

        Raises:
            RunError: no bundle has such an entry.
        """
        folder, _, name = entry.filename.partition("/")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not is_run_id(run_id) or folder != run_id:
            raise self._no_file(entry)
        if kind in (0, stat.S_IFDIR) and name in ("", f"{INNER}/", "pictures/"):
            if entry.file_size:
                raise self._no_file(entry)
            return ""  # a folder, as those who pack a bundle again have in it
        if (
            kind not in (0, stat.S_IFREG)
            or entry.compress_type not in _METHODS
            or entry.flag_bits & 1  # encrypted
        ):
            raise self._no_file(entry)
        if name == NOTE:
            most, member = largest(NOTE) or 0, NOTE
        elif name.startswith(inner) and is_member(name.removeprefix(inner)):
            member = name.removeprefix(inner)
            most = largest(member) or 0
        elif is_extra(name):
            most, member = _MOST_EXTRA, ""
        else:
            raise self._no_file(entry)
        if entry.file_size > most:
            size = f"{entry.file_size:,} bytes, and may have at most {most:,}"
            raise self.refused(f"its {name.removeprefix(inner)} has {size}")
        return "" if _LEFT.fullmatch(member) else member

    def _no_file(self, entry: zipfile.ZipInfo) -> RunError:
        shown = ascii(entry.filename[:80])
        return self.refused(f"it holds {shown}, which is no file of one run")

    def take_in(
        self,
        archive: zipfile.ZipFile,
        run_id: str,
        members: dict[str, zipfile.ZipInfo],
        store: RunStore,
        visitor: str,
    ) -> RunRecord:
        """Unpack, check and rename; errors as for `import_zip`."""
        size = sum(entry.file_size for entry in members.values())
        if size > store.quota:
            most = f"all runs of this lab may take {store.quota / 1e6:,.1f} MB"
            raise self.refused(f"its files have {size / 1e6:,.1f} MB, and {most}")
        store.require_room(visitor)
        store.runs.mkdir(parents=True, exist_ok=True)
        # Made in a hidden folder and renamed, so that a run that can be seen is whole and checked.
        hidden = store.runs / f".{uuid.uuid4().hex[:8]}.imported"
        try:
            folder = hidden / run_id
            folder.mkdir(parents=True)
            for name, entry in members.items():
                with archive.open(entry) as packed, (folder / name).open("xb") as file:
                    # Not more than the size that was checked: zipfile reads no further.
                    shutil.copyfileobj(packed, file, _PART)
                sync(folder / name)
            record = RunRecord(folder)
            self._check_run(record)
            _mark(record, visitor)
            sync(folder)
            target = store.runs / new_id(record.request.kind, record.request.title)
            folder.rename(target)
            sync(store.runs)
        finally:
            remove_folder(hidden)
        record = RunRecord(target)
        store.make_room(visitor)
        log_event("imported", record)
        return record

    def _check_run(self, record: RunRecord) -> None:
        """Check all that an unpacked run holds.

        Raises:
            RunError: it is no run that this lab could compute or show.
        """
        try:
            if StateFile(record.folder).read() is None:
                raise ValueError(f"its {STATE} is damaged")
            check_versions(record)
            check_note(record)
            match record.request.kind:
                case "train":
                    check_training(record)
                case "tsne":
                    check_maps(record)
                case _ if record.request.is_opened:
                    check_opened(record)
                case _ if record.request.is_recorded:
                    check_recorded(record)
                case kind:
                    raise ValueError(f"{kind[:80]!r} is not a kind of run that this lab knows")
        except _Malformed as error:
            unforeseen = "one of its files holds something that no run has"
            known = type(error) is ValueError
            raise self.refused(str(error) if known else unforeseen) from None


def _mark(record: RunRecord, visitor: str) -> None:
    """Write run.json and state.json anew, with what is known here."""
    request = record.request
    origin = request.imported or {"id": record.id, "created_at": request.created_at}
    record.change_request(
        visitor=visitor,
        created_at=time.time(),
        imported={"id": str(origin["id"])[:80], "created_at": origin["created_at"]},
    )
    # Nobody computes it here, also if somebody did where the bundle was written.
    if record.state.status == "interrupted":
        stopped = STOPPED_RECORDING if request.is_recorded else STOPPED
        record.set_state(status="interrupted", error=stopped, submitted_at=0.0)
    else:
        record.set_state(submitted_at=0.0)
