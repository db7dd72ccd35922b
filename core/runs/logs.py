"""Write the server's log to stderr: a line for each event of a run, and for each error.

By default the lines are text for people, where a traceback may quote what a visitor typed. With
`LATENT_LAB_LOGS=json` each line is one JSON object, which never holds what a visitor typed, drew or
uploaded, nor who it was.
"""

from __future__ import annotations

import json
import logging
import os
import traceback
from datetime import UTC, datetime
from typing import Any

from core.runs.record import RunRecord

log = logging.getLogger("latent_lab")

_TEXT = "%(asctime)s %(levelname)s %(message)s"
#: A JSON line names this many innermost calls of a stack.
_CALLS = 12


def log_event(event: str, record: RunRecord, **facts: str | float) -> None:
    """Log an event of a run, with facts that no visitor has typed."""
    words = "".join(f", {name} {value}" for name, value in facts.items())
    log.info("run %s %s%s", record.id, event, words, extra=about(event, record, **facts))


def about(event: str, record: RunRecord, **facts: str | float) -> dict[str, Any]:
    """Return the fields of an event's JSON line, as the `extra` of a call to the log."""
    return {"event": event, "facts": {"run": record.id, "kind": record.request.kind, **facts}}


class JsonFormatter(logging.Formatter):
    """One JSON object a line.

    Messages of other programs come without the values that belong into them, and exceptions without
    their message: either may hold what a visitor typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
        }
        error = record.exc_info[1] if record.exc_info else None
        line["event"] = getattr(record, "event", "message" if error is None else "error")
        # Python's own warnings are about code, and all text.
        said = record.getMessage() if record.name == "py.warnings" else str(record.msg)
        line |= getattr(record, "facts", None) or {"message": said}
        if record.name != log.name:
            line["from"] = record.name
        if error is not None:
            line["error"] = type(error).__name__
            line["where"] = [
                f"{os.path.relpath(call.filename)}:{call.lineno} {call.name}"
                for call in traceback.extract_tb(error.__traceback__)[-_CALLS:]
            ]
        return json.dumps(line)


def set_up_logs() -> None:
    """Send the log to stderr in the format that `LATENT_LAB_LOGS` names.

    Call it again after loading other libraries, since each may bring log handlers of its own.

    Raises:
        ValueError: LATENT_LAB_LOGS has no meaning.
    """
    style = os.environ.get("LATENT_LAB_LOGS") or "text"
    if style not in ("text", "json"):
        raise ValueError(f"LATENT_LAB_LOGS (={style}) must be text or json.")
    log.setLevel(logging.INFO)
    if style == "text":
        if not log.handlers:
            log.addHandler(_to_stderr(logging.Formatter(_TEXT)))
        return
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(_to_stderr(JsonFormatter()))
        logging.captureWarnings(True)
    for known in [root, *root.manager.loggerDict.values()]:
        if isinstance(known, logging.Logger):
            for handler in known.handlers:
                if not isinstance(handler.formatter, JsonFormatter):
                    handler.setFormatter(JsonFormatter())


def _to_stderr(formatter: logging.Formatter) -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    return handler
