import json
import math
from collections.abc import Mapping
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load, save
from torch import Tensor

from core.data.digits import Digits, load_digits
from core.tsne.exact import ExactGradient
from core.tsne.preparation import affinities
from core.tsne.run import FRAMES_FILE, POSITIONS_FILE, Frame, TSNEConfig, TSNERun

pytestmark = pytest.mark.usefixtures("one_thread")

ALL_KINDS = (
    ("sgd:lr=300:momentum=0.9:nesterov", "adam:lr=2", "rmsprop:momentum=0.8", "rprop"),
    ("sgd", "adagrad", "sgd:lr=100:momentum=0.5", "rmsprop"),
)


@pytest.fixture(scope="module")
def digits() -> Digits:
    return load_digits("train").take(slice(0, 1000))


def _run(digits: Digits, n: int = 200, **values: Any) -> TSNERun:
    checkpoint: Mapping[str, Tensor] | None = values.pop("checkpoint", None)
    config = TSNEConfig(**{"iterations": 60, **values})
    return TSNERun(config, digits.pixels[:n], digits.labels[:n], checkpoint=checkpoint)


def test_reference_values_of_the_exercise(digits: Digits) -> None:
    frames = list(_run(digits, 1000, iterations=700).frames())
    start, end = frames[0], frames[-1]

    assert [frame.iteration for frame in frames] == list(range(701))
    assert start.agreement["sgd"] == start.agreement["adam"] == pytest.approx(0.1, abs=0.03)
    # Over ten seeds: SGD 0.504 to 0.552 and 0.37 to 0.45, Adam 0.323 to 0.339 and 0.63 to 0.69.
    assert 0.49 < end.kl_divergence["sgd"] < 0.57
    assert 0.35 < end.agreement["sgd"] < 0.47
    assert 0.29 < end.kl_divergence["adam"] < 0.35
    assert 0.62 < end.agreement["adam"] < 0.71
    assert start.perplexity is not None
    assert start.perplexity.median == pytest.approx(518, abs=5)


def test_a_good_map_with_perplexity_and_momentum(digits: Digits) -> None:
    optimizers = ("sgd:lr=300:momentum=0.9:nesterov", "adam:lr=2")
    run = _run(
        digits, 1000, iterations=400, affinity="perplexity", exaggeration=4.0,
        optimizers=optimizers,
    )  # fmt: skip
    frames = list(run.frames())

    for name in run.config.names:
        divergences = [frame.kl_divergence[name] for frame in frames]
        assert divergences[0] > 3
        assert divergences[-1] < 0.9
        # After the exaggeration it falls all the way.
        assert all(later < earlier for earlier, later in pairwise(divergences[100::50]))
        assert frames[0].trustworthiness[name] == pytest.approx(0.5, abs=0.03)
        assert frames[-1].trustworthiness[name] > 0.97
        assert frames[-1].agreement[name] > 0.8


def test_all_optimizers_start_from_the_same_seeded_place(digits: Digits) -> None:
    first = next(_run(digits, optimizers=ALL_KINDS[0], seed=5).frames())
    again = next(_run(digits, optimizers=("adam",), seed=5).frames())
    other = next(_run(digits, optimizers=("adam",), seed=6).frames())

    assert all(torch.equal(positions, again.positions[0]) for positions in first.positions)
    assert not torch.equal(again.positions, other.positions)
    assert float(first.positions[0].std()) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("optimizers", ALL_KINDS)
@pytest.mark.parametrize("affinity", ["sigma", "perplexity"])
def test_a_resumed_run_is_bit_for_bit_the_same(
    digits: Digits, optimizers: tuple[str, ...], affinity: str
) -> None:
    values: dict[str, Any] = {
        "n": 301, "iterations": 110, "optimizers": optimizers, "affinity": affinity,
        "exaggeration": 4.0, "exaggeration_iterations": 80,
    }  # fmt: skip
    whole = list(_run(digits, **values).frames())
    # Stopped at 73; what it left behind is from iteration 50, through a file.
    stopped = list(islice(_run(digits, **values).frames(), 74))
    left = next(frame.checkpoint() for frame in reversed(stopped) if frame.checkpoint() is not None)
    assert left is not None
    resumed = list(_run(digits, **values, checkpoint=load(save(dict(left)))).frames())

    assert [frame.iteration for frame in resumed] == list(range(51, 111))
    for expected, found in zip(whole[51:], resumed, strict=True):
        assert torch.equal(expected.positions, found.positions)
        assert expected.row() == found.row()
        assert expected.appended() == found.appended()


def test_exaggeration_lasts_as_many_steps_as_it_says(digits: Digits) -> None:
    run = _run(digits, iterations=12, exaggeration=4.0, exaggeration_iterations=10)
    frames = list(run.frames())
    find = ExactGradient(affinities(run.config, run.points, 0.0).joint)

    for iteration, factor in ((0, 4.0), (9, 4.0), (10, 1.0), (12, 1.0)):
        frame, gradient = frames[iteration], torch.empty(200, 2)
        find(frame.positions[0], gradient, factor)
        assert frame.gradient_norm["sgd"] == pytest.approx(float(gradient.norm()), rel=1e-4)
        if iteration < 12:
            step = frame.positions[0] - frames[iteration + 1].positions[0]
            torch.testing.assert_close(step, 10 * gradient, rtol=1e-3, atol=1e-5)


def test_more_iterations_after_the_end(digits: Digits) -> None:
    whole = list(_run(digits, iterations=90).frames())
    ended = list(_run(digits, iterations=70).frames())[-1]
    longer = list(_run(digits, iterations=90, checkpoint=ended.checkpoint()).frames())

    assert ended.progress == longer[-1].progress == 1
    assert [frame.iteration for frame in longer] == list(range(71, 91))
    assert [frame.number for frame in longer] == list(range(71, 91))
    assert torch.equal(longer[-1].positions, whole[-1].positions)
    assert list(_run(digits, iterations=70, checkpoint=ended.checkpoint()).frames()) == []


def test_a_run_can_be_continued_every_fifty_iterations_and_at_its_end(digits: Digits) -> None:
    frames = list(_run(digits, iterations=120).frames())

    can = [frame.iteration for frame in frames if frame.checkpoint() is not None]
    assert can == [0, 50, 100, 120]


def test_learning_rate_changes_at_the_next_iteration(digits: Digits) -> None:
    run = _run(digits, iterations=60)
    frames: list[Frame] = []
    for frame in run.frames():
        frames.append(frame)
        if frame.iteration == 20:
            run.set_learning_rate("sgd", 100.0)
    untouched = list(_run(digits, iterations=60).frames())

    assert frames[20].row()["learning_rate"] == {"sgd": 10, "adam": 0.1}
    assert frames[21].row()["learning_rate"] == {"sgd": 100, "adam": 0.1}
    assert torch.equal(frames[20].positions, untouched[20].positions)
    step = frames[21].positions[0] - frames[20].positions[0]
    usual = untouched[21].positions[0] - untouched[20].positions[0]
    torch.testing.assert_close(step, 10 * usual, rtol=1e-3, atol=1e-5)
    assert torch.equal(frames[60].positions[1], untouched[60].positions[1])

    # From the change on, so that whoever goes on does not take it back.
    assert [frame.iteration for frame in frames if frame.checkpoint()] == [0, 21, 50, 60]
    for frame in (frames[21], frames[50]):
        resumed = list(_run(digits, iterations=60, checkpoint=frame.checkpoint()).frames())
        assert resumed[-1].row() == frames[-1].row()


@pytest.mark.parametrize("rate", [0.0, -1.0, 200_000.0, math.nan, math.inf])
def test_a_bad_learning_rate_is_refused(digits: Digits, rate: float) -> None:
    run = _run(digits)
    with pytest.raises(ValueError, match="must be above 0 and at most 100,000"):
        run.set_learning_rate("sgd", rate)
    with pytest.raises(ValueError, match="lion is not an optimiser of this run; it has sgd, adam"):
        run.set_learning_rate("lion", 1.0)


def test_positions_on_disk(digits: Digits) -> None:
    frames = list(_run(digits, iterations=20).frames())

    content = b"".join(frame.appended()[FRAMES_FILE] for frame in frames)
    kept = np.frombuffer(content, np.float16).reshape(21, 2, 200, 2)
    for frame, stored in zip(frames, kept, strict=True):
        np.testing.assert_allclose(stored, frame.positions.numpy(), rtol=1e-3, atol=1e-6)
    assert [frame.tensors() for frame in frames[1:-1]] == [{}] * 19
    final = load(save(dict(frames[-1].tensors()[POSITIONS_FILE])))
    assert torch.equal(torch.stack([final["sgd"], final["adam"]]), frames[-1].positions)
    assert torch.equal(frames[0].tensors()["points.safetensors"]["labels"], digits.labels[:200])


def test_the_record_limit_thins_the_frames_out(digits: Digits) -> None:
    # A frame takes 2 x 200 x 2 x 2 bytes = 1.6 kB, so 61 of them 97.6 kB.
    frames = list(_run(digits, iterations=60, record_limit=0.04).frames())

    kept = [frame.iteration for frame in frames if frame.number is not None]
    assert kept == [*range(0, 60, 3), 60]
    assert [frame.number for frame in frames if frame.number is not None] == list(range(21))
    assert all(
        bool(frame.appended()[FRAMES_FILE]) == (frame.number is not None) for frame in frames
    )
    resumed = list(
        _run(digits, iterations=60, record_limit=0.04, checkpoint=frames[50].checkpoint()).frames()
    )
    assert [frame.iteration for frame in resumed if frame.number is not None] == [51, 54, 57, 60]
    assert next(frame.number for frame in resumed) == 17


def test_more_iterations_keep_to_the_record_limit(digits: Digits) -> None:
    frames = list(_run(digits, iterations=60, record_limit=0.04).frames())
    saved = {
        **(frames[-1].checkpoint() or {}),
        "stride": torch.tensor(3),
    }  # as earlier versions did
    longer = list(_run(digits, iterations=120, record_limit=0.04, checkpoint=saved).frames())

    assert [frame.iteration for frame in longer if frame.number is not None][:3] == [65, 70, 75]
    assert longer[4].number == 21
    assert sum(len(frame.appended()[FRAMES_FILE]) for frame in longer) < 40_000


def test_rows_are_json(digits: Digits) -> None:
    for frame in _run(digits, 20, iterations=3):
        row = json.loads(json.dumps(frame.row(), allow_nan=False))
        assert row["event"] == "frame"
        assert list(row["kl_divergence"]) == ["sgd", "adam"]


@pytest.mark.parametrize("n", [2, 3, 7, 11])
@pytest.mark.parametrize("optimizers", ALL_KINDS)
def test_few_points(digits: Digits, n: int, optimizers: tuple[str, ...]) -> None:
    _all_finite(list(_run(digits, n, optimizers=optimizers).frames()))


@pytest.mark.parametrize("affinity", ["sigma", "perplexity"])
@pytest.mark.parametrize("value", [0.0, 0.5])
def test_constant_images_and_coincident_points(affinity: str, value: float) -> None:
    config = TSNEConfig(iterations=60, affinity=affinity, perplexity=10.0)
    constant = torch.full((300, 784), value)
    half = torch.cat([constant[:150], torch.eye(784)[:150]])
    for points in (constant, half):
        _all_finite(list(TSNERun(config, points).frames()))


def test_a_wild_learning_rate_stays_finite(digits: Digits) -> None:
    wild = ("sgd:lr=10000:momentum=0.99", "adam:lr=10000", "rmsprop:lr=10000", "rprop:lr=10000")
    frames = list(_run(digits, optimizers=wild, exaggeration=50.0).frames())

    _all_finite(frames)
    assert np.isfinite(np.frombuffer(frames[-1].appended()[FRAMES_FILE], np.float16)).all()


def _all_finite(frames: list[Frame]) -> None:
    assert len(frames) == 61
    for frame in frames:
        assert torch.isfinite(frame.positions).all()
        measures = (
            *frame.kl_divergence.values(), *frame.gradient_norm.values(),
            *frame.agreement.values(), *frame.trustworthiness.values(),
        )  # fmt: skip
        assert all(map(math.isfinite, measures))


def test_too_few_points_are_explained(digits: Digits) -> None:
    with pytest.raises(ValueError, match=r"digits \(=1\) must be at least 2"):
        _run(digits, 1)
    with pytest.raises(ValueError, match=r"perplexity \(=30\) needs more than 90 digits, got 60"):
        _run(digits, 60, affinity="perplexity")
