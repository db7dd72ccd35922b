"""The functions that scripts of t-SNE runs are put together from."""

from __future__ import annotations

from core.export.reproduce.blocks import block
from core.tsne.gains import GAIN, LEAST_GAIN, LONGEST_STEP, LOSS

NOISE = (
    "random = torch.Generator().manual_seed({seed})\n"
    "points = torch.rand({count}, 784, generator=random)"
)
CODES = 'points = torch.from_numpy(np.load(Path(__file__).with_name("{file}")))'

COMPONENTS = block(
    '''
    def components(points, count):
        """Return points along their first principal components."""
        centred = points - points.mean(0)
        _, vectors = torch.linalg.eigh((centred.T @ centred).double())
        directions = vectors.flip(1)[:, :count]
        largest = directions.gather(0, directions.abs().argmax(0)[None])
        return centred @ (directions * largest.sign()).float()
    '''
)

_SYMMETRIC = """\
    return (conditional + conditional.T) / (2 * len(points))"""
_SEARCH = '''\
    """Return P: each digit has a bandwidth that gives it this perplexity."""
    distances = torch.cdist(points, points).square().fill_diagonal_(math.inf)
    distances = distances - distances.amin(1, keepdim=True)
    low = torch.zeros(len(points), 1)
    high = torch.full_like(low, math.inf)
    precision = torch.ones_like(low)
    for _ in range(100):
        conditional = torch.softmax(-precision * distances, dim=1)
        flat = torch.special.entr(conditional).sum(1, keepdim=True) > math.log(perplexity)
        low, high = torch.where(flat, precision, low), torch.where(flat, high, precision)
        precision = torch.where(high.isinf(), 2 * precision, (low + high) / 2)'''
_WIDTH = '''\
    """Return P: every digit has the bandwidth SIGMA, a variance as in the exercise."""
    distances = torch.cdist(points, points).square().fill_diagonal_(math.inf)
    conditional = torch.softmax(-distances / (2 * SIGMA), dim=1)'''

BY_PERPLEXITY = f"def affinities(points, perplexity):\n{_SEARCH}\n{_SYMMETRIC}"
BY_SIGMA = f"def affinities(points):\n{_WIDTH}\n{_SYMMETRIC}"
#: Some maps have a perplexity and the others the run's sigma.
AFFINITIES = (
    f"def with_sigma(points):\n{_WIDTH}\n{_SYMMETRIC}\n\n\n"
    f"def affinities(points, perplexity):\n{_SEARCH}\n{_SYMMETRIC}".replace(
        "    distances = torch.cdist(points, points).square().fill_diagonal_(math.inf)\n"
        "    distances = distances - ",
        "    if perplexity is None:\n        return with_sigma(points)\n"
        "    distances = torch.cdist(points, points).square().fill_diagonal_(math.inf)\n"
        "    distances = distances - ",
    )
)

GRADIENT = block(
    '''
    def weights(y):
        """Return 1 / (1 + d²) of each pair of points on the map, 0 of a point with itself."""
        distances = torch.cdist(y, y, compute_mode="donot_use_mm_for_euclid_dist")
        return (1 / (1 + distances.square())).fill_diagonal_(0)


    def gradient(p, y):
        """Return the gradient of the KL divergence at the map y."""
        w = weights(y)
        forces = (p - w / w.sum()) * w
        return 4 * (forces.sum(1, keepdim=True) * y - forces @ y)
    '''
)
DIVERGENCE = block(
    '''
    def divergence(p, y):
        """Return the KL divergence of the map from P, in nats."""
        w = weights(y)
        q = (w / w.sum()).clamp_min(1e-38)
        return (torch.xlogy(p, p) - p * q.log()).sum(dtype=torch.float64).item()
    '''
)
GAINS = block(
    f'''
    class Gains:
        """Gradient descent with momentum and a gain for each coordinate, as t-SNE came with."""

        def __init__(self, y):
            self.y, self.last, self.gains = y, torch.zeros_like(y), torch.ones_like(y)
            self.param_groups = [{{"lr": 0.0, "momentum": 0.0}}]

        def step(self):
            lr, momentum = self.param_groups[0].values()
            onward = self.last.sign() != self.y.grad.sign()
            shrunk = self.gains * {LOSS} + {LEAST_GAIN}
            self.gains = torch.where(onward, self.gains + {GAIN}, shrunk)
            self.last = momentum * self.last - lr * self.gains * self.y.grad
            length = self.last.norm(dim=1, keepdim=True)
            self.last *= ({LONGEST_STEP} / length).clamp_max(1)  # no point moves further
            self.y += self.last
            self.y -= self.y.mean(0)
    '''
)
SKLEARN = block(
    """
    for name, (start, perplexity, exaggeration) in MAPS.items():
        tsne = TSNE(
            init="pca" if start == "pca" else "random",
            random_state=None if start == "pca" else start,
            perplexity=perplexity,
            early_exaggeration=exaggeration,
            max_iter=max(300, ITERATIONS),  # scikit-learn exaggerates 250
            n_jobs=-1,
        )
        tsne.fit(points.numpy())
        print(f"{name}: KL {tsne.kl_divergence_:.6g}", flush=True)
    """
)
