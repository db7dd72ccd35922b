"""What visitors ask of whoever computes a run, left as small files in its folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from core.contestants import check_learning_rate
from core.files import advice, read_json, replace_bytes
from core.run_state import RunError

CONTROL = "control"
#: A file for each contestant, so that two who change different ones at once do not meet.
_RATE = "learning_rate-{}.json"

#: What may be asked of whoever computes a run; "stop" is its server that is about to end.
Wish = Literal["pause", "cancel", "stop"]


class Wishes:
    """The wishes in a run's folder. Anyone leaves them; whoever computes the run reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(self, wish: Wish) -> None:
        """Leaves a wish.

        Raises:
            RunError: it cannot be written.
        """
        self._leave(CONTROL, wish, wish)

    def asked(self) -> str:
        """What was asked for: a `Wish`, or nothing."""
        try:
            return (self.folder / CONTROL).read_text(errors="replace").strip()
        except FileNotFoundError:
            return ""

    def forget(self) -> None:
        """Removes a wish that has been granted or is out of date."""
        (self.folder / CONTROL).unlink(missing_ok=True)

    def ask_learning_rate(self, name: str, value: float) -> None:
        """Leaves the wish that a t-SNE run gives a contestant another learning rate.

        Raises:
            RunError: it cannot be written, or the rate is none.
        """
        try:
            check_learning_rate(value)
        except ValueError as error:
            raise RunError(f"{str(error).rstrip('.')}; the old one stays.") from None
        self._leave(_RATE.format(name), json.dumps(value), "take another learning rate")

    def learning_rates(self, names: Iterable[str]) -> dict[str, float]:
        """The learning rates that visitors have asked for so far, of those of these contestants."""
        rates = {name: read_json(self.folder / _RATE.format(name)) for name in names}
        return {name: rate for name, rate in rates.items() if isinstance(rate, int | float)}

    def _leave(self, file: str, content: str, words: str) -> None:
        try:
            # Not synced: whoever is to obey it would not outlive a power failure either.
            replace_bytes(self.folder / file, content.encode(), durable=False)
        except OSError as error:
            raise RunError(
                f"Run {self.folder.name} could not be asked to {words} "
                f"({error.strerror or error}); {advice(error)}, then try again."
            ) from error
