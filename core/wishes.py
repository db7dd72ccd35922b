"""What visitors ask of whoever computes a run, left as small files in its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from core.contestants import check_learning_rate
from core.files import read_json, replace_bytes
from core.run_state import RunError

CONTROL, RATES = "control", "learning_rates.json"

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
        rates = json.dumps({**self.learning_rates(), name: value})
        self._leave(RATES, rates, "take another learning rate")

    def learning_rates(self) -> dict[str, float]:
        """The learning rates that visitors have asked for so far, by contestant."""
        rates = read_json(self.folder / RATES)
        return rates if isinstance(rates, dict) else {}

    def _leave(self, file: str, content: str, words: str) -> None:
        try:
            replace_bytes(self.folder / file, content.encode())
        except OSError as error:
            raise RunError(
                f"Run {self.folder.name} could not be asked to {words} "
                f"({error.strerror or error}); make room on the disk, then try again."
            ) from error
