import pytest
import torch
from torch import Tensor

from core.data.digits import load_digits
from core.tsne import gradient as tsne_gradient
from core.tsne.affinities import Affinities
from core.tsne.autograd import kl_divergence, student_t, unfold
from core.tsne.gradient import TSNEGradient
from core.tsne.run import TSNEConfig, TSNERun

pytestmark = pytest.mark.usefixtures("one_thread")


def _points(n: int) -> Tensor:
    return load_digits("train").pixels[:n].double()


def _map(n: int, spread: float = 3.0, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, 2, dtype=torch.float64, generator=generator) * spread


def _by_autograd(joint: Tensor, embedding: Tensor) -> tuple[float, Tensor]:
    leaf = embedding.clone().requires_grad_()
    loss = kl_divergence(joint, student_t(leaf))
    loss.backward()
    assert leaf.grad is not None
    return loss.item(), leaf.grad


# Around the change from one band to several, and where the last band is full, short or empty.
@pytest.mark.parametrize("n", [2, 3, 4, 100, 255, 256, 257, 269, 270, 271, 400])
def test_gradient_is_that_of_autograd(n: int) -> None:
    joint = Affinities.from_sigma(_points(n), 10.0).joint
    maps = torch.stack([_map(n), _map(n, spread=30.0, seed=1)])
    gradients = torch.empty_like(maps)

    divergences = TSNEGradient(joint, maps=2)(maps, gradients)

    for embedding, gradient, divergence in zip(maps, gradients, divergences, strict=True):
        expected_kl, expected = _by_autograd(joint, embedding)
        assert divergence == pytest.approx(expected_kl, abs=1e-10)
        torch.testing.assert_close(gradient, expected, rtol=0, atol=1e-10)


def test_what_runs_on_other_devices_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    joint, maps = Affinities.from_sigma(_points(300), 10.0).joint, _map(300)[None]
    here, there = torch.empty_like(maps), torch.empty_like(maps)

    divergence = TSNEGradient(joint)(maps, here)
    monkeypatch.setattr(tsne_gradient, "_CPU", tsne_gradient._DEVICE)

    assert TSNEGradient(joint)(maps, there) == pytest.approx(divergence, abs=1e-12)
    torch.testing.assert_close(there, here, rtol=0, atol=1e-12)


@pytest.mark.parametrize("elements", [1, 20_000, 10**9])
def test_parts_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch, elements: int) -> None:
    joint, maps = Affinities.from_sigma(_points(400), 10.0).joint, _map(400)[None]
    expected_kl, expected = _by_autograd(joint, maps[0])
    gradients = torch.empty_like(maps)
    monkeypatch.setattr(tsne_gradient, "_PART_ELEMENTS", elements)

    divergence = TSNEGradient(joint)(maps, gradients)

    assert divergence[0] == pytest.approx(expected_kl, abs=1e-10)
    torch.testing.assert_close(gradients[0], expected, rtol=0, atol=1e-10)


def test_exaggeration_multiplies_p_in_the_gradient_only() -> None:
    joint, embedding = Affinities.from_perplexity(_points(300), 30.0).joint, _map(300)
    gradients = torch.empty(1, 300, 2, dtype=torch.float64)

    divergence = TSNEGradient(joint)(embedding[None], gradients, exaggeration=12.0)

    differences = embedding[:, None] - embedding[None]
    w = 1 / (1 + differences.square().sum(-1))
    forces = (12 * joint - student_t(embedding)) * w
    expected = 4 * (forces[:, :, None] * differences).sum(1)
    torch.testing.assert_close(gradients[0], expected, rtol=0, atol=1e-10)
    assert divergence[0] == pytest.approx(_by_autograd(joint, embedding)[0], abs=1e-10)


@pytest.mark.parametrize(("name", "learning_rate"), [("sgd", 10.0), ("adam", 0.1)])
def test_first_fifty_iterations_are_those_of_the_exercise(name: str, learning_rate: float) -> None:
    points = _points(200)
    config = TSNEConfig(iterations=50, optimizers=(name,), seed=3)
    optimizer = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[name]
    start = torch.randn(200, 2, generator=torch.Generator().manual_seed(3)).double()
    joint = Affinities.from_sigma(points, 10.0).joint

    plain = unfold(joint, start, lambda maps: optimizer(maps, lr=learning_rate), 51)

    for frame, (embedding, divergence) in zip(TSNERun(config, points), plain, strict=True):
        assert frame.kl_divergence[name] == pytest.approx(divergence, abs=1e-9)
        torch.testing.assert_close(frame.positions[0], embedding, rtol=0, atol=1e-8)


def test_q_sums_to_one() -> None:
    q = student_t(_map(120))

    assert float(q.sum()) == pytest.approx(1, abs=1e-12)
    assert not q.diagonal().any()


def test_float32_is_close_to_float64() -> None:
    joint, embedding = Affinities.from_perplexity(_points(500), 30.0).joint, _map(500, 20.0)
    exact, rounded = torch.empty(1, 500, 2).double(), torch.empty(1, 500, 2)

    kl = TSNEGradient(joint)(embedding[None], exact)
    kl32 = TSNEGradient(joint.float())(embedding[None].float(), rounded)

    assert kl32[0] == pytest.approx(kl[0], rel=1e-5)
    assert float((rounded - exact).norm() / exact.norm()) < 1e-4


def test_float32_is_as_exact_far_from_the_origin() -> None:
    joint, embedding = Affinities.from_perplexity(_points(500), 30.0).joint, _map(500, 20.0)
    far = (embedding + 1000).float()
    exact, rounded = torch.empty(1, 500, 2).double(), torch.empty(1, 500, 2)

    kl = TSNEGradient(joint)(far[None].double(), exact)
    kl32 = TSNEGradient(joint.float())(far[None], rounded)

    assert kl32[0] == pytest.approx(kl[0], rel=1e-5)
    assert float((rounded - exact).norm() / exact.norm()) < 1e-4


@pytest.mark.parametrize("spread", [0.0, 1e-6, 1e3, 1e6, 1e9])
@pytest.mark.parametrize("n", [2, 300])
def test_float32_is_right_on_maps_of_any_size(n: int, spread: float) -> None:
    joint = Affinities.from_sigma(_points(n).float(), 10.0).joint
    maps = _map(n, spread).float()[None]
    gradients = torch.empty_like(maps)

    divergences = TSNEGradient(joint)(maps, gradients)

    expected_kl, expected = _by_autograd(joint.double(), maps[0].double())
    assert divergences[0] == pytest.approx(expected_kl, abs=0.02)
    # Points far apart hardly pull, so that the gradient is as small as 1e-7 there.
    assert float((gradients[0] - expected).norm()) <= 0.05 * float(expected.norm()) + 1e-10
