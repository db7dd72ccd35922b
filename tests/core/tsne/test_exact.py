import pytest
import torch
from torch import Tensor

from core.data.digits import load_digits
from core.tsne.affinities import Affinities
from core.tsne.autograd import kl_divergence, student_t, unfold
from core.tsne.exact import ExactGradient
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
    find = ExactGradient(joint)

    for embedding in (_map(n), _map(n, spread=30.0, seed=1)):
        gradient = torch.empty_like(embedding)
        divergence = find(embedding, gradient)

        expected_kl, expected = _by_autograd(joint, embedding)
        assert divergence == pytest.approx(expected_kl, abs=1e-10)
        torch.testing.assert_close(gradient, expected, rtol=0, atol=1e-10)


# Around a vector's length, and with the first and the last point at an end.
@pytest.mark.parametrize("n", [2, 3, 9, 300, 401])
@pytest.mark.parametrize("exaggeration", [1.0, 12.0])
def test_the_compiled_loop_does_what_pytorch_does(n: int, exaggeration: float) -> None:
    joint, embedding = Affinities.from_sigma(_points(n), 10.0).joint, _map(n)
    exact, found = torch.empty_like(embedding), torch.empty_like(embedding).float()

    divergence = ExactGradient(joint.float())(embedding.float(), found, exaggeration)

    expected = ExactGradient(joint)(embedding, exact, exaggeration)
    assert divergence == pytest.approx(expected, abs=1e-5)
    torch.testing.assert_close(found.double(), exact, rtol=1e-4, atol=1e-7)


def test_any_number_of_threads_gives_the_same_bits() -> None:
    joint, embedding = Affinities.from_sigma(_points(400).float(), 10.0).joint, _map(400).float()
    results: list[tuple[float, Tensor]] = []
    for threads in (1, 2, 3):
        gradient = torch.empty_like(embedding)
        results.append((ExactGradient(joint, threads)(embedding, gradient), gradient))

    for divergence, gradient in results[1:]:
        assert divergence == results[0][0]
        assert torch.equal(gradient, results[0][1])


def test_exaggeration_multiplies_p_in_the_gradient_only() -> None:
    joint, embedding = Affinities.from_perplexity(_points(300), 30.0).joint, _map(300)
    gradient = torch.empty(300, 2, dtype=torch.float64)

    divergence = ExactGradient(joint)(embedding, gradient, exaggeration=12.0)

    differences = embedding[:, None] - embedding[None]
    w = 1 / (1 + differences.square().sum(-1))
    forces = (12 * joint - student_t(embedding)) * w
    expected = 4 * (forces[:, :, None] * differences).sum(1)
    torch.testing.assert_close(gradient, expected, rtol=0, atol=1e-10)
    assert divergence == pytest.approx(_by_autograd(joint, embedding)[0], abs=1e-10)


@pytest.mark.parametrize(("name", "learning_rate"), [("sgd", 10.0), ("adam", 0.1)])
def test_first_fifty_iterations_are_those_of_the_exercise(name: str, learning_rate: float) -> None:
    points = _points(200)
    config = TSNEConfig(iterations=50, optimizers=(name,), seed=3)
    optimizer = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[name]
    start = torch.randn(200, 2, generator=torch.Generator().manual_seed(3)).double()
    joint = Affinities.from_sigma(points, 10.0).joint

    plain = unfold(joint, start, lambda maps: optimizer(maps, lr=learning_rate), 51)

    for frame, (embedding, divergence) in zip(TSNERun(config, points).frames(), plain, strict=True):
        assert frame.kl_divergence[name] == pytest.approx(divergence, abs=1e-9)
        torch.testing.assert_close(frame.positions[0], embedding, rtol=0, atol=1e-8)


def test_q_sums_to_one() -> None:
    q = student_t(_map(120))

    assert float(q.sum()) == pytest.approx(1, abs=1e-12)
    assert not q.diagonal().any()


def test_float32_is_close_to_float64() -> None:
    joint, embedding = Affinities.from_perplexity(_points(500), 30.0).joint, _map(500, 20.0)
    exact, rounded = torch.empty(500, 2).double(), torch.empty(500, 2)

    kl = ExactGradient(joint)(embedding, exact)
    kl32 = ExactGradient(joint.float())(embedding.float(), rounded)

    assert kl32 == pytest.approx(kl, rel=1e-5)
    assert float((rounded - exact).norm() / exact.norm()) < 1e-4


def test_float32_is_as_exact_far_from_the_origin() -> None:
    joint, embedding = Affinities.from_perplexity(_points(500), 30.0).joint, _map(500, 20.0)
    far = (embedding + 1000).float()
    exact, rounded = torch.empty(500, 2).double(), torch.empty(500, 2)

    kl = ExactGradient(joint)(far.double(), exact)
    kl32 = ExactGradient(joint.float())(far, rounded)

    assert kl32 == pytest.approx(kl, rel=1e-5)
    assert float((rounded - exact).norm() / exact.norm()) < 1e-4


@pytest.mark.parametrize("spread", [0.0, 1e-6, 1e3, 1e6, 1e9])
@pytest.mark.parametrize("n", [2, 300])
def test_float32_is_right_on_maps_of_any_size(n: int, spread: float) -> None:
    joint = Affinities.from_sigma(_points(n).float(), 10.0).joint
    embedding = _map(n, spread).float()
    gradient = torch.empty_like(embedding)

    divergence = ExactGradient(joint)(embedding, gradient)

    expected_kl, expected = _by_autograd(joint.double(), embedding.double())
    assert divergence == pytest.approx(expected_kl, abs=0.02)
    # Points far apart hardly pull, so that the gradient is as small as 1e-7 there.
    assert float((gradient - expected).norm()) <= 0.05 * float(expected.norm()) + 1e-10
