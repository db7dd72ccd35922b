"""ROC curves: against scikit-learn, with ties, and at their ends."""

from __future__ import annotations

import pytest
import torch
from sklearn.metrics import roc_auc_score, roc_curve
from torch import Tensor

from core.analysis.roc import RocCurve


def _scores(ties: bool) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(4)
    known = torch.randn(300, generator=generator)
    new = 0.8 + torch.randn(200, generator=generator)
    return (known.round(), new.round()) if ties else (known, new)


@pytest.mark.parametrize("ties", [False, True])
def test_equals_scikit_learn(ties: bool) -> None:
    known, new = _scores(ties)
    curve = RocCurve.of(known, new)
    labels = [0] * len(known) + [1] * len(new)
    false, true, _ = roc_curve(labels, torch.cat([known, new]), drop_intermediate=False)
    assert curve.false_positives.tolist() == pytest.approx(false)
    assert curve.true_positives.tolist() == pytest.approx(true)
    assert curve.area == pytest.approx(roc_auc_score(labels, torch.cat([known, new])))


def test_is_the_share_of_pairs_in_which_the_new_one_is_higher() -> None:
    known, new = _scores(ties=True)
    pairs = new[:, None] - known[None]
    expected = (pairs > 0).double().mean() + 0.5 * (pairs == 0).double().mean()
    assert RocCurve.of(known, new).area == pytest.approx(float(expected))


def test_what_is_noticed_with_few_false_alarms() -> None:
    curve = RocCurve.of(torch.tensor([0.0, 1.0, 2.0, 3.0]), torch.tensor([2.5, 3.5, 4.0, 0.5]))
    assert curve.noticed(0.0) == 0.5  # above 3
    assert curve.noticed(0.24) == 0.5
    assert curve.noticed(0.25) == 0.75  # above 2
    assert curve.noticed(1.0) == 1.0


def test_equal_scores_are_a_guess() -> None:
    assert RocCurve.of(torch.ones(5), torch.ones(3)).area == 0.5


@pytest.mark.parametrize(
    ("known", "new"),
    [
        (torch.zeros(0), torch.zeros(3)),
        (torch.zeros(3), torch.zeros(0)),
        (torch.tensor([float("nan")]), torch.zeros(1)),
    ],
)
def test_scores_that_say_nothing(known: Tensor, new: Tensor) -> None:
    with pytest.raises(ValueError, match="must be there and finite; choose an epoch"):
        RocCurve.of(known, new)
