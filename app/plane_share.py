"""How much of a latent space a flat map shows, in a sentence."""

from __future__ import annotations


def share_in_words(share: float, dimensions: int) -> str:
    """Say how much of the variance of codes a plane shows."""
    return (
        f"This plane shows {100 * share:.0f} % of the variance of the codes; the other "
        f"{100 - round(100 * share)} % lie in {dimensions - 2} directions that are not shown."
    )
