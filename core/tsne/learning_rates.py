"""Learning rates that the owner changes while a t-SNE run computes."""

from __future__ import annotations

from collections.abc import Iterable

from core.runs.control import RunControl
from core.runs.state import RunError
from core.tsne.optimizers import check_learning_rate

_FILE = "learning_rate-{}"


def request_learning_rate(control: RunControl, name: str, value: float, who: str) -> None:
    """Request another learning rate for the optimizer with this name.

    Raises:
        NotYoursError: the run does not belong to `who`.
        RunError: the request cannot be written, or no optimizer can take this rate.
    """
    try:
        check_learning_rate(value)
    except ValueError as error:
        raise RunError(f"{str(error).rstrip('.')}; the old one stays.") from None
    control.request_value(_FILE.format(name), value, "take another learning rate", who)


def requested_learning_rates(control: RunControl, names: Iterable[str]) -> dict[str, float]:
    """Return the learning rates that were requested so far for these optimizers, by name."""
    rates = {name: control.requested_value(_FILE.format(name)) for name in names}
    return {name: rate for name, rate in rates.items() if rate is not None}
