"""The Python half of the film; tests/journeys/test_film.py drives the half in the browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from app.components.film import Strip, payload
from tests.support.message import unpack


def pictures(count: int = 3, height: int = 4, width: int = 5) -> NDArray[np.uint8]:
    """Different random pictures."""
    rng = np.random.default_rng(count)
    return rng.integers(0, 256, (count, height, width), np.uint8)


def test_payload_has_one_byte_a_pixel() -> None:
    digits, codes = pictures(), pictures(3, 2, 7)
    film = unpack(
        payload(
            [
                Strip(title="Digits", frames=digits, max_width=220),
                Strip(title="Codes", frames=codes, colors="heat", caption="A row", ends=("0", "1")),
            ],
            labels=["untrained", "1", "2"],
            description="Every epoch.",
            start=-2,
        )
    )
    assert film["labels"] == ["untrained", "1", "2"]
    assert (film["start"], film["framesPerSecond"], film["bounce"]) == (-2, 4, False)
    first, second = film["strips"]
    assert (first["height"], first["width"], first["maxWidth"]) == (4, 5, 220)
    assert (first["colors"], first["ends"]) == ("grey", None)
    assert (second["colors"], second["ends"], second["maxWidth"]) == ("heat", ["0", "1"], None)
    assert (first["pixels"] == digits.ravel()).all()
    assert (second["pixels"] == codes.ravel()).all()


def test_payload_takes_views_that_do_not_lie_in_one_piece() -> None:
    frames = pictures(3, 8, 8)[:, ::2, ::-1]
    film = unpack(payload([Strip(title="", frames=frames)], labels=["0", "1", "2"], description=""))
    assert (film["strips"][0]["pixels"] == frames.ravel()).all()


@pytest.mark.parametrize(
    ("frames", "options", "complaint"),
    [
        (pictures(2), {}, "2 frames, but there are 3 labels"),
        (pictures().astype(np.float32), {}, r"uint8 \(F, H, W\), got float32"),
        (pictures()[0], {}, r"uint8 \(F, H, W\), got uint8 \(4, 5\)"),
        (pictures(3, 0, 5), {}, r"got uint8 \(3, 0, 5\)"),
        (pictures(), {"start": 3}, r"start \(=3\) must be one of the 3 frames"),
        (pictures(), {"start": -4}, r"start \(=-4\)"),
        (pictures(), {"frames_per_second": 0}, r"frames_per_second \(=0\)"),
        (pictures(), {"frames_per_second": float("nan")}, r"frames_per_second \(=nan\)"),
    ],
)
def test_payload_refuses_what_makes_no_film(
    frames: NDArray[Any], options: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        payload(
            [Strip(title="Digits", frames=frames)],
            labels=["0", "1", "2"],
            description="",
            **options,
        )


def test_payload_refuses_an_empty_film() -> None:
    with pytest.raises(ValueError, match="a film needs a strip and a frame"):
        payload([], labels=["0"], description="")
    with pytest.raises(ValueError, match="a film needs a strip and a frame"):
        payload([Strip(title="", frames=pictures(1))], labels=[], description="")


def test_a_film_is_mounted_with_its_frames() -> None:
    def script() -> None:
        import numpy as np

        from app.components.film import Strip, film

        strip = Strip(title="Digits", frames=np.full((2, 3, 4), 7, np.uint8))
        film([strip], labels=["0", "1"], key="film", description="Every epoch.")

    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    sent = unpack(app.get("bidi_component")[0].proto.bytes)
    assert sent["description"] == "Every epoch."
    assert sent["strips"][0]["pixels"].tolist() == [7] * 24
