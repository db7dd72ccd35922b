"""Try a match on real digits: what no shape tells is chosen by the smallest error."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from core.data.data_sets import MNIST
from core.data.digits import load_digits
from core.own_weights.build import build_model, linear_of
from core.own_weights.candidates import find_candidates
from core.own_weights.match import Match, fits_scale, scales_of, scaling
from core.own_weights.names import says_spread
from core.training.run import preview_indices
from models.stack import FOLLOWING
from models.stack_vae import SPREADS

#: Digits that a combination of functions is chosen by: ten of each class or so.
CHOSEN_BY = 100
#: The combinations are tried on so many of them first; so many of the best ones then on all.
_FEW = 20
_FINALISTS = 24
_LAST = ("sigmoid", "identity", "tanh")
_CODE = ("identity", "sigmoid", "relu", "tanh")
#: By so much an error must be smaller for functions that few programs have. Of a network that was
#: trained with ELU, other functions were up to 7 % better in places.
_DOUBTS = {"leaky_relu": 1.002, "leaky_relu_0.2": 1.02, "elu": 1.02, "gelu": 1.02}
_RARE, _CODE_OF_ITS_OWN, _MIXED = 1.05, 1.05, 1.25
#: Of combinations whose errors are so close, that with the smallest product of error and gradient
#: is taken: a training ends where the gradient is small, if the functions are those that it was
#: trained with. Gradients compare only where the last function and the scale are the same.
_CLOSE = 1.12
_USUAL = ("identity", "sigmoid", "relu", "tanh")
#: Nats by which another kind of spread must be better than the one that is tried first.
_SAME_BOUND = 1.0
#: The kinds of spread that a head may compute by its name: a standard deviation must be positive.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "log_variance": ("log_variance",),
    "log_deviation": ("log_deviation",),
    "deviation": ("deviation", "softplus_deviation", "log_deviation"),
    "variance": ("variance", "softplus_variance", "log_variance"),
}
_FUNCTIONS = {name: make() for name, make in FOLLOWING.items()}


@dataclass(frozen=True, eq=False)
class Trial:
    """Ten test digits, one of each class, and what a network makes of them.

    `given` and `rebuilt` are float32 (10, 784) in [0, 1]; `error` is their mean squared error per
    pixel, and `blank_error` what always giving the mean picture of the test digits has.
    """

    given: Tensor
    rebuilt: Tensor
    error: float
    blank_error: float


@dataclass(frozen=True, eq=False)
class Proposal:
    """The match that fits best, its trial, and among how many it was chosen."""

    match: Match
    trial: Trial
    tried: int


def propose(tensors: Mapping[str, Tensor], data: str = MNIST) -> Proposal:
    """Find how a file's tensors make an autoencoder that rebuilds test digits well.

    For each match that shapes and names allow, the function after the hidden layers, after the code
    and after the last layer, and the scale of the pixels are tried in all combinations that make
    sense; of the best one, then, each function by itself. An unusual combination must be clearly
    better than a usual one. Where errors are close, the gradient decides: see `_CLOSE`. The kind of
    a VAE's spread is that of its name, or else that with the best evidence lower bound.

    Args:
        tensors: What `read_weights` returns.
        data: The data set that the network was trained on.

    Raises:
        WeightsRefused: they make none.
        DigitsError: the data set cannot be had.
    """
    test = load_digits("test", data).pixels[:CHOSEN_BY]
    found: list[tuple[float, Match]] = []
    tried = 0
    for candidate in find_candidates(tensors, data):
        network = _Network(candidate, tensors)
        combinations = list(_combinations(candidate))
        few = [network.error(match, test[:_FEW]) * _doubt(match) for match in combinations]
        limit = sorted(few)[:_FINALISTS][-1]
        found += [
            (network.error(match, test) * _doubt(match), match)
            for doubted, match in zip(few, combinations, strict=True)
            if doubted <= limit
        ]
        tried += len(combinations)
    _, chosen = min(found, key=_first)
    network = _Network(chosen, tensors)
    for place in range(len(chosen.layers)):
        single = list(_with_each_function(chosen, place))
        tried += len(single) - 1
        found += [(network.error(match, test) * _doubt(match), match) for match in single]
    least, best = min(found, key=_first)
    close = {
        match: error
        for error, match in found
        if error <= _CLOSE * least
        and (match.scale, match.activations[-1]) == (best.scale, best.activations[-1])
    }
    chosen = min(close, key=lambda match: close[match] * _doubted_slope(match, tensors, test))
    match = _with_best_spread(chosen, tensors, test)
    return Proposal(match, try_on_digits(match, tensors), tried)


@torch.inference_mode()
def try_on_digits(match: Match, tensors: Mapping[str, Tensor]) -> Trial:
    """Return what the network of a match makes of ten test digits of its data set.

    Raises:
        DigitsError: the data set cannot be had.
    """
    digits = load_digits("test", match.data)
    given = digits.pixels.index_select(0, preview_indices(digits))
    rebuilt = build_model(match, tensors)(given).nan_to_num(0.0)
    return Trial(
        given=given,
        rebuilt=rebuilt,
        error=float((rebuilt - given).square().mean()),
        blank_error=float((digits.pixels.mean(dim=0) - given).square().mean()),
    )


class _Network:
    """The layers of a match, evaluated with any functions and scale: hundreds of times a second."""

    def __init__(self, match: Match, tensors: Mapping[str, Tensor]) -> None:
        self._layers = [linear_of(layer, tensors) for layer in match.layers]
        self._layers = [(weight.float(), bias.float()) for weight, bias in self._layers]

    @torch.inference_mode()
    def error(self, match: Match, pixels: Tensor) -> float:
        """Return the mean squared error per pixel; infinite where the outputs are not finite."""
        into, out = scaling(match.scale, match.data)
        values = (pixels - into[0]) / into[1]
        for (weight, bias), function in zip(self._layers, match.activations, strict=True):
            values = _FUNCTIONS[function](functional.linear(values, weight, bias))
        rebuilt = (values * out[1] + out[0]).clamp(0, 1)
        error = float((rebuilt - pixels).square().mean())
        return error if math.isfinite(error) else math.inf

    def slope(self, match: Match, pixels: Tensor) -> float:
        """Return the length of the loss's gradient with regard to all weights, over the loss.

        The loss is the squared error, or the cross-entropy if its gradient is the shorter one.
        """
        into, out = scaling(match.scale, match.data)
        values = (pixels - into[0]) / into[1]
        weights: list[Tensor] = []
        before = values
        for layer, function in zip(self._layers, match.activations, strict=True):
            weights += [each.clone().requires_grad_() for each in layer]
            before = functional.linear(values, weights[-2], weights[-1])
            values = _FUNCTIONS[function](before)
        losses = [functional.mse_loss(values * out[1] + out[0], pixels)]
        if match.activations[-1] == "sigmoid":
            losses.append(functional.binary_cross_entropy_with_logits(before, pixels))
        slopes: list[float] = []
        for loss in losses:
            gradients = torch.autograd.grad(loss, weights, retain_graph=True)
            length = torch.stack([each.square().sum() for each in gradients]).sum().sqrt()
            slopes.append(float((length / loss).detach().nan_to_num(math.inf)))
        return min(slopes)


def _combinations(match: Match) -> Iterator[Match]:
    """Yield a match with the functions and scales that programs use, the usual ones first."""
    hidden = [place for place in range(len(match.layers) - 1) if place != match.code - 1]
    for function in FOLLOWING if hidden else ("identity",):
        codes = dict.fromkeys((function, *(_CODE if hidden else FOLLOWING)))
        if match.is_variational:
            codes = ("identity",)
        for code, last, scale in itertools.product(codes, _LAST, scales_of(match.data)):
            if not fits_scale(last, scale):
                continue
            functions = [function] * len(match.layers)
            functions[match.code - 1], functions[-1] = code, last
            yield replace(match, activations=tuple(functions), scale=scale)


def _with_each_function(match: Match, place: int) -> Iterator[Match]:
    """Yield a match as it is, then with each other function after one of its layers."""
    yield match
    if match.is_variational and place == match.code - 1:
        return
    for function in FOLLOWING:
        last = place == len(match.layers) - 1
        if function != match.activations[place] and (not last or fits_scale(function, match.scale)):
            yield match.with_activation(place, function)


def _doubt(match: Match) -> float:
    """Return the factor that the error of a match is weighed by: 1 for what most programs have.

    Most have one function after all hidden layers, and the same or none after the code.
    """
    hidden = {name for place, name in enumerate(match.activations[:-1]) if place != match.code - 1}
    code, last = match.activations[match.code - 1], match.activations[-1]
    doubt = _MIXED if len(hidden) > 1 or last not in _LAST else 1.0
    if hidden and code not in hidden | {"identity"}:
        doubt *= _CODE_OF_ITS_OWN
    functions = hidden or {code}
    return doubt * max(1.0 if name in _USUAL else _DOUBTS.get(name, _RARE) for name in functions)


def _doubted_slope(match: Match, tensors: Mapping[str, Tensor], pixels: Tensor) -> float:
    return _Network(match, tensors).slope(match, pixels) * _doubt(match)


def _first(pair: tuple[float, Match]) -> float:
    return pair[0]


@torch.inference_mode()
def _with_best_spread(match: Match, tensors: Mapping[str, Tensor], pixels: Tensor) -> Match:
    """Return a match with the kind of spread that its name says, or that fits digits best."""
    if match.spread is None:
        return match
    named = says_spread(match.spread.weight)
    kinds = _KINDS.get(named, tuple(SPREADS))
    bounds: list[float] = []
    for kind in kinds:
        model = build_model(replace(match, kind_of_spread=kind), tensors)
        elbo = float(model.loss_terms(pixels, torch.Generator().manual_seed(0))["elbo"])
        bounds.append(elbo if math.isfinite(elbo) else -math.inf)
    limit = max(bounds) - _SAME_BOUND
    chosen = next(kind for kind, bound in zip(kinds, bounds, strict=True) if bound >= limit)
    return replace(match, kind_of_spread=chosen)
