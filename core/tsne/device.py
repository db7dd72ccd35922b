"""The devices that compute a t-SNE run: the processor, or a GPU that PyTorch can use."""

from __future__ import annotations

import torch

CPU, CUDA, AUTO = "cpu", "cuda", "auto"
DEVICES = (CPU, CUDA)


def available_devices() -> tuple[str, ...]:
    """Return this computer's devices by the names that a config gives them, the processor first."""
    return DEVICES if torch.cuda.is_available() else (CPU,)


def compute_device(name: str) -> torch.device:
    """Return the device of this name.

    Raises:
        ValueError: there is no such device here.
    """
    if name not in available_devices():
        raise ValueError(
            f"device (={name}) needs a GPU that PyTorch can use, and there is none here; use cpu."
        )
    return torch.device(name)


def chosen_device(device: str) -> str:
    """Resolve `auto` to `cuda` if a GPU is available, else to `cpu`; keep any other device.

    A config says where its run is computed, here and elsewhere, so it never says `auto`.

    Raises:
        ValueError: there is no such device.
    """
    if device == AUTO:
        return available_devices()[-1]
    if device not in DEVICES:
        raise ValueError(f"device (={device}) must be one of: {', '.join((*DEVICES, AUTO))}.")
    return device
