"""Foreign state dicts become models that compute what their own networks compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from core.data.digits import load_digits
from core.own_weights import build_model, propose, read_weights, try_on_digits
from core.own_weights.match import STANDARDS
from models import Model
from models.stack import FOLLOWING
from models.stack_vae import SPREADS, StackVAE
from tests.support.own_weights import Halves, Variational, gallery_weights, saved, sequential

CLOSE = 1e-6


@pytest.fixture
def digits() -> Tensor:
    return load_digits("test").pixels[:200]


def opened(content: bytes) -> Model:
    tensors = read_weights(content)
    return build_model(propose(tensors).match, tensors)


def assert_same(model: Model, theirs: Callable[[Tensor], Tensor], digits: Tensor) -> None:
    with torch.no_grad():
        assert torch.allclose(model(digits), theirs(digits), rtol=0, atol=CLOSE)


@pytest.mark.parametrize("make", [sequential, Halves, Variational])
def test_a_state_dict_computes_what_its_network_computes(
    make: Callable[[], nn.Module], digits: Tensor
) -> None:
    net = make()
    for content in (saved(net.state_dict()), safetensors.torch.save(net.state_dict())):
        assert_same(opened(content), net, digits)


def test_a_checkpoint_of_wrappers_and_an_optimiser_is_searched(digits: Tensor) -> None:
    net = sequential()
    optimiser = torch.optim.Adam(net.parameters())
    (net(digits).mean()).backward()
    optimiser.step()
    wrapped = {f"module._orig_mod.{name}": value for name, value in net.state_dict().items()}
    checkpoint = {
        "epoch": 7,
        "losses": [0.1, 0.2],
        "model_state_dict": wrapped,
        "optimizer_state_dict": optimiser.state_dict(),
    }
    tensors = read_weights(saved(checkpoint))
    assert list(tensors) == list(net.state_dict())
    assert_same(opened(saved(checkpoint)), net, digits)


def test_an_encoder_and_a_decoder_in_one_file_are_one_network(digits: Tensor) -> None:
    net = Halves()
    state = net.state_dict()
    parts = {
        part: {name: value for name, value in state.items() if name.startswith(part)}
        for part in ("up", "down")
    }
    assert_same(opened(saved(parts)), net, digits)


def test_a_model_beside_its_moving_average_is_opened_by_itself(digits: Tensor) -> None:
    net = sequential()
    average = {name: value / 2 for name, value in net.state_dict().items()}
    assert_same(opened(saved({"model": net.state_dict(), "ema": average})), net, digits)


@pytest.mark.parametrize(
    ("mean", "spread", "kind"),
    [
        ("fc_mu", "fc_logvar", "log_variance"),
        ("z_mean", "z_log_std", "log_deviation"),
        ("b_head", "a_head", "log_variance"),  # names that say nothing, and the mean comes last
    ],
)
def test_the_heads_of_a_vae_are_told_apart(
    mean: str, spread: str, kind: str, digits: Tensor
) -> None:
    net = Variational(mean, spread)
    tensors = read_weights(saved(net.state_dict()))
    match = propose(tensors).match
    assert match.kind_of_spread == kind
    assert match.layers[match.code - 1].weight == f"{mean}.weight"
    model = build_model(match, tensors)
    assert isinstance(model, StackVAE)
    assert_same(model, net, digits)
    mu, logvar = model.posterior(digits)
    with torch.no_grad():
        theirs = net.posterior(digits)
    assert torch.allclose(mu, theirs[0], rtol=0, atol=1e-5)
    assert torch.allclose((logvar / 2).exp(), theirs[1], rtol=1e-5, atol=0)


def test_heads_in_one_layer_are_split(digits: Tensor) -> None:
    net = Variational()
    state = net.state_dict()
    shared = {
        f"head.{part}": torch.cat([state.pop(f"{name}.{part}") for name in net.names])
        for part in ("weight", "bias")
    }
    model = opened(saved({**state, **shared}))
    assert isinstance(model, StackVAE)
    assert_same(model, net, digits)
    with torch.no_grad():
        assert torch.allclose(model.posterior(digits)[0], net.posterior(digits)[0], atol=1e-5)


class Tied(nn.Module):
    """Both layers of the decoder have the encoder's weights, and biases of their own."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.first, self.second = nn.Linear(784, 128), nn.Linear(128, 32)
        for layer in (self.first, self.second):
            layer.weight.data.normal_(0, 0.05, generator=generator)
        self.back1 = nn.Parameter(torch.zeros(128))
        self.back2 = nn.Parameter(torch.zeros(784))

    def forward(self, x: Tensor) -> Tensor:
        code = torch.sigmoid(self.second(torch.sigmoid(self.first(x))))
        hidden = torch.sigmoid(code @ self.second.weight + self.back1)
        return torch.sigmoid(hidden @ self.first.weight + self.back2)


class Plain(nn.Module):
    """Weights as plain parameters, (inputs, outputs), and no hidden layer."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.W1 = nn.Parameter(0.05 * torch.randn(784, 24, generator=generator))
        self.b1 = nn.Parameter(torch.zeros(24))
        self.W2 = nn.Parameter(0.05 * torch.randn(24, 784, generator=generator))
        self.b2 = nn.Parameter(torch.zeros(784))

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(torch.relu(x @ self.W1 + self.b1) @ self.W2 + self.b2)


def scaled(scale: str) -> tuple[nn.Sequential, Callable[[Tensor], Tensor]]:
    """A network that takes and gives pixels of another scale, and what it does to pixels 0 to 1."""
    shift, factor = {"symmetric": (0.5, 0.5), "standard": STANDARDS["mnist"]}[scale]
    last = nn.Tanh() if scale == "symmetric" else nn.Identity()
    # Without hidden layers and a sigmoid at the end, ELU and ReLU are 2 % apart: nobody can tell.
    function = nn.ELU() if scale == "symmetric" else nn.ReLU()
    net = nn.Sequential(nn.Linear(784, 32), function, nn.Linear(32, 784, bias=False), last)
    return net, lambda x: (net((x - shift) / factor) * factor + shift).clamp(0, 1)


def train(net: nn.Module, through: Callable[[Tensor], Tensor], steps: int) -> None:
    """Adam on the squared error, from a generator of its own."""
    pixels = load_digits("train").pixels[:6000]
    generator = torch.Generator().manual_seed(1)
    optimiser = torch.optim.Adam(net.parameters(), lr=3e-3)
    for _ in range(steps):
        batch = pixels[torch.randint(0, len(pixels), (128,), generator=generator)]
        loss = (through(batch) - batch).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


@pytest.mark.parametrize("make", [Tied, Plain])
def test_tied_and_transposed_weights_are_recognised(
    make: Callable[[], nn.Module], digits: Tensor
) -> None:
    net = make()
    train(net, net, 1500)
    tensors = read_weights(saved(net.state_dict()))
    match = propose(tensors).match
    assert any(layer.transposed for layer in match.layers)
    assert_same(build_model(match, tensors), net, digits)


@pytest.mark.parametrize("scale", ["symmetric", "standard"])
def test_another_scale_of_pixels_is_found_and_undone(scale: str, digits: Tensor) -> None:
    torch.manual_seed(0)
    net, through = scaled(scale)
    train(net, through, 800)
    tensors = read_weights(saved(net.state_dict()))
    match = propose(tensors).match
    assert match.scale == scale
    assert match.activations[0] == ("elu" if scale == "symmetric" else "relu")
    with torch.no_grad():
        expected = through(digits)
    assert torch.allclose(build_model(match, tensors)(digits), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("function", FOLLOWING)
def test_every_function_is_that_of_pytorch(function: str, digits: Tensor) -> None:
    """Compared with the modules themselves, at every place but the last."""
    tensors = read_weights(saved(sequential().state_dict()))
    match = propose(tensors).match
    changed = replace(match, activations=(function, function, function, "sigmoid"))
    layers = sequential()
    theirs: list[nn.Module] = []
    for place, layer in enumerate(layers[::2]):
        theirs += [layer, FOLLOWING[function]() if place < 3 else nn.Sigmoid()]
    with torch.no_grad():
        expected = nn.Sequential(*theirs)(digits)
    assert torch.allclose(build_model(changed, tensors)(digits), expected, rtol=0, atol=CLOSE)


def test_the_trial_measures_ten_digits_one_of_each_class() -> None:
    tensors = read_weights(saved(sequential().state_dict()))
    proposal = propose(tensors)
    test = load_digits("test")
    places = [int((test.labels == label).nonzero()[0]) for label in range(10)]
    given = test.pixels[places]
    with torch.no_grad():
        rebuilt = sequential()(given)
    trial = proposal.trial
    assert torch.equal(trial.given, given)
    assert trial.error == pytest.approx(float((rebuilt - given).square().mean()), rel=1e-4)
    blank = (test.pixels.mean(dim=0) - given).square().mean()
    assert trial.blank_error == pytest.approx(float(blank), rel=1e-6)
    assert proposal.tried > 100
    worse = try_on_digits(proposal.match.with_activation(0, "softplus"), tensors)
    assert worse.error > trial.error


def test_exchanged_heads_are_worse_and_can_be_changed_back() -> None:
    tensors = read_weights(saved(Variational().state_dict()))
    match = propose(tensors).match
    swapped = match.with_heads_swapped()
    assert swapped.with_heads_swapped() == match
    right, wrong = (try_on_digits(each, tensors).error for each in (match, swapped))
    assert wrong > 2 * right


def test_every_kind_of_spread_gives_its_log_variance() -> None:
    a = torch.tensor([0.3, 1.0, 2.5])
    deviation = {
        "log_variance": (a / 2).exp(),
        "log_deviation": a.exp(),
        "deviation": a,
        "softplus_deviation": (1 + a.exp()).log(),
        "variance": a.sqrt(),
        "softplus_variance": (1 + a.exp()).log().sqrt(),
    }
    assert deviation.keys() == SPREADS.keys()
    for kind, expected in deviation.items():
        assert torch.allclose((SPREADS[kind](a) / 2).exp(), expected, rtol=1e-5)


def test_the_lab_s_own_weights_are_opened_too() -> None:
    for run in ("denoising", "sparse"):
        match = propose(gallery_weights(run)).match
        assert match.activations == ("sigmoid",) * 4
        assert (match.code, match.latent_dim) == (2, 32)
