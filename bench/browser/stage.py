"""The load that a number of visitors is for a server: answer times, processor, memory."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, quantiles

#: After so many seconds the memory should have settled.
SETTLED_SECONDS = 300.0


@dataclass
class Stage:
    """What one number of visitors was like; `memory` in MB at times in seconds from its start."""

    visitors: int
    milliseconds: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    places: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    before: float = 0.0
    cores: float = 0.0
    refreshes: float = 0.0

    @property
    def median(self) -> float:
        return percentile(self.milliseconds, 50)

    @property
    def p95(self) -> float:
        return percentile(self.milliseconds, 95)

    def slowest(self, count: int) -> list[tuple[str, float, float]]:
        """Return the places with the highest 95th percentile: name, median, percentile, in ms."""
        found = [
            (place, percentile(times, 50), percentile(times, 95))
            for place, times in self.places.items()
        ]
        return sorted(found, key=lambda one: -one[2])[:count]

    @property
    def most_memory(self) -> float:
        return max(megabytes for _, megabytes in self.memory)

    @property
    def settled_memory(self) -> list[float]:
        """The lowest memory in MB of each whole minute after the first five.

        What is soon given back again goes up and down by tens of megabytes.
        """
        lowest: dict[int, float] = {}
        for seconds, megabytes in self.memory:
            minute = int((seconds - SETTLED_SECONDS) // 60)
            lowest[minute] = min(megabytes, lowest.get(minute, math.inf))
        whole = int((self.memory[-1][0] - SETTLED_SECONDS + 1) // 60)
        return [megabytes for minute, megabytes in lowest.items() if 0 <= minute < whole]

    @property
    def growth(self) -> float | None:
        """MB a minute that `settled_memory` grows by; None where that is too short to tell."""
        settled = self.settled_memory
        return slope(list(enumerate(settled))) if len(settled) >= 3 else None


class Process:
    """The server's process, as Linux accounts for it."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")

    def megabytes(self) -> float:
        """Return its resident memory in MiB."""
        pages = int((self._folder / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu_seconds(self) -> float:
        """Return the CPU seconds that it has used so far, on all processors."""
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percentile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return values[0] if values else float("nan")
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of y over x, by least squares."""
    x_mean, y_mean = fmean(x for x, _ in points), fmean(y for _, y in points)
    rise = sum((x - x_mean) * (y - y_mean) for x, y in points)
    return rise / sum((x - x_mean) ** 2 for x, _ in points)
