from typing import Any

import numpy as np
import pytest
import torch
from openTSNE.tsne import gradient_descent
from torch import Tensor

from core.tsne.gains import LONGEST_STEP, GradientDescentWithGains


def _pull(positions: Tensor) -> Tensor:
    """A gradient that turns now and then, unlike in its two coordinates."""
    return torch.sin(positions * 1.7) + positions * torch.tensor([0.4, -0.1])


@pytest.mark.parametrize(("rate", "momentum"), [(0.5, 0.5), (1.5, 0.8), (40.0, 0.8)])
def test_the_trajectory_is_that_of_open_tsne(rate: float, momentum: float) -> None:
    start = torch.randn(60, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    ours = start.clone()
    optimizer = GradientDescentWithGains([ours], rate, momentum)
    theirs = start.numpy().copy()
    reference = gradient_descent()

    def objective(embedding: np.ndarray, *_: object, **__: object) -> tuple[float, np.ndarray]:
        return 0.0, _pull(torch.from_numpy(np.asarray(embedding))).numpy()

    for _ in range(40):
        ours.grad = _pull(ours)
        optimizer.step()
        rates: dict[str, Any] = {"learning_rate": rate, "momentum": momentum}
        reference(theirs, None, 1, objective, **rates)
        torch.testing.assert_close(ours, torch.from_numpy(theirs), rtol=1e-6, atol=1e-6)


def test_no_point_moves_further_than_the_longest_step() -> None:
    positions = torch.randn(30, 2, generator=torch.Generator().manual_seed(1))
    positions -= positions.mean(0)
    before = positions.clone()
    positions.grad = torch.full_like(positions, 3.0)
    positions.grad[::2] *= -1
    GradientDescentWithGains([positions], 1000.0, 0.8).step()

    assert float((positions - before).norm(dim=1).max()) == pytest.approx(LONGEST_STEP, rel=1e-5)
    assert float(positions.mean(0).abs().max()) < 1e-6
