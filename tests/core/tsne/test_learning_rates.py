"""Learning rates that visitors request while a t-SNE run computes."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
import torch

from core.runs.control import RunControl
from core.runs.rights import local_user
from core.runs.state import RunError
from core.tsne.config import TSNEConfig
from core.tsne.learning_rates import request_learning_rate
from core.tsne.run import TSNERun


@pytest.fixture
def control(tmp_path: Path) -> RunControl:
    return RunControl(tmp_path, "")


@pytest.mark.usefixtures("one_thread")
def test_a_run_takes_over_a_requested_rate_once(control: RunControl) -> None:
    points = torch.rand(20, 5, generator=torch.Generator().manual_seed(2))
    run = TSNERun(TSNEConfig(iterations=6), points)
    request_learning_rate(control, "sgd", 50.0, local_user())
    request_learning_rate(control, "another run's", 70.0, local_user())
    rates: list[float] = []
    for frame in islice(run.frames(), 6):
        rates.append(frame.learning_rate["sgd"])
        run.obey(control)
        if frame.iteration == 2:
            run.set_learning_rate("sgd", 20.0)
    # The request is still in force, but it has been obeyed before the other change.
    assert rates == [10.0, 50.0, 50.0, 20.0, 20.0, 20.0]


def test_a_rate_that_no_optimizer_can_take_is_not_requested(control: RunControl) -> None:
    with pytest.raises(RunError, match=r"; the old one stays\.$"):
        request_learning_rate(control, "sgd", -1.0, local_user())
    assert not list(control.folder.iterdir())
