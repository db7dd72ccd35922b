"""Charts of a notebook as SVG, which needs no program to be shown or printed."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 120, 24, 44


@dataclass(frozen=True, kw_only=True)
class SvgLine:
    """A line of a chart; a height that is None or not finite is a gap."""

    name: str
    x: Sequence[float]
    y: Sequence[float | None]
    color: str
    dash: str = ""


def line_chart(
    lines: Sequence[SvgLine], *, x_title: str, y_title: str, names: Sequence[str] = ()
) -> str:
    """Return a chart of lines, each with its name at its end; the y axis begins at 0.

    `names` are written below x = 0, 1, … in place of numbers.
    """
    points = [
        (x, y)
        for line in lines
        for x, y in zip(line.x, line.y, strict=False)
        if y is not None and math.isfinite(y)
    ]
    if not points:
        return ""
    low, high = min(x for x, _ in points), max(x for x, _ in points)
    top = max(1e-12, *(y for _, y in points)) * 1.05
    span = high - low or 1.0

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            _LEFT + (x - low) / span * (WIDTH - _LEFT - _RIGHT),
            HEIGHT - _BOTTOM - y / top * (HEIGHT - _TOP - _BOTTOM),
        )

    parts = [_frame(top, x_title, y_title)]
    marks = list(enumerate(names)) or [(x, f"{x:g}") for x in sorted({x for x, _ in points})]
    step = max(1, len(marks) // 12)
    for x, name in marks[::step]:
        place, _ = at(float(x), 0.0)
        parts.append(_text(place, HEIGHT - _BOTTOM + 16, name, "middle"))
    for line in lines:
        known = [
            at(x, y)
            for x, y in zip(line.x, line.y, strict=False)
            if y is not None and math.isfinite(y)
        ]
        if not known:
            continue
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in known)
        dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{line.color}" stroke-width="2.5"'
            f"{dash}/>"
        )
        x, y = known[-1]
        parts.append(_text(x + 6, y + 4, line.name, "start"))
    return _svg(parts, f"{y_title}, by {x_title}")


def bar_chart(names: Sequence[str], values: Sequence[float], *, x_title: str, y_title: str) -> str:
    """Return a chart of bars, the y axis from 0 on; negative values have no bar."""
    if not values:
        return ""
    top = max(*values, 1e-12) * 1.1
    room = (WIDTH - _LEFT - 16) / len(values)
    parts = [_frame(top, x_title, y_title)]
    for place, (name, value) in enumerate(zip(names, values, strict=False)):
        tall = max(0.0, value) / top * (HEIGHT - _TOP - _BOTTOM)
        x = _LEFT + place * room
        parts.append(
            f'<rect x="{x + room * 0.15:.1f}" y="{HEIGHT - _BOTTOM - tall:.1f}" '
            f'width="{room * 0.7:.1f}" height="{tall:.1f}" fill="#3f90da"/>'
        )
        parts.append(_text(x + room / 2, HEIGHT - _BOTTOM + 16, name, "middle"))
    return _svg(parts, f"{y_title}, by {x_title}")


def _frame(top: float, x_title: str, y_title: str) -> str:
    parts = [_text(_LEFT, 14, y_title, "start"), _text(WIDTH - 8, HEIGHT - 6, x_title, "end")]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = HEIGHT - _BOTTOM - share / 1.05 * (HEIGHT - _TOP - _BOTTOM)
        parts.append(
            f'<line x1="{_LEFT}" x2="{WIDTH - 16}" y1="{y:.1f}" y2="{y:.1f}" stroke="#c9d2d2"/>'
        )
        parts.append(_text(_LEFT - 6, y + 4, f"{share * top / 1.05:.2g}", "end"))
    return "".join(parts)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12">'
        f"{html.escape(words)}</text>"
    )


def _svg(parts: Sequence[str], description: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(description)}">'
        f"{''.join(parts)}</svg>"
    )
