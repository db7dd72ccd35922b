"""The optimiser that t-SNE came with, as a PyTorch optimiser."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

#: Added to the gain of a coordinate whose step keeps its direction.
GAIN = 0.2
#: What the gain is multiplied by where the step turns.
LOSS = 0.8
#: Added then, so that no gain vanishes.
LEAST_GAIN = 0.01
#: No point moves further in one step.
LONGEST_STEP = 5.0


class GradientDescentWithGains(torch.optim.Optimizer):
    """Gradient descent with momentum and a gain for each coordinate: the delta-bar-delta rule.

    The gain grows while the gradient keeps its sign and shrinks when it changes. No point moves by
    more than `LONGEST_STEP`, and the map stays centred. Parameters are maps, (N, 2).

    Source: van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 2008, section 3.4, after
    Jacobs, Increased rates of convergence through learning rate adaptation, 1988; the details are
    openTSNE's.
    """

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Move every map against its gradient."""
        loss = None if closure is None else closure()
        for group in self.param_groups:
            for positions in group["params"]:
                if positions.grad is not None:
                    self._move(positions, positions.grad, group["lr"], group["momentum"])
        return loss

    def _move(self, positions: Tensor, gradient: Tensor, lr: float, momentum: float) -> None:
        state: dict[str, Any] = self.state[positions]
        if not state:
            state["step"] = torch.zeros_like(positions)
            state["gains"] = torch.ones_like(positions)
        step, gains = state["step"], state["gains"]
        onward = step.sign() != gradient.sign()  # the last step was against its gradient, too
        gains.copy_(torch.where(onward, gains + GAIN, gains * LOSS + LEAST_GAIN))
        step.mul_(momentum).addcmul_(gains, gradient, value=-lr)
        lengths = torch.linalg.vector_norm(step, dim=1, keepdim=True)
        step.mul_((LONGEST_STEP / lengths).clamp_max_(1))
        positions.add_(step)
        positions.sub_(positions.mean(0))
