"""Says how much of a latent space a flat map shows."""

from __future__ import annotations


def share_in_words(share: float, dimensions: int) -> str:
    """Say how much of the variance of codes a plane shows."""
    hidden = dimensions - 2
    return (
        f"This plane shows {100 * share:.0f} % of the variance of the codes; the other "
        f"{100 - round(100 * share)} % lie in {hidden} direction{'s'[: hidden > 1]} not shown."
    )
