"""How many neighbours on a map are neighbours in the data."""

from __future__ import annotations

import pytest
import torch

from core.tsne.kept_neighbours import ASKED, kept_sentence, shares_kept


def test_a_faithful_map_keeps_all_and_a_shuffled_one_what_chance_gives() -> None:
    points = torch.rand(500, 2, generator=torch.Generator().manual_seed(1))
    faithful = 3 * points + 1
    shuffled = points[torch.randperm(500, generator=torch.Generator().manual_seed(2))]
    lost = points.clone()
    lost[3] = torch.nan
    first, second, third = shares_kept(points, torch.stack([faithful, shuffled, lost]))
    assert first == 1
    assert second == pytest.approx(100 / 499, abs=0.03)
    assert third is None


def test_many_digits_are_asked_evenly_and_few_not_at_all() -> None:
    points = torch.rand(3 * ASKED, 2, generator=torch.Generator().manual_seed(1))
    half = points.clone()
    half[1500:] = torch.rand(1500, 2, generator=torch.Generator().manual_seed(2))
    (share,) = shares_kept(points, half[None])
    assert share is not None
    assert 0.1 < share < 0.6
    assert shares_kept(points[:150], points[None, :150]) == [None]


def test_the_sentence_names_the_maps_that_are_known() -> None:
    assert kept_sentence(["SGD", "Adam", "Rprop"], [0.456, None, 0.9]) == (
        "Of a digit's 5 nearest neighbours on the last map, 46 % (SGD) and 90 % (Rprop) are among "
        "its 100 nearest in the data."
    )
    assert kept_sentence(["SGD"], [None]) == ""
