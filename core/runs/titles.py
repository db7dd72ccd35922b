"""Rename a run."""

from __future__ import annotations

from core.files import advice
from core.runs.errors import RunError
from core.runs.record import RunRecord
from core.runs.state import LONGEST_TITLE


def checked_title(title: str) -> str:
    """Return a title in one line, without white space around it.

    Raises:
        RunError: it is empty or too long, or has characters that are not printed.
    """
    words = " ".join(title.split())
    if not words:
        raise RunError("A run needs a name; type at least one character.")
    if len(words) > LONGEST_TITLE:
        raise RunError(
            f"The name has {len(words):,} characters, and may have at most {LONGEST_TITLE}; "
            "choose a shorter one."
        )
    # Among them are those that turn the direction of the text around a name.
    odd = next((letter for letter in words if not letter.isprintable()), None)
    if odd is not None:
        raise RunError(
            f"The name has the character U+{ord(odd):04X}, which is not printed; leave it out."
        )
    return words


def rename(record: RunRecord, title: str, who: str) -> str:
    """Give a run another title, as `who` wishes, and return it as it was written.

    Raises:
        NotYoursError: the run belongs to somebody else.
        RunError: it cannot be a title, the run is gone, or its folder cannot be written.
    """
    record.control.check_change(who)
    words = checked_title(title)
    try:
        record.change_request(title=words)
    except OSError as error:
        raise RunError(
            f"Run {record.id} could not be renamed ({error.strerror or error}); {advice(error)}, "
            "then try again."
        ) from error
    return words
