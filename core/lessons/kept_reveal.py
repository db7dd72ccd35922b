"""What was revealed in a step, as it is kept: a JSON text with compressed pictures."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.lessons.measures import Measured
from models import PIXELS


@dataclass(frozen=True, kw_only=True, eq=False)
class KeptReveal:
    """What was revealed: the runs by the names of their experiments, and what was measured.

    `titles` say of each run what it was, since the run may be deleted by now.
    """

    runs: Mapping[str, str]
    titles: Mapping[str, str]
    measured: Measured
    at: float = 0.0


def to_json(found: KeptReveal) -> str:
    """Return a reveal as a JSON text; pictures are compressed."""
    measured = found.measured
    return json.dumps(
        {
            "runs": dict(found.runs),
            "titles": dict(found.titles),
            "numbers": {name: float(value) for name, value in measured.numbers.items()},
            "series": {name: values.tolist() for name, values in measured.series.items()},
            "pictures": {
                name: base64.b85encode(zlib.compress(pictures.tobytes(), 9)).decode()
                for name, pictures in measured.pictures.items()
            },
        },
        separators=(",", ":"),
    )


def from_json(content: str, at: float = 0.0) -> KeptReveal | None:
    """Return a reveal from its JSON text; None where it is none."""
    try:
        values = json.loads(content)
        pictures = {
            name: np.frombuffer(zlib.decompress(base64.b85decode(text)), np.uint8).reshape(
                -1, PIXELS
            )
            for name, text in values["pictures"].items()
        }
        return KeptReveal(
            runs={str(name): str(run) for name, run in values["runs"].items()},
            titles={str(name): str(title) for name, title in values["titles"].items()},
            measured=Measured(
                numbers={name: float(value) for name, value in values["numbers"].items()},
                series={
                    name: np.asarray(each, np.float64) for name, each in values["series"].items()
                },
                pictures=pictures,
            ),
            at=at,
        )
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error, RecursionError):
        return None
