"""Refuse a model whose weights are finite, but so large that what it computes is not."""

from __future__ import annotations

from pathlib import Path

import torch

from core.runs.tensor_files import damaged, is_finite
from models import PIXELS, Model

#: A blank picture, and one as grey as the mean of all digits.
_PROBE = torch.tensor([0.0, 0.13])[:, None].expand(2, PIXELS)


@torch.inference_mode()
def check_output(model: Model, path: Path, way_out: str) -> None:
    """Check that the model computes finite numbers; `path` is the file of its weights.

    Raises:
        RunError: it does not.
    """
    if not is_finite(model.loss_terms(_PROBE, torch.Generator())):
        reason = "its weights are so large that the model computes NaN or infinite numbers"
        raise damaged(path, reason, way_out)
