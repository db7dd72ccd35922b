"""Damage done to digits: how much of them each kind hits."""

from __future__ import annotations

import pytest
import torch

from core.noise import NOISES, gaussian, missing_block, salt_and_pepper
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
