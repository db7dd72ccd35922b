"""A map of digits in a plane of the latent space, where every empty place can be decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.components.download import SaveAs, saving
from app.components.in_address import InAddress, address_data, key_in_address
from app.components.latent.decoder import Decoder
from app.components.latent.transfer import send_network, send_pictures
from app.components.latent.validation import finite_array, numbers
from app.components.message import pack
from app.components.messages import signature
from app.components.mount import browser_component
from app.theme import DIGIT_COLORS
from core.data.data_sets import DATA_SETS, MNIST, DataSet
from models import PIXELS

_mount = browser_component(
    "latent_lab_map",
    "latent/map.js",
    html="latent/map.html",
    css=("latent/shared.css", "latent/map.css"),
)


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane in the latent space: the code at (x, y) is origin + x axes[0] + y axes[1].

    `origin` is (D,), `axes` is (2, D). For two dimensions: zeros, and the identity.
    """

    origin: NDArray[np.floating]
    axes: NDArray[np.floating]

    def code(self, x: float, y: float) -> NDArray[np.float32]:
        """Return the code at a place, (D,)."""
        return np.asarray(self.origin + x * self.axes[0] + y * self.axes[1], np.float32)


@dataclass(frozen=True, kw_only=True)
class Pick:
    """What a visitor clicked on: a place, and the index of the digit if there is one."""

    x: float
    y: float
    point: int | None


def latent_map(
    points: NDArray[np.floating],
    labels: NDArray[np.integer],
    pictures: NDArray[np.uint8],
    *,
    key: str,
    description: str,
    x_title: str,
    y_title: str,
    decoder: Decoder | None = None,
    plane: Plane | None = None,
    mark: NDArray[np.floating] | None = None,
    mark_title: str = "",
    height: int = 560,
    save_as: SaveAs | None = None,
    link: InAddress[Pick] | None = None,
    data_set: DataSet = DATA_SETS[MNIST],
) -> Pick | None:
    """Draw digits as dots, and decode whatever place the pointer is on; all in the browser.

    A click is pinned and causes one rerun. View and pin stay until points or plane change; then
    the dots glide to their new places.

    Args:
        points: Where the digits are in the plane, (N, 2).
        labels: What they show, (N,), 0 to 9.
        pictures: The digits, (N, 784), shown when a dot is pointed at.
        decoder: What turns a place's code into a picture; without it, no place is decoded.
        plane: Which code a place has; goes with the decoder.
        mark: A place that gets a star, (2,).
        mark_title: What the star is called.
        key: Streamlit key.
        description: What the map shows, as a sentence for readers who cannot see it.
        x_title: Title of the horizontal axis.
        y_title: Title of the vertical axis.
        height: Height of the map in pixels.
        save_as: How the PNG of the map is called; None for no button.
        link: What the page's address says of the click; the browser keeps it up to date.
        data_set: What the digits are of.

    Returns:
        What the visitor clicked on; None until they do.

    Raises:
        ValueError: the arguments do not fit each other or the decoder, or are not finite.
    """
    count = len(points)
    points = finite_array(points, (count, 2), "points")
    network: dict[str, Any] = {}
    shown: list[NDArray[np.float32]] = [points]
    if decoder is not None and plane is not None:
        origin = decoder.check(plane.origin, (decoder.latent_dim,), "plane.origin")
        axes = decoder.check(plane.axes, (2, decoder.latent_dim), "plane.axes")
        network = {
            "network": send_network(decoder, key),
            "origin": origin.tolist(),
            "axes": axes.tolist(),
        }
        shown += [origin, axes]
    if mark is not None:
        mark = finite_array(mark, (2,), "mark")
    labels = np.asarray(labels)
    if labels.shape != (count,) or not np.isin(labels, np.arange(10)).all():
        raise ValueError(f"labels must be {count} digits from 0 to 9, one for each point.")
    if pictures.shape != (count, PIXELS) or pictures.dtype != np.uint8:
        raise ValueError(
            f"pictures ({pictures.dtype}, {pictures.shape}) must be uint8 of shape "
            f"({count}, {PIXELS}): one for each point."
        )
    name = signature(key, *shown)
    data = network | {
        "signature": name,
        "positions": points,
        "labels": labels.astype(np.uint8),
        "pictures": send_pictures(pictures, key),
        "mark": None if mark is None else mark.tolist(),
        "markTitle": mark_title,
        "colors": list(DIGIT_COLORS),
        "dataSet": data_set.words,
        "xTitle": x_title,
        "yTitle": y_title,
        "height": height,
        "description": description,
        "pin": None if link is None else _pinned(link, key, name, points),
        **address_data(link),
        **saving(save_as),
    }
    opened = key_in_address(key, link)
    answer = _mount(key=opened, data=pack(data), on_pick_change=lambda: None)
    if data["pin"] is not None and answer.get("pick") is None:
        x, y, point = data["pin"]
        return Pick(x=x, y=y, point=point)
    return pick_from(answer.get("pick"), name, count)


def _pinned(
    link: InAddress[Pick], key: str, name: str, points: NDArray[np.float32]
) -> list[float | int | None] | None:
    """Return the pin of the address for the map called `name`: its place, and the digit's index.

    None if there is none, or if the visitor has turned to another map meanwhile.
    """
    if link.is_news(key):
        st.session_state[f"{key}:pinned"] = name
    pick = link.value
    if pick is None or st.session_state.get(f"{key}:pinned") != name:
        return None
    if pick.point is None:
        return [pick.x, pick.y, None]
    if not 0 <= pick.point < len(points):
        return None
    x, y = points[pick.point].tolist()
    return [x, y, pick.point]


def pick_from(answer: object, name: str, count: int) -> Pick | None:
    """Return the click that the browser sent; None if it is not one into the map called `name`.

    Any client can send any JSON.
    """
    if not isinstance(answer, dict) or answer.get("signature") != name:
        return None
    place = numbers(answer.get("place"), 2)
    point = answer.get("point")
    if place is None or isinstance(point, bool) or not isinstance(point, int | None):
        return None
    if point is not None and not 0 <= point < count:
        return None
    return Pick(x=place[0], y=place[1], point=point)
