"""Read labels from codes with a linear classifier: multinomial logistic regression."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor
from torch.nn.functional import one_hot

#: As many as every data set of the lab has.
_CLASSES = 10
# Where a fit ends, as in scikit-learn.
MAX_ITERATIONS = 100
#: The largest number of the gradient at the end.
TOLERANCE = 1e-4
_LEAST_PROGRESS = 64 * np.finfo(np.float64).eps
_MAX_LINE_SEARCH = 50
_BLOCK = 8192


@dataclass(frozen=True, kw_only=True, eq=False)
class Scaling:
    """Move and scale points before they are read, by one vector and by one number.

    `mean` is (D,). `unit` is the root of the mean variance of their D numbers, so that the penalty
    on the weights means the same for codes of every range. All numbers are divided by the same
    `unit`: a number that varies little counts little, as in distances.
    """

    mean: Tensor
    unit: float

    @classmethod
    def of(cls, points: Tensor) -> Self:
        """Return the scaling of points, (N, D); points that are all equal are not scaled."""
        # In float64, where the square of no float32 is too large; and by blocks, which are small.
        mean = points.mean(0, dtype=torch.float64)
        squares = sum(float((block - mean).square().sum()) for block in points.split(_BLOCK))
        return cls(mean=mean.to(points.dtype), unit=math.sqrt(squares / points.numel()) or 1.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearProbe:
    """A fitted classifier: a point belongs to the class with the largest of x @ weights + bias.

    `weights` are (D, classes) and `bias` (classes,), for points as they are, without scaling.
    """

    weights: Tensor
    bias: Tensor

    def accuracy(self, points: Tensor, labels: Tensor) -> float:
        """Return the share of points (N, D) whose label (N,) it reads correctly, 0 to 1."""
        read = torch.addmm(self.bias, points, self.weights).argmax(1)
        return float((read == labels).double().mean())


def no_pause() -> None:
    """Go on at once."""


def linear_probe(
    points: Tensor, labels: Tensor, scaling: Scaling, pause: Callable[[], None] = no_pause
) -> LinearProbe:
    """Fit a linear probe to labelled points by L-BFGS.

    It minimises the mean cross-entropy plus |W|² / (2N), W being the weights for scaled points.
    That is what scikit-learn's LogisticRegression minimises with its default, C = 1.

    Args:
        points: (N, D) float32.
        labels: (N,) int64, 0 to 9.
        scaling: That of all points of this kind, also of those that have no label here.
        pause: Called before each look at the points. It may let others have the processor, or
            raise to end the fit.

    Source: Alain and Bengio, Understanding intermediate layers using linear classifier probes,
        2016.
    """
    objective = _Objective(points, labels, scaling)

    def loss_and_gradient(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        pause()
        return objective(parameters.reshape(-1, _CLASSES))

    found = minimize(
        loss_and_gradient,
        np.zeros((points.shape[1] + 1) * _CLASSES),
        jac=True,
        method="L-BFGS-B",
        options={
            "maxiter": MAX_ITERATIONS,
            "gtol": TOLERANCE,
            "ftol": _LEAST_PROGRESS,
            "maxls": _MAX_LINE_SEARCH,
        },
    )
    weights, bias = objective.unscaled(found.x.reshape(-1, _CLASSES))
    return LinearProbe(weights=weights, bias=bias)


class _Objective:
    """The loss of a linear probe and its gradient, at parameters (D + 1, classes).

    The last row is the bias. The points are not scaled themselves: that would copy all pixels.
    """

    def __init__(self, points: Tensor, labels: Tensor, scaling: Scaling) -> None:
        self._points = points
        self._wanted = one_hot(labels, _CLASSES).to(points)
        self._scaling = scaling

    def __call__(self, parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        count = len(self._points)
        weights, bias = self.unscaled(parameters)
        logs = torch.addmm(bias, self._points, weights).log_softmax(1)
        loss = -float((logs * self._wanted).sum(1).double().mean())
        surplus = logs.exp_().sub_(self._wanted).div_(count)
        of_bias = surplus.sum(0)
        of_weights = self._points.T @ surplus - self._scaling.mean[:, None] * of_bias
        gradient = torch.cat([of_weights / self._scaling.unit, of_bias[None]]).double().numpy()
        loss += float(np.square(parameters[:-1]).sum()) / (2 * count)
        gradient[:-1] += parameters[:-1] / count
        return loss, gradient.ravel()

    def unscaled(self, parameters: NDArray[np.float64]) -> tuple[Tensor, Tensor]:
        """Return weights (D, classes) and bias (classes,) for points as they are."""
        scaled = torch.from_numpy(parameters).to(self._points)
        weights = scaled[:-1] / self._scaling.unit
        return weights, scaled[-1] - self._scaling.mean @ weights
