"""Look into a trained model: pure functions of a model and of pictures or codes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.analysis.pca import PCA
from models import Model
from models.vae import gaussian_kl
from models.variational import Variational

#: This many digits go through a model at once: the hidden layers of 60,000 would take gigabytes.
_CHUNK = 2000


@torch.inference_mode()
def encode(model: Model, pixels: Tensor) -> Tensor:
    """Return the codes of digits (N, 784): (N, latent_dim)."""
    return torch.cat([model.encode(x) for x in pixels.split(_CHUNK)])


@torch.inference_mode()
def decode(model: Model, codes: Tensor) -> Tensor:
    """Return the pictures of codes (N, latent_dim): (N, 784) in [0, 1]."""
    return model.decode(codes)


@torch.inference_mode()
def reconstruct(model: Model, pixels: Tensor) -> Tensor:
    """Pass digits (N, 784) through the code and back: (N, 784) in [0, 1]."""
    return model(pixels)


@torch.inference_mode()
def reconstruction_errors(model: Model, pixels: Tensor) -> Tensor:
    """Return the mean squared error per pixel of each digit's reconstruction, (N,)."""
    return torch.cat([(model(x) - x).square().mean(dim=1) for x in pixels.split(_CHUNK)])


@torch.inference_mode()
def unit_responses(model: Model, base: Tensor, highest: Tensor) -> Tensor:
    """Return what each code unit adds to the picture of `base`; both codes are (latent_dim,).

    Returns:
        (latent_dim, 784) in [-1, 1]: the picture with the unit at `highest` minus that at zero.
    """
    low = base.expand(len(base), -1).clone().fill_diagonal_(0)
    high = low + torch.diag(highest)
    return model.decode(high) - model.decode(low)


def first_layer_weights(model: Model) -> Tensor:
    """Return the weights into each unit of the first layer, as pictures (units, 784)."""
    first = next(layer for layer in model.modules() if isinstance(layer, nn.Linear))
    return first.weight.detach()


def interpolate(first: Tensor, second: Tensor, steps: int, *, spherical: bool = False) -> Tensor:
    """Return codes from `first` to `second`, both (latent_dim,), ends included: (steps, …).

    Spherical interpolation turns the direction at an even pace and changes the length evenly; where
    a code is zero, or the two are parallel, it is the straight line.
    Source: Shoemake (1985), "Animating rotation with quaternion curves".
    """
    t = torch.linspace(0, 1, steps, dtype=first.dtype)[:, None]
    straight = (1 - t) * first + t * second
    if not spherical:
        return straight
    lengths = first.norm(), second.norm()
    if min(lengths) < 1e-8:
        return straight
    a, b = first / lengths[0], second / lengths[1]
    angle = torch.arccos((a @ b).clamp(-1, 1))
    if torch.sin(angle) < 1e-4:
        return straight
    turn = (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / torch.sin(angle)
    return turn * ((1 - t) * lengths[0] + t * lengths[1])


def traverse(code: Tensor, dimension: int, values: Tensor) -> Tensor:
    """Copy `code` (latent_dim,) with one dimension at each of `values`: (len(values), …)."""
    codes = code.expand(len(values), -1).clone()
    codes[:, dimension] = values
    return codes


def random_codes(count: int, latent_dim: int, temperature: float, seed: int) -> Tensor:
    """Draw codes from the prior, N(0, temperature²) in every dimension: (count, latent_dim).

    The first dimensions are the same numbers whatever `latent_dim` is.
    """
    generator = torch.Generator().manual_seed(seed)
    # One draw a dimension, not one a code, so that models of other sizes share their numbers.
    columns = [torch.randn(count, generator=generator) for _ in range(latent_dim)]
    return temperature * torch.stack(columns, dim=1)


@torch.inference_mode()
def kl_per_dimension(model: Variational, pixels: Tensor) -> Tensor:
    """Return the mean KL to the prior of each dimension over digits, in nats: (latent_dim,)."""
    return gaussian_kl(*model.posterior(pixels)).mean(dim=0)


def flat_plane(codes: Tensor) -> tuple[Tensor, Tensor]:
    """Return the plane itself for two-dimensional codes, else their `principal_plane`."""
    if codes.shape[1] == 2:
        return torch.zeros(2), torch.eye(2)
    return principal_plane(codes)


def principal_plane(codes: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean of codes (N, latent_dim), and the two unit directions (2, latent_dim) in
    which they vary most."""
    pca = PCA.fit(codes)
    return pca.mean, pca.directions[:, :2].T.contiguous()


def plane_share(codes: Tensor, axes: Tensor) -> float:
    """Return the share of the variance of codes (N, latent_dim) that a plane shows, 0 to 1.

    `axes` are its two orthogonal unit directions, (2, latent_dim).
    """
    centred = codes - codes.mean(dim=0)
    total = float(centred.square().sum())
    return float((centred @ axes.T).square().sum()) / total if total else 1.0


def code_similarity(codes: Tensor, others: Tensor) -> float:
    """Return the correlation of two sets of codes (N, latent_dim) of the same digits, -1 to 1.

    The mean over the digits is subtracted from each number of the code first, so that only the
    differences between digits count. The result is 0 if one set does not vary at all.
    """
    return _cosine(codes - codes.mean(dim=0), others - others.mean(dim=0))


def weight_similarity(weights: Tensor, others: Tensor) -> float:
    """Return the correlation of two sets of weights of the same shape, -1 to 1."""
    return _cosine(weights - weights.mean(), others - others.mean())


def typical_digits(pixels: Tensor, labels: Tensor) -> Tensor:
    """Return the index of the most typical digit of each class in `labels`, in ascending order.

    It is the one nearest to the mean picture of its class; `pixels` are (N, 784), `labels` (N,).
    """
    found: list[Tensor] = []
    for label in labels.unique(sorted=True):
        members = (labels == label).nonzero()[:, 0]
        own = pixels[members]
        found.append(members[(own - own.mean(dim=0)).square().sum(dim=1).argmin()])
    return torch.stack(found)


def _cosine(first: Tensor, second: Tensor) -> float:
    norms = float(first.norm() * second.norm())
    return float((first * second).sum()) / norms if norms else 0.0
