"""Tiles that a visitor brings into an order, by dragging or by buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_ranking",
    "ranking/ranking.js",
    html="ranking/ranking.html",
    css=("ranking/ranking.css",),
)


def ranking(
    items: Sequence[str],
    *,
    key: str,
    description: str,
    first: str,
    last: str,
    order: Sequence[int] | None = None,
) -> list[int]:
    """Draw the items as tiles, one below the other; a rerun comes when one has moved.

    Args:
        items: What the tiles are called.
        key: Streamlit key.
        description: What is sorted, for readers who cannot see it.
        first: What belongs at the top.
        last: What belongs at the bottom.
        order: The order at first, as places in `items`; as they are by default.

    Returns:
        The places of the items in the visitor's order.
    """
    start = list(order) if is_order(order, len(items)) and order else list(range(len(items)))
    data = {
        "items": list(items),
        "order": start,
        "description": description,
        "first": first,
        "last": last,
    }
    sent = _mount(key=key, data=data, on_order_change=lambda: None).get("order")
    return list(sent) if is_order(sent, len(items)) else start


def is_order(value: object, count: int) -> TypeGuard[Sequence[int]]:
    """Return whether a value is an order of so many items: any client can send any JSON."""
    return (
        isinstance(value, list | tuple)
        and len(value) == count
        and all(type(each) is int for each in value)
        and sorted(value) == list(range(count))
    )
