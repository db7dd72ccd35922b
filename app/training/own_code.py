"""The choice Your own code of a page of trained models: recorded trainings and opened weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.training.next_steps import draw_links
from app.ui.fragments import show_errors
from core.data.data_sets import DataSet
from core.runs.record import RunRecord


@dataclass(frozen=True, kw_only=True)
class OwnCode:
    """How a page draws what was computed outside the lab.

    `recorded` draws a training that a program has recorded, or says how to record one where there
    is no run; `without_network` says of such a training, or of none, why a view shows nothing.
    `opened` draws opened weights, and `form` the form that opens them, unfolded or not.
    """

    recorded: Callable[[RunRecord | None], None]
    without_network: Callable[[RunRecord | None, str], None]
    opened: Callable[[RunRecord], None]
    form: Callable[[str, DataSet, bool], None]


def draw_own_code(
    own: OwnCode, page: str, data: DataSet, record: RunRecord | None, views: Sequence[str]
) -> None:
    """Draw the chosen run, if there is one, the ways to look at it, and how to bring another."""
    if record is None:
        own.form(page, data, True)
    with show_errors():
        if record is not None and record.request.is_opened:
            own.opened(record)
            draw_links(record, page, views)
        else:
            own.recorded(record)
    if record is not None:
        own.form(page, data, False)
