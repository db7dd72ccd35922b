"""What is called unusual, against counting by hand and against things that are no digits."""

import math
import string

import pytest
import torch
from torch import Tensor

from bench.novelty import printed, scribbles
from core.analysis.latent import encode, reconstruction_errors
from core.analysis.novelty import Novelty, NoveltyReference
from core.data.digits import load_digits
from core.runs.store import RunStore
from core.training.record import load_model
from models import Model

REAL = 2000


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(RunStore().get("compression"), 50)


@pytest.fixture(scope="module")
def reference(model: Model) -> NoveltyReference:
    """From every fifth test digit and every third training digit."""
    test = load_digits("test").pixels[::5]
    assert len(test) == REAL
    known = encode(model, load_digits("train").pixels[::3])
    return NoveltyReference.of(reconstruction_errors(model, test), encode(model, test), known)


def _judge(model: Model, reference: NoveltyReference, pixels: Tensor) -> list[Novelty]:
    return reference.judge(reconstruction_errors(model, pixels), encode(model, pixels))


def _share(found: list[Novelty], *levels: str) -> float:
    return sum(each.level in levels for each in found) / len(found)


def test_percentiles_are_counted() -> None:
    generator = torch.Generator().manual_seed(0)
    known = torch.rand(40, 3, generator=generator)
    errors, codes = torch.rand(50, generator=generator), torch.rand(50, 3, generator=generator)
    new_errors, new_codes = torch.rand(9, generator=generator) * 1.2, torch.rand(9, 3) * 1.5

    def distance(code: Tensor) -> float:
        return sum(sorted(math.dist(code.tolist(), other.tolist()) for other in known)[:5]) / 5

    def below(values: list[float], value: float) -> float:
        return sum(other < value for other in values) / len(values)

    of_errors, of_distances = errors.tolist(), [distance(code) for code in codes]
    own = [
        max(below(of_errors, error), below(of_distances, far))
        for error, far in zip(of_errors, of_distances, strict=True)
    ]

    found = NoveltyReference.of(errors, codes, known).judge(new_errors, new_codes)

    for each, error, code in zip(found, new_errors.tolist(), new_codes, strict=True):
        by_error, by_distance = below(of_errors, error), below(of_distances, distance(code))
        assert each.error == pytest.approx(error)
        assert each.distance == pytest.approx(distance(code), rel=1e-5)
        assert each.error_percentile == pytest.approx(by_error)
        assert each.distance_percentile == pytest.approx(by_distance)
        assert each.percentile == pytest.approx(below(own, max(by_error, by_distance)))


def test_real_digits_are_called_unlike_as_rarely_as_promised(
    model: Model, reference: NoveltyReference
) -> None:
    others = load_digits("test").pixels[1::5]

    found = _judge(model, reference, others)

    # Three standard deviations of a share of 2,000.
    assert _share(found, "unlike") == pytest.approx(0.01, abs=0.007)
    assert _share(found, "unlike", "unusual") == pytest.approx(0.05, abs=0.015)


def test_noise_and_inverted_digits_are_no_digits(model: Model, reference: NoveltyReference) -> None:
    digits = load_digits("test").pixels[:100]
    noise = torch.rand(100, 784, generator=torch.Generator().manual_seed(0))

    for pictures in (noise, (noise < 0.2).float(), 1 - digits, torch.ones(1, 784)):
        assert _share(_judge(model, reference, pictures), "unlike") == 1


def test_an_empty_picture_is_no_digit_though_it_is_rebuilt_well(
    model: Model, reference: NoveltyReference
) -> None:
    (found,) = _judge(model, reference, torch.zeros(1, 784))

    assert found.error_percentile < 0.9
    assert found.level == "unlike"


def test_most_letters_and_scribbles_are_at_least_unusual(
    model: Model, reference: NoveltyReference
) -> None:
    letters = _judge(model, reference, printed(string.ascii_letters, 2))
    lines = _judge(model, reference, scribbles(5, 60))
    numbers = _judge(model, reference, printed(string.digits, 2))

    assert _share(letters, "unlike", "unusual") > 0.45
    assert _share(lines, "unlike", "unusual") > 0.6
    assert _share(numbers, "unlike", "unusual") <= 0.1


def test_the_distance_finds_turned_digits_that_the_error_misses(
    model: Model, reference: NoveltyReference
) -> None:
    images = load_digits("test").pixels[:300].view(-1, 28, 28)

    found = _judge(model, reference, images.rot90(1, (1, 2)).reshape(-1, 784))

    by_error = sum(each.error_percentile >= 0.99 for each in found) / len(found)
    assert _share(found, "unlike") > 1.5 * by_error


@pytest.mark.parametrize(
    ("percentile", "level", "words"),
    [
        (0.0, "usual", "Typical: 100 % of"),
        (0.0001, "usual", "Typical: more than 99 % of"),
        (0.38, "usual", "Typical: 62 % of"),
        (0.9499, "usual", "Typical: 5 % of"),
        (0.95, "unusual", "Unusual: only 5 % of"),
        (0.99, "unlike", "Perhaps not a digit: only 1 % of"),
        (0.9992, "unlike", "Perhaps not a digit: only 0.08 % of"),
        (1.0, "unlike", "Perhaps not a digit: no test digit is more unusual."),
    ],
)
def test_the_level_in_words(percentile: float, level: str, words: str) -> None:
    found = Novelty(
        error=0.01,
        error_percentile=0.5,
        distance=0.3,
        distance_percentile=0.5,
        percentile=percentile,
    )

    assert found.level == level
    assert found.sentence.startswith(words)


def test_a_diverged_model_knows_nothing() -> None:
    with pytest.raises(ValueError, match="choose an epoch"):
        NoveltyReference.of(torch.tensor([0.1, math.nan]), torch.zeros(2, 3), torch.zeros(9, 3))
