"""Minimise one row of the t-SNE problem: find a new point's place while all others stay."""

from __future__ import annotations

import torch
from torch import Tensor

from core.analysis.distances import squared_distances_to
from core.tsne.affinities import search_bandwidths
from core.tsne.config import TSNEConfig

#: The places of this many most similar digits are candidates for the start of a descent.
_SIMILAR = 100
#: So are the crossings of a grid over the map with this many lines each way.
_LINES = 20
#: A descent starts at this many of the best candidates.
_STARTS = 4
#: It takes at most this many steps.
_STEPS = 60
#: It ends when all steps are shorter than this, in units of the map, in which the kernel
#: 1 / (1 + d²) is about one wide.
_STEP_TOLERANCE = 1e-6
#: How far beyond the map's bounding box a digit may land, as a share of its longer side.
_MARGIN = 0.05


def affinities_towards(points: Tensor, new: Tensor, config: TSNEConfig) -> Tensor:
    """Return p_j|i of each new point over the points of the map: (M, N), each row with sum 1."""
    distances = squared_distances_to(points, new)
    if config.affinity == "perplexity":
        search_bandwidths(distances, len(points), config.perplexity)
        return distances
    return torch.softmax(distances.mul_(-0.5 / config.sigma), dim=1)


def best_places(p: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return the places where KL(p_.|i || q_.|i) is least, (M, 2), and its values in nats, (M,).

    `p` is (M, N), float64, each row with sum 1; `targets`, (N, 2), are the places of the others.
    Newton's method starts from the best few of many places.
    """
    return _descend(p, targets, _starts(p, targets))


def row_divergences(p: Tensor, places: Tensor, targets: Tensor) -> Tensor:
    """Return KL(p_.|i || q_.|i) in nats, (M,), of points at `places`, (M, 2)."""
    return _divergence(p[:, None], *_offsets(places[:, None], targets))[:, 0]


def _starts(p: Tensor, targets: Tensor) -> Tensor:
    """Return the best places to begin at, (M, S, 2): at similar digits, or on a grid of the map."""
    similar = targets[p.topk(min(_SIMILAR, len(targets)), dim=1).indices]
    lines = (torch.linspace(low, high, _LINES) for low, high in zip(*_box(targets), strict=True))
    grid = torch.cartesian_prod(*lines).to(targets)
    candidates = torch.cat([similar, grid.expand(len(p), -1, -1)], dim=1)
    squared = torch.cdist(grid, targets).square()
    on_grid = p @ squared.log1p().T + (1 / (1 + squared)).sum(1).log()
    on_grid -= torch.special.entr(p).sum(1, keepdim=True)
    divergences = torch.cat([_divergence(p[:, None], *_offsets(similar, targets)), on_grid], dim=1)
    best = divergences.argsort(dim=1)[:, :_STARTS]
    return candidates.gather(1, best[:, :, None].expand(-1, -1, 2))


def _box(targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return the lower and the upper corner, (2,), of the map's bounding box with its margin."""
    low, high = targets.amin(0), targets.amax(0)
    margin = _MARGIN * (high - low).max()
    return low - margin, high + margin


def _descend(p: Tensor, targets: Tensor, starts: Tensor) -> tuple[Tensor, Tensor]:
    """Return the best places reached from the starts, (M, 2), and the KL divergences there, (M,).

    Newton's method takes the curvatures' absolute values, so that it leaves saddles, and a damping
    that grows until a step lowers the divergence.
    """
    p, y = p[:, None], starts
    low, high = _box(targets)
    offsets = _offsets(y, targets)
    lowest = _divergence(p, *offsets)
    damping = torch.full_like(lowest, 1e-2)
    for _ in range(_STEPS):
        gradient, hessian = _derivatives(p, *offsets)
        curvatures, axes = torch.linalg.eigh(hessian)
        along = (axes.mT @ gradient[..., None]) / (curvatures.abs() + damping[..., None])[..., None]
        # Far away the divergence falls off so slowly that an odd digit would never come to rest.
        tried = (y - (axes @ along)[..., 0]).clamp(low, high)
        found = _divergence(p, *_offsets(tried, targets))
        better = found < lowest
        at_rest = bool(((tried - y).abs() < _STEP_TOLERANCE).all())
        y = torch.where(better[..., None], tried, y)
        lowest = torch.where(better, found, lowest)
        damping = torch.where(better, damping / 4, damping * 4).clamp_(1e-9, 1e9)
        if at_rest:
            break
        offsets = _offsets(y, targets)
    best = lowest.argmin(dim=1, keepdim=True)
    return y.gather(1, best[:, :, None].expand(-1, -1, 2))[:, 0], lowest.gather(1, best)[:, 0]


def _offsets(y: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return the offsets from all targets (N, 2) to places (M, S, 2) in x and y: (M, S, N) each."""
    return y[..., :1] - targets[:, 0], y[..., 1:] - targets[:, 1]


def _divergence(p: Tensor, dx: Tensor, dy: Tensor) -> Tensor:
    """Return KL(p || q) in nats, (M, S); p is (M, 1, N)."""
    squared = dx.square().addcmul_(dy, dy)
    attraction = (p * squared.log1p()).sum(-1)
    return attraction + (1 / (1 + squared)).sum(-1).log() - torch.special.entr(p).sum(-1)


def _derivatives(p: Tensor, dx: Tensor, dy: Tensor) -> tuple[Tensor, Tensor]:
    """Return the gradient of the divergence, (M, S, 2), and its Hessian, (M, S, 2, 2)."""
    w = 1 / (1 + dx.square().addcmul_(dy, dy))
    q = w / w.sum(-1, keepdim=True)
    pull, push = (p - q) * w, q * w
    bend = (8 * q - 4 * p) * w.square()
    gradient = torch.stack([2 * (pull * d).sum(-1) for d in (dx, dy)], dim=-1)
    repulsion = torch.stack([2 * (push * d).sum(-1) for d in (dx, dy)], dim=-1)
    xx, xy, yy = ((bend * a * b).sum(-1) for a, b in ((dx, dx), (dx, dy), (dy, dy)))
    second = torch.stack([xx, xy, xy, yy], dim=-1).unflatten(-1, (2, 2))
    second = second + torch.diag_embed((2 * pull.sum(-1))[..., None].expand(*pull.shape[:-1], 2))
    return gradient, second - repulsion[..., :, None] * repulsion[..., None, :]
