"""Damage done to digits: how much of them each kind hits."""

from __future__ import annotations

import pytest
import torch

from core.data.noise import NOISES, gaussian, missing_block, region_errors, salt_and_pepper
from models import PIXELS


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("name", list(NOISES))
@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
def test_range_shape_and_repeatability(name: str, strength: float) -> None:
    clean = torch.rand(20, PIXELS, generator=_generator())
    noisy = NOISES[name](clean, strength, _generator())
    assert noisy.shape == clean.shape
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert torch.equal(noisy, NOISES[name](clean, strength, _generator()))
    assert torch.equal(noisy, clean) == (strength == 0)


def test_gaussian_spread() -> None:
    grey = torch.full((200, PIXELS), 0.5)
    assert float((gaussian(grey, 0.1, _generator()) - grey).std()) == pytest.approx(0.1, rel=0.02)


def test_salt_and_pepper_hits_the_asked_share() -> None:
    noisy = salt_and_pepper(torch.full((200, PIXELS), 0.5), 0.3, _generator())
    assert float((noisy == 0).float().mean()) == pytest.approx(0.15, abs=0.01)
    assert float((noisy == 1).float().mean()) == pytest.approx(0.15, abs=0.01)


@pytest.mark.parametrize("strength", [0.05, 0.25, 1.0])
def test_a_block_is_one_square_of_the_asked_area(strength: float) -> None:
    noisy = missing_block(torch.ones(50, PIXELS), strength, _generator())
    for picture in noisy.reshape(50, 28, 28) == 0:
        rows, columns = picture.any(1).nonzero(), picture.any(0).nonzero()
        height = int(rows.max() - rows.min()) + 1
        width = int(columns.max() - columns.min()) + 1
        assert height == width == round(28 * strength**0.5)
        assert int(picture.sum()) == height * width


def test_ink_and_background_add_up_to_the_whole_error() -> None:
    clean = torch.zeros(2, PIXELS)
    clean[0, :100], clean[1, :50] = 0.9, 0.001  # also faint grey is ink
    pictures = clean.clone()
    pictures[0, :100] += 0.1
    pictures[:, 700:] += 0.5
    found = region_errors(pictures, clean)
    assert found.ink == pytest.approx(100 * 0.01 / 150, rel=1e-4)
    assert found.background == pytest.approx(168 * 0.25 / (2 * PIXELS - 150), rel=1e-4)
    share = 150 / (2 * PIXELS)
    whole = share * found.ink + (1 - share) * found.background
    assert found.all == pytest.approx(whole, rel=1e-4)


def test_a_region_without_pixels_has_no_error() -> None:
    black, white = torch.zeros(1, PIXELS), torch.ones(1, PIXELS)
    assert region_errors(white, black).ink == 0
    assert region_errors(black, white).background == 0
    assert region_errors(white, black).background == 1
