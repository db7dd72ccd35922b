"""Find the ways in which a file's weights lead from 784 pixels through a code to 784 pixels."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from core.data.data_sets import MNIST
from core.own_weights.biases import find_biases, named_bias_misfits, shape, split_tensors
from core.own_weights.errors import WeightsRefused
from core.own_weights.match import Layer, Match
from core.own_weights.names import says_half, says_mean, says_spread
from core.own_weights.reading import shown
from models import PIXELS
from models.stack import MAX_LAYERS, MAX_WIDTH

#: So many ways are tried at most: each with hundreds of combinations of functions.
MAX_CANDIDATES = 8
_MAX_STEPS = 5_000
_SHOWN = 6


@dataclass(frozen=True)
class _Edge:
    """A weight as a way from its inputs to its outputs."""

    name: str
    inputs: int
    outputs: int
    transposed: bool


def find_candidates(tensors: Mapping[str, Tensor], data: str = MNIST) -> list[Match]:
    """Return the matches that the shapes and names of a file's tensors allow, at least one.

    All have the function `identity` after the last layer and `relu` after the others, and pixels
    from 0 to 1: shapes do not tell these. A file that holds several networks, such as a model and
    its moving average, is matched by the first of its parts that is one alone.

    Raises:
        WeightsRefused: there is none; the sentence says which layers were found.
    """
    try:
        return _of_one(tensors, data)
    except WeightsRefused as refused:
        parts = dict.fromkeys(name.partition(".")[0] for name in tensors)
        for part in parts if len(parts) > 1 else ():
            inside = {
                name: tensor for name, tensor in tensors.items() if name.startswith(f"{part}.")
            }
            if len(inside) > 1:
                try:
                    return _of_one(inside, data)
                except WeightsRefused:
                    continue
        raise refused from None


def _of_one(tensors: Mapping[str, Tensor], data: str) -> list[Match]:
    matrices, vectors = split_tensors(tensors)
    widest = max(max(matrix.shape) for matrix in matrices.values())
    if len(matrices) > 2 * MAX_LAYERS or widest > MAX_WIDTH:
        raise WeightsRefused(
            f"It has {len(matrices)} layers of up to {widest:,} units; the lab opens at most "
            f"{2 * MAX_LAYERS} layers of up to {MAX_WIDTH:,} units."
        )
    found: dict[Match, None] = {}
    for transposed in (False, True):
        edges = [
            _Edge(name, *_widths(matrix, transposed), transposed)
            for name, matrix in matrices.items()
        ]
        if any(named_bias_misfits(edge.name, edge.outputs, vectors) for edge in edges):
            continue
        for match in itertools.chain(
            _chains(edges, vectors, data),
            _two_heads(edges, vectors, data),
            _shared_head(edges, vectors, data),
            _tied(edges, vectors, data),
        ):
            found.setdefault(match)
            if len(found) == MAX_CANDIDATES:
                return list(found)
    if not found:
        raise WeightsRefused(_why_not(matrices))
    return list(found)


def _chains(edges: list[_Edge], vectors: Mapping[str, Tensor], data: str) -> Iterator[Match]:
    for path in _paths(edges):
        yield from _matched(path, vectors, data)


def _two_heads(edges: list[_Edge], vectors: Mapping[str, Tensor], data: str) -> Iterator[Match]:
    """Yield the VAEs in which two weights of one shape lead from the same hidden units."""
    for mean, spread in itertools.permutations(edges, 2):
        if (mean.inputs, mean.outputs) != (spread.inputs, spread.outputs):
            continue
        if says_spread(mean.name) or says_mean(spread.name):
            continue
        for path in _paths([edge for edge in edges if edge is not spread]):
            place = path.index(mean)
            if place < len(path) - 1:
                yield from _matched(path, vectors, data, code=place + 1, spread=spread)


def _shared_head(edges: list[_Edge], vectors: Mapping[str, Tensor], data: str) -> Iterator[Match]:
    """Yield the VAEs in which one layer computes mean and spread, each with half of its outputs."""
    for head in edges:
        if head.outputs % 2:
            continue
        half = _Edge(head.name, head.inputs, head.outputs // 2, head.transposed)
        for path in _paths([half if edge is head else edge for edge in edges]):
            place = path.index(half)
            if place < len(path) - 1:
                yield from _matched(path, vectors, data, code=place + 1, shared=head)


def _tied(edges: list[_Edge], vectors: Mapping[str, Tensor], data: str) -> Iterator[Match]:
    """Yield the autoencoders whose decoder has the encoder's weights and biases of its own."""
    for path in _paths(edges, to=None):
        back = [_Edge(e.name, e.outputs, e.inputs, not e.transposed) for e in reversed(path)]
        whole = [*path, *back]
        for match in _matched(whole, vectors, data, code=len(path)):
            if all(layer.bias is not None for layer in match.layers[match.code :]):
                yield match


def _paths(edges: Sequence[_Edge], to: int | None = PIXELS) -> Iterator[list[_Edge]]:
    """Yield the orders in which the edges lead from the pixels to `to`, the file's order first.

    Each edge is taken once. Of a file with many layers of one shape only the first ways are found.
    """
    steps = itertools.count()

    def follow(path: list[_Edge], width: int, left: list[_Edge]) -> Iterator[list[_Edge]]:
        if next(steps) > _MAX_STEPS:
            return
        if not left and to in (None, width):
            yield path
        for edge in left:
            if edge.inputs == width:
                yield from follow(
                    [*path, edge], edge.outputs, [other for other in left if other is not edge]
                )

    yield from itertools.islice(follow([], PIXELS, list(edges)), 3)


def _matched(
    path: list[_Edge],
    vectors: Mapping[str, Tensor],
    data: str,
    *,
    code: int | None = None,
    spread: _Edge | None = None,
    shared: _Edge | None = None,
) -> Iterator[Match]:
    """Yield the matches of a path, where every bias finds its layer."""
    code = _place_of_code(path) if code is None else code
    if not 1 <= code < len(path) or max(code, len(path) - code) > MAX_LAYERS:
        return
    sizes = [(edge.name, edge.outputs) for edge in path]
    if shared is not None:
        sizes[code - 1] = (shared.name, shared.outputs)
    if spread is not None:
        sizes.append((spread.name, spread.outputs))
    biases, left = find_biases(sizes, vectors)
    if left:
        return
    layers = [
        Layer(
            weight=edge.name,
            bias=bias,
            inputs=edge.inputs,
            outputs=edge.outputs,
            transposed=edge.transposed,
        )
        for edge, bias in zip([*path, *filter(None, [spread])], biases, strict=True)
    ]
    functions = ("relu",) * (len(path) - 1) + ("identity",)
    if spread is None and shared is None:
        yield Match(layers=tuple(layers), code=code, activations=functions, data=data)
        return
    functions = (*functions[: code - 1], "identity", *functions[code:])
    head = layers[code - 1]
    if spread is not None:
        heads = [(head, layers.pop())]
    else:
        halves = replace(head, half=0), replace(head, half=1)
        heads = [halves, halves[::-1]]
    for mean, other in heads:
        yield Match(
            layers=(*layers[: code - 1], mean, *layers[code:]),
            code=code,
            activations=functions,
            spread=other,
            kind_of_spread=says_spread(other.weight) or "log_variance",
            data=data,
        )


def _widths(matrix: Tensor, transposed: bool) -> tuple[int, int]:
    """Return the inputs and outputs of a weight."""
    rows, columns = matrix.shape
    return (rows, columns) if transposed else (columns, rows)


def _place_of_code(path: list[_Edge]) -> int:
    """Return how many layers make the encoder: by the names, else up to the narrowest width.

    Of several narrowest ones it is that in the middle.
    """
    halves = [says_half(edge.name) for edge in path]
    if "decoder" in halves and set(halves[: (first := halves.index("decoder"))]) == {"encoder"}:
        return first
    widths = [edge.outputs for edge in path[:-1]]
    narrowest = min(widths, default=0)
    middle = len(path) / 2
    return 1 + min(
        (place for place, width in enumerate(widths) if width == narrowest),
        key=lambda place: abs(place + 1 - middle),
        default=0,
    )


def _why_not(matrices: Mapping[str, Tensor]) -> str:
    """Return the sentence about weights that lead from no picture to a picture."""
    listed = [f"{shown(name)} ({shape(matrix)})" for name, matrix in matrices.items()]
    if len(listed) > _SHOWN:
        listed = [*listed[:_SHOWN], f"{len(listed) - _SHOWN} more"]
    widths = {width for matrix in matrices.values() for width in matrix.shape}
    if PIXELS not in widths:
        reason = f"none of them takes or gives the {PIXELS} pixels of a digit"
    elif sum(PIXELS in matrix.shape for matrix in matrices.values()) < 2:
        reason = f"only one of them has the {PIXELS} pixels of a digit, so there is no way back"
    else:
        reason = f"these do not lead from {PIXELS} pixels to {PIXELS} pixels, each used once"
    return (
        f"It has the weights {', '.join(listed)}: {reason}. An encoder and a decoder together "
        "would fit, such as 784 → 128 → 32 → 128 → 784, or a VAE with two heads of one shape."
    )
