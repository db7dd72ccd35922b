"""A slider for the strength of noise, with a mark at the strength a model was trained with."""

from __future__ import annotations

from app.components.drag_slider import drag_slider
from app.links.address import ask
from app.links.values import number

#: The strength at first where no model was trained with another: that of the exercise.
USUAL = 0.2


def strongest(trained: float | None) -> float:
    """Return the strongest Gaussian noise shown: 1, or the trained strength if that is larger."""
    return 1.0 if trained is None else max(1.0, trained)


def noise_slider(
    label: str,
    *,
    key: str,
    trained: float | None,
    help: str,
    marked: bool = True,
) -> float:
    """Draw a slider over strengths of noise, and return the strength.

    It is in the page's address. It starts at the strength the model was `trained` with. Where that
    is `marked`, the slider marks it and reaches it.
    """
    highest = strongest(trained) if marked else 1.0
    return drag_slider(
        label,
        key=key,
        minimum=0.0,
        maximum=highest,
        value=USUAL if trained is None else trained,
        step=0.01,
        marks={trained: "trained"} if marked and trained is not None else {},
        help=help,
        link=ask("noise", key, number("noise", 0.0, highest)),
    )
