"""A square with a digit in each corner; a point in it mixes their four codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.components.download import SaveAs, saving
from app.components.in_address import InAddress, address_data, key_in_address
from app.components.latent.decoder import Decoder
from app.components.latent.transfer import send_network
from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_pad",
    "latent/pad.js",
    html="latent/pad.html",
    css=("latent/shared.css", "latent/pad.css"),
)


def latent_pad(
    decoder: Decoder,
    corners: NDArray[np.floating],
    *,
    key: str,
    labels: Sequence[str],
    description: str,
    save_as: SaveAs | None = None,
    link: InAddress[tuple[float, float]] | None = None,
) -> None:
    """Draw the square and the digit at the point; both live in the browser.

    The mixture is bilinear: along an edge it is the straight line between two codes. The point
    stays where it is when the corners change.

    Args:
        decoder: What turns codes into digits.
        corners: Codes (4, D): top left, top right, bottom left, bottom right.
        key: Streamlit key.
        labels: What the corners are called, in the same order.
        description: What the square shows, as a sentence for readers who cannot see it.
        save_as: How the PNG of the square and the mixture is called; None for no button.
        link: What the page's address says of the point, from (0, 0) at the top left to (1, 1); the
            browser keeps it up to date.

    Raises:
        ValueError: the arguments do not fit the decoder, or a number is not finite.
    """
    corners = decoder.check(corners, (4, decoder.latent_dim), "corners")
    if len(labels) != 4:
        raise ValueError(f"labels has {len(labels)} texts; name each of the 4 corners.")
    _mount(
        key=key_in_address(key, link),
        data={
            "network": send_network(decoder, key),
            "corners": corners.tolist(),
            "labels": list(labels),
            "description": description,
            "place": None if link is None or link.value is None else list(link.value),
            **address_data(link),
            **saving(save_as),
        },
    )
