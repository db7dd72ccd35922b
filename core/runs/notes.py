"""Keep a note on a run, in Markdown, as `note.md` in its folder."""

from __future__ import annotations

from core.files import advice, replace_bytes
from core.runs.errors import RunError
from core.runs.opening import read_bytes
from core.runs.record import NOTE, RunRecord

#: The most characters of a note: some four pages.
LONGEST_NOTE = 10_000


def checked_note(text: str) -> str:
    """Return a note with line ends of one kind, and without control characters or white space
    around it.

    Raises:
        RunError: it is too long.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in lines if letter in "\n\t" or letter.isprintable()).strip()
    if len(kept) > LONGEST_NOTE:
        raise RunError(
            f"The note has {len(kept):,} characters, and may have at most {LONGEST_NOTE:,}; "
            "shorten it."
        )
    return kept


def read_note(record: RunRecord) -> str:
    """Return the note on a run; empty if there is none.

    What somebody else wrote into the file is cut to what a note may have.

    Raises:
        RunError: the file breaks a rule of `core.runs.opening`, or cannot be read.
    """
    try:
        content = read_bytes(record.folder / NOTE)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise RunError(
            f"The note on run {record.id} cannot be read ({error.strerror or error}); allow the "
            "lab to read its folder."
        ) from error
    return checked_note(content.decode(errors="replace")[:LONGEST_NOTE])


def write_note(record: RunRecord, text: str, who: str) -> None:
    """Replace the note on a run, as `who` wishes; an empty one removes it.

    Raises:
        NotYoursError: the run belongs to somebody else.
        RunError: it is too long, the run is gone, or its folder cannot be written.
    """
    record.control.check_change(who)
    note = checked_note(text)
    path = record.folder / NOTE
    try:
        if note:
            replace_bytes(path, f"{note}\n".encode())
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(
            f"The note on run {record.id} could not be saved ({error.strerror or error}); "
            f"{advice(error)}, then try again."
        ) from error
