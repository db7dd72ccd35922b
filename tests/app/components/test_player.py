"""The Python half of the t-SNE player; tests/journeys/test_player.py drives the other half."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from app.components.message import pack
from app.components.player import Curves, ReplayData, Selection, live
from app.components.player.curves import MAX_ROWS
from app.components.player.lines import lines_of
from app.components.player.packing import Packed, pack_recording
from app.components.player.replay import payload
from core.tsne.coarse_to_fine import NOWHERE, STEPS, quantised
from tests.support.message import unpack
from tests.support.recordings import moving_clusters

LIMIT = 4_000_000


def unpacked(packed: Packed, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The positions as the browser computes them."""
    planes = np.frombuffer(zlib.decompress(packed.frames), np.uint8).reshape(2, -1).astype(np.int32)
    zigzag = planes[0] | planes[1] << 8
    change = (zigzag >> 1) ^ -(zigzag & 1)
    steps = change.reshape(shape).cumsum(axis=0).astype(np.int16)
    positions = steps * (packed.scales[..., None, None] / STEPS)
    return np.where(steps == NOWHERE, np.nan, positions).astype(np.float32)


def test_packing_keeps_positions_to_half_a_step() -> None:
    recording = moving_clusters(count=200, frames=40)
    packed = recording.packed(LIMIT)
    np.testing.assert_array_equal(packed.kept, np.arange(40))
    shown = unpacked(packed, recording.positions.shape)
    error = np.abs(shown - recording.positions.astype(np.float32)).max(axis=(2, 3))
    assert (error <= packed.scales / (2 * STEPS) * 1.01).all()
    assert zlib.decompress(packed.pictures) == recording.pictures.tobytes()


def test_early_frames_are_as_precise_as_late_ones() -> None:
    """Each frame has its own scale: a map that starts at 1e-4 must not be a handful of steps."""
    positions = np.random.default_rng(1).normal(size=(2, 1, 50, 2)).astype(np.float32)
    positions[0] *= 1e-4
    packed = pack_recording(positions, np.zeros((50, 784), np.uint8), LIMIT)
    np.testing.assert_allclose(
        unpacked(packed, positions.shape)[0], positions[0], atol=1e-4 * 4 / STEPS
    )


def test_what_is_not_finite_is_nowhere() -> None:
    positions = np.array([[[[1.0, -2.0], [np.nan, 0.5], [np.inf, -np.inf]]]])
    steps, scales = quantised(positions)
    np.testing.assert_array_equal(scales, [[2]])
    np.testing.assert_array_equal(steps[0, 0, 0], [16384, -STEPS])
    assert steps[0, 0, 1:].tolist() == [[NOWHERE, 8192], [NOWHERE, NOWHERE]]
    steps, scales = quantised(np.full((1, 1, 3, 2), np.nan))
    assert (steps == NOWHERE).all()
    assert np.isfinite(scales).all()


@pytest.mark.parametrize("limit", [1_000_000, 400_000, 200_000])
def test_frames_are_thinned_evenly(limit: int) -> None:
    recording = moving_clusters(count=500, frames=701)
    packed = recording.packed(limit)
    assert (packed.kept[0], packed.kept[-1]) == (0, 700)
    gaps = np.diff(packed.kept)
    assert gaps.max() - gaps.min() <= 1
    assert size(recording, packed) <= limit
    assert size(recording, packed) > 0.7 * limit, "more frames would have fitted"


def test_the_exercises_recording_fits_whole() -> None:
    """Two maps of 1,000 digits, 701 iterations, and more jitter than t-SNE has."""
    rng = np.random.default_rng(1)
    recording = moving_clusters(count=1000, frames=701)
    jitter = rng.normal(scale=0.01, size=recording.positions.shape)
    recording = replace(recording, positions=(recording.positions + jitter).astype(np.float16))
    packed = recording.packed(LIMIT)
    assert len(packed.kept) == 701
    assert size(recording, packed) <= LIMIT


def test_six_maps_of_5000_digits_fit_with_enough_frames_to_move() -> None:
    rng = np.random.default_rng(1)
    recording = moving_clusters(count=5000, frames=60, panels=6)
    jitter = rng.normal(scale=0.01, size=recording.positions.shape)
    recording = replace(recording, positions=(recording.positions + jitter).astype(np.float16))
    packed = recording.packed(LIMIT)
    assert len(packed.kept) >= 15
    assert size(recording, packed) <= LIMIT


def test_two_frames_always_travel_or_nothing_does() -> None:
    recording = moving_clusters(count=100, frames=50)
    with pytest.raises(ValueError, match="allow more"):
        recording.packed(40_000)
    single = replace(
        recording,
        **{
            name: getattr(recording, name)[:1]
            for name in ("iterations", "positions", "kl", "agreement")
        },
    )
    assert single.packed(LIMIT).kept.tolist() == [0]


def test_packing_is_remembered_and_named_by_content() -> None:
    first, same = (moving_clusters(count=50, frames=5) for _ in range(2))
    other = moving_clusters(count=50, frames=5, seed=2)
    assert first.packed(LIMIT) is first.packed(LIMIT)
    assert first.packed(LIMIT).digest == same.packed(LIMIT).digest
    assert first.packed(LIMIT).digest != other.packed(LIMIT).digest


def size(recording: ReplayData, packed: Packed) -> int:
    """Bytes of a replay's message."""
    return len(pack(payload(recording, packed)))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"names": ()}, "1 to 7"),
        ({"names": ("a",), "optimizers": ("sgd",)}, "positions has shape"),
        ({"optimizers": ("sgd", "adamw")}, "must name one of sgd, adam"),
        ({"kl": np.zeros((5, 3))}, "kl has shape"),
        ({"labels": np.full(50, 10, np.uint8)}, "digits from 0 to 9"),
        ({"iterations": np.array([0, 1, 1, 2, 3])}, "must ascend"),
        ({"iterations": np.arange(-1, 4)}, "must ascend"),
        ({"pictures": np.zeros((50, 784))}, "uint8"),
    ],
)
def test_a_recording_whose_parts_do_not_fit_is_refused(
    change: dict[str, Any], complaint: str
) -> None:
    recording = moving_clusters(count=50, frames=5)
    with pytest.raises(ValueError, match=complaint):
        replace(recording, **change)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"positions": np.zeros((2, 5, 2))}, "one map for each name"),
        ({"kl": [[1.0, 2.0]]}, "one map for each name"),
        ({"kl": np.empty((0, 1))}, "1 or more"),
        ({"optimizers": ["adamw"]}, "must name one of sgd, adam"),
        ({"optimizers": ["sgd", "adam"]}, "each of the 1 maps"),
        ({"labels": np.arange(8, 12)}, "digits from 0 to 9"),
        ({"names": list("abcdefgh")}, "1 to 7"),
    ],
)
def test_live_refuses_what_does_not_fit(change: dict[str, Any], complaint: str) -> None:
    given: dict[str, Any] = {
        "positions": np.zeros((1, 4, 2)),
        "labels": np.arange(4),
        "kl": [[1.0]],
        "names": ["SGD"],
        "optimizers": ["sgd"],
    } | change
    kl = np.array(given["kl"])
    with pytest.raises(ValueError, match=complaint):
        live(
            given["positions"],
            given["labels"],
            Curves(iterations=np.arange(len(kl)), kl=kl, agreement=kl),
            names=given["names"],
            optimizers=given["optimizers"],
            iteration=1,
            iterations=2,
            key="maps",
            description="Maps.",
            revision="a",
            save_as="lab",
        )


def page_with_a_replay() -> None:
    """What AppTest runs."""
    import streamlit as st

    from app.components.player import replay
    from tests.support.recordings import moving_clusters

    recording = st.cache_resource(moving_clusters)(count=1000, frames=701)
    chosen = replay(
        recording, key="maps", description="Two maps.", iterations=700, save_as="lab_run"
    )
    st.text(repr(chosen))


def page_with_a_tick() -> None:
    """What AppTest runs."""
    import numpy as np

    from app.components.player import Curves, live
    from tests.support.recordings import NAMES, OPTIMIZERS

    kl = np.linspace(3, 0.5, 2 * 5001).reshape(5001, 2)
    kl[-1, 1] = np.nan
    live(
        np.random.default_rng(1).normal(size=(2, 1000, 2)),
        np.arange(1000) % 10,
        Curves(iterations=np.arange(5001), kl=kl, agreement=kl / 10),
        names=NAMES[:2],
        optimizers=OPTIMIZERS[:2],
        iteration=5000,
        iterations=10_000,
        key="maps",
        description="Two maps.",
        revision="a",
        save_as="lab_run",
    )


def test_a_replay_is_one_message_of_at_most_4_mb_and_its_selection_comes_back() -> None:
    at = AppTest.from_function(page_with_a_replay, default_timeout=30).run()
    assert not at.exception
    (element,) = at.get("bidi_component")
    assert element.proto.ByteSize() <= LIMIT
    assert at.text[0].value == repr(Selection())
    sent = unpack(element.proto.bytes)
    answer = {"signature": sent["signature"], "point": 4, "lasso": [1, 2], "iteration": 700}
    at.session_state["maps"] = {"selection": answer}
    at.run()
    assert at.text[0].value == repr(Selection(point=4, lasso=(1, 2), iteration=700))
    at.session_state["maps"] = {"selection": answer | {"point": 1000}}
    at.run()
    assert at.text[0].value == repr(Selection())


def test_a_tick_of_two_maps_is_small() -> None:
    at = AppTest.from_function(page_with_a_tick).run()
    assert not at.exception
    (element,) = at.get("bidi_component")
    assert element.proto.ByteSize() <= 20_000


def test_curves_are_thinned_and_keep_their_first_and_last_row() -> None:
    kl = np.linspace(3, 1, 2000).reshape(1000, 2)
    agreement = np.full((1000, 2), np.nan)
    agreement[[0, 50, 999]] = 0.5
    curves = Curves(iterations=np.arange(1000), kl=kl, agreement=agreement)
    thinned = curves.thinned()
    iterations = thinned["klCurve"]["iterations"]
    assert (len(iterations), iterations[0], iterations[-1]) == (MAX_ROWS, 0, 999)
    np.testing.assert_allclose(thinned["klCurve"]["values"][1], kl[iterations, 1], rtol=1e-6)
    assert thinned["agreementCurve"]["iterations"].tolist() == [0, 50, 999]


def test_two_maps_of_an_optimiser_have_two_names_and_two_colours() -> None:
    lines = lines_of(["sgd", "adam", "sgd"])
    assert lines["lineNames"] == ["SGD 1", "Adam", "SGD 2"]
    assert len(set(lines["lineColors"])) == 3
    assert lines["lineColors"][:2] == lines_of(["sgd", "adam"])["lineColors"]
