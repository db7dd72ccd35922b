"""Place a new digit in a finished t-SNE map, while every other digit stays where it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.analysis.neighbours import nearest
from core.data.digits import Digits, digits_at
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.tsne.affinities import check_perplexity
from core.tsne.config import TSNEConfig
from core.tsne.placement_search import affinities_towards, best_places
from core.tsne.points import FROM_NOISE, points_of
from core.tsne.recording import final_positions, load_recording, tsne_config

#: This many new digits are placed at a time; with a map of 5,000 the largest tensor takes 32 MB.
_CHUNK = 8
#: A map of more digits takes no new ones: each would be compared with all of them in float64.
MAX_POINTS = 10_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Placement:
    """Where M new points land in a map of N, and next to what.

    `positions` is (M, 2); `kl_divergence`, (M,), is that of each point's own row in nats: high
    where no place of the map suits it. `neighbours`, (M, k), are the points nearest on the map, and
    `alike` those nearest in the space that was mapped, with the affinities p_j|i towards them in
    `affinities`; both hold indices into the map's points, nearest first.
    """

    positions: Tensor
    kl_divergence: Tensor
    neighbours: Tensor
    alike: Tensor
    affinities: Tensor


@dataclass(frozen=True, kw_only=True, eq=False)
class RunMap:
    """One optimizer's map of a t-SNE run as it stands now, into which digits can be placed.

    `points` is (N, D): what is mapped, pixels or codes; `positions` is (N, 2); `labels` and
    `indices`, (N,), say which training digits they are.
    """

    config: TSNEConfig
    points: Tensor
    positions: Tensor
    labels: Tensor
    indices: Tensor
    store: RunStore

    def place(self, pixels: Tensor, k: int = 10) -> Placement:
        """Place digits (M, 784), encoded first if the map is one of codes.

        Raises:
            RunError: the run whose model encodes is no longer here, or damaged.
            ValueError: the pixels are not float32 (M, 784), or k is above N.
        """
        unlabelled = torch.zeros(len(pixels), dtype=torch.int64)
        new = points_of(self.config, Digits(pixels, unlabelled, "new digits"), self.store)
        return place(self.points, self.positions, new, self.config, k)


def load_map(record: RunRecord, optimizer: str, store: RunStore | None = None) -> RunMap:
    """Return an optimizer's map, ready for `RunMap.place`; keep it to place many digits.

    `optimizer` is a short name such as `adam`; `store` has the run that codes come from.

    Raises:
        RunError: the run has no such map, maps noise, or has diverged; or something that it needs
            is missing or damaged.
    """
    config, store = tsne_config(record), store or RunStore()
    if optimizer not in config.names:
        raise RunError(
            f"{optimizer} is not an optimiser of run {record.id}; it has {', '.join(config.names)}."
        )
    if config.source == FROM_NOISE:
        raise RunError(
            f"Run {record.id} maps noise (source {FROM_NOISE!r}), where no digit belongs; choose a "
            "run of pixels or codes."
        )
    recording = load_recording(record, frames=2)
    if len(recording.labels) > MAX_POINTS:
        raise RunError(
            f"Run {record.id} maps {len(recording.labels):,} digits, and a new digit is placed "
            f"among at most {MAX_POINTS:,}; choose a smaller run."
        )
    number = recording.names.index(optimizer)
    final = final_positions(record, recording)[number]
    positions, indices = torch.from_numpy(final), torch.from_numpy(recording.indices)
    if not positions.isfinite().all():
        raise RunError(
            f"The map of {optimizer} in run {record.id} has diverged, so no digit has a place in "
            "it; choose another optimiser."
        )
    if perplexity := config.perplexities[number]:
        config = replace(config, affinity="perplexity", perplexity=perplexity)
    return RunMap(
        config=config,
        points=points_of(config, digits_at(indices, config.data), store),
        positions=positions,
        labels=torch.from_numpy(recording.labels),
        indices=indices,
        store=store,
    )


@torch.inference_mode()
def place(
    points: Tensor, positions: Tensor, new: Tensor, config: TSNEConfig, k: int = 10
) -> Placement:
    """Place each new point where KL(p_.|i || q_.|i) of its own row is least, all others fixed.

    p_j|i is what the config asks for, between the new point and those of the map; q_j|i goes with
    1 / (1 + d²). New points do not see each other, and land within the map's bounding box and a
    small margin.

    Args:
        points: (N, D), what was mapped.
        positions: (N, 2), where it is on the map.
        new: (M, D), in the same space as `points`.
        config: What the map was made with.
        k: How many neighbours are given, 1 to N.

    Raises:
        ValueError: the shapes do not fit, k is above N, or N is too small for the perplexity.

    Source: Poličar, Stražar and Zupan, Embedding to reference t-SNE space addresses batch effects
    in single-cell classification, Machine Learning 2023; theirs starts from one place.
    """
    if positions.shape != (len(points), 2) or new.shape[1:] != points.shape[1:]:
        raise ValueError(
            f"positions {tuple(positions.shape)} and new points {tuple(new.shape)} do not fit "
            f"points {tuple(points.shape)}; give a position for each and the same dimensions."
        )
    if config.affinity == "perplexity":
        check_perplexity(config.perplexity, len(points) + 1)
    alike = nearest(new, points, k).indices
    exact, targets = points.double(), positions.double()
    parts: list[tuple[Tensor, Tensor, Tensor]] = []
    for chunk, closest in zip(new.split(_CHUNK), alike.split(_CHUNK), strict=True):
        p = affinities_towards(exact, chunk.double(), config)
        parts.append((*best_places(p, targets), p.gather(1, closest)))
    places, divergences, affinities = (torch.cat(part) for part in zip(*parts, strict=True))
    return Placement(
        positions=places.to(positions.dtype),
        kl_divergence=divergences.to(positions.dtype),
        neighbours=nearest(places, targets, k).indices,
        alike=alike,
        affinities=affinities.to(positions.dtype),
    )
