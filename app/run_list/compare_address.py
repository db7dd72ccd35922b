"""The runs that are compared stand in the address: `?compare=RUN,RUN`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.links.address import current, put
from app.run_list.facts import about
from app.server.shared import store
from core.runs.record import RunError, RunRecord
from core.runs.state import RunRequest

PARAMETER = "compare"
MIN_RUNS, MAX_RUNS = 2, 6
#: Characters of an address that are read: six ids of at most 80 each.
_LONGEST = 600


@dataclass(frozen=True)
class Compared:
    """The runs that an address names, at least two of one family, and what is wrong with it."""

    records: tuple[RunRecord, ...]
    problems: tuple[str, ...]

    @property
    def is_usable(self) -> bool:
        return len(self.records) >= MIN_RUNS


def compared_in_address() -> Compared | None:
    """Return what the address asks to compare; None where it asks for nothing."""
    asked = current(PARAMETER)
    if asked is None:
        return None
    put(PARAMETER, asked)
    return read_compared(asked)


def read_compared(asked: str) -> Compared:
    """Return the runs of an address, without those that are gone or do not fit the first.

    Anybody can write any address.
    """
    ids = list(dict.fromkeys(filter(None, asked[:_LONGEST].split(","))))
    problems: list[str] = []
    records: list[RunRecord] = []
    for run_id in ids[:MAX_RUNS]:
        try:
            records.append(store().get(run_id))
        except RunError as error:
            problems.append(str(error))
    if len(ids) > MAX_RUNS:
        problems.append(
            f"The address names {len(ids)} runs, and {MAX_RUNS} can be compared; the first "
            f"{MAX_RUNS} are taken."
        )
    if reason := why_not_compared([record.request for record in records]):
        return Compared((), (*problems, reason))
    return Compared(tuple(records), tuple(problems))


def why_not_compared(requests: Sequence[RunRequest]) -> str:
    """Return why runs cannot be compared, as a sentence; empty where they can."""
    if not MIN_RUNS <= len(requests) <= MAX_RUNS:
        return (
            f"{MIN_RUNS} to {MAX_RUNS} runs can be compared, and {len(requests)} "
            f"{'is' if len(requests) == 1 else 'are'} chosen; select them in the table."
        )
    abouts = [about(request) for request in requests]
    if len({one.family for one in abouts}) > 1:
        models = " and ".join(dict.fromkeys(one.model for one in abouts))
        return (
            f"{models} are models of different families, whose numbers cannot be compared; choose "
            "runs of one page."
        )
    if len({one.data for one in abouts}) > 1 and abouts[0].family != "tsne":
        data = " and ".join(dict.fromkeys(one.data for one in abouts))
        return (
            f"These runs learned from {data}, so their errors cannot be compared; choose runs on "
            "one data set."
        )
    return ""
