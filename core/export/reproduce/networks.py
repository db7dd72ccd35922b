"""The models as a script writes them: the class of a network, with its loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.export.reproduce.blocks import block
from models import PIXELS
from models.autoencoder import CROSS_ENTROPY, AutoencoderConfig
from models.denoising import DenoisingConfig
from models.layers import ACTIVATIONS
from models.sparse import SparseConfig
from models.vae import VAEConfig

#: What a script needs of a model: constants by name, and the blocks of its functions and its class.
Written = tuple[dict[str, object], list[str]]

_LAYERS = block(
    '''
    def linear(inputs, outputs):
        """Return a linear layer that starts as PyTorch's own do, from the run's seed."""
        layer = nn.Linear(inputs, outputs)
        bound = 1 / math.sqrt(inputs)
        for values in (layer.weight, layer.bias):
            nn.init.uniform_(values, -bound, bound, generator=start)
        return layer


    def layers(widths, last):
        """Return linear layers of these widths, each with an activation after it."""
        parts = []
        for inputs, outputs in pairwise(widths):
            parts += [linear(inputs, outputs), nn.{activation}()]
        return nn.Sequential(*parts[:-1], last)
    '''
)
_LAST = "nn.Sigmoid()"
#: Lines of `__init__` of a network whose decoder has the encoder's weights: the decoder's biases.
_TIED = [
    "self.biases = nn.ParameterList()",
    "for layer in reversed(self.encoder[::2]):",
    "    bias, bound = torch.empty(layer.in_features), 1 / math.sqrt(layer.out_features)",
    "    self.biases.append(nn.init.uniform_(bias, -bound, bound, generator=start))",
]
#: What its decoder computes before the last sigmoid.
_LOGITS = [
    "    def logits(self, codes):",
    '        """Go back through the encoder, with its weights transposed."""',
    "        for layer, bias in zip(reversed(self.encoder[::2]), self.biases):",
    "            logits = functional.linear(codes, layer.weight.T, bias)",
    "            codes = logits.{activation}()",
    "        return logits",
    "",
]
_PENALTY = block(
    '''
    def penalty(codes):
        """Return the KL divergences of the units' mean activations from SPARSITY, in nats."""
        rho = torch.tensor(SPARSITY, dtype=torch.float64)
        mean = codes.mean(dim=0).double().clamp(1e-6, 1 - 1e-6)
        on, off = torch.log(rho) - torch.log(mean), torch.log1p(-rho) - torch.log1p(-mean)
        return (rho * on + (1 - rho) * off).clamp_min(0).sum()
    '''
)


def compression(config: AutoencoderConfig) -> Written:
    """Write the autoencoder of task 1.1."""
    return {}, _autoencoder(config)


def denoising(config: DenoisingConfig) -> Written:
    """Write the autoencoder of task 1.2, which gets noisy digits."""
    before = (
        "noise = torch.empty_like(x).normal_(0, NOISE, generator=random)",
        "codes = self.encoder((noise + x).clamp(0, 1))",
    )
    return {"NOISE": config.noise_std}, _autoencoder(config, before=before)


def sparse(config: SparseConfig) -> Written:
    """Write the autoencoder of task 1.3, whose loss has a penalty on active units."""
    values: dict[str, object] = {
        "SPARSITY": config.sparsity,
        "SPARSITY_WEIGHT": config.sparsity_weight,
    }
    network = _autoencoder(config, code="Sigmoid", added=" + SPARSITY_WEIGHT * penalty(codes)")
    return values, [*network[:-1], _PENALTY, network[-1]]


def vae(config: VAEConfig) -> Written:
    """Write the variational autoencoder of task 2."""
    activation = ACTIVATIONS[config.activation].__name__
    widths = [PIXELS, *config.hidden_dims]
    encoder = f"layers({widths}, nn.{activation}())" if config.hidden_dims else "nn.Identity()"
    beta = "self.share * KL_WEIGHT" if config.kl_warmup else "KL_WEIGHT"
    values: dict[str, object] = {"KL_WEIGHT": config.kl_weight}
    if config.kl_warmup:
        values["KL_WARMUP"] = config.kl_warmup
    network = block(
        f"""
        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.encoder = {encoder}
                self.mu = linear({widths[-1]}, {config.latent_dim})
                self.logvar = linear({widths[-1]}, {config.latent_dim})
                self.decoder = layers({[config.latent_dim, *widths[::-1]]}, nn.Identity())

            def loss(self, x, random):
                hidden = self.encoder(x)
                mu, logvar = self.mu(hidden), self.logvar(hidden)
                noise = torch.empty_like(mu).normal_(generator=random)
                logits = self.decoder(mu + torch.exp(0.5 * logvar) * noise)
                cross_entropy = functional.binary_cross_entropy_with_logits(logits, x)
                kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar)
                return cross_entropy + {beta} * kl.sum(dim=1).mean()
        """
    )
    return values, [_LAYERS.replace("{activation}", activation), network]


#: The models by their names in `models.MODELS`.
NETWORKS: Mapping[str, Callable[[Any], Written]] = {
    "compression": compression,
    "denoising": denoising,
    "sparse": sparse,
    "vae": vae,
}


def _autoencoder(
    config: AutoencoderConfig,
    *,
    code: str = "",
    before: tuple[str, ...] = ("codes = self.encoder(x)",),
    added: str = "",
) -> list[str]:
    """Return the blocks of an autoencoder.

    `code` is the activation of its code where it is not that of the other layers, `before` the
    lines that make the codes, and `added` what is added to the loss of the picture.
    """
    activation = ACTIVATIONS[config.activation].__name__
    widths = [PIXELS, *config.hidden_dims, config.latent_dim]
    decoder = _TIED if config.tied_weights else [f"self.decoder = layers({widths[::-1]}, {_LAST})"]
    if config.loss == CROSS_ENTROPY:
        # Without the last sigmoid: the logarithm of an output that has reached 0 is infinite.
        logits = "self.logits(codes)" if config.tied_weights else "self.decoder[:-1](codes)"
        loss = f"functional.binary_cross_entropy_with_logits({logits}, x)"
    else:
        output = "self.logits(codes).sigmoid()" if config.tied_weights else "self.decoder(codes)"
        loss = f"functional.mse_loss({output}, x)"
    logits_function = _LOGITS if config.tied_weights else []
    lines = [
        "class Network(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        f"        self.encoder = layers({widths}, nn.{code or activation}())",
        *(f"        {line}" for line in decoder),
        "",
        *(line.replace("{activation}", config.activation) for line in logits_function),
        "    def loss(self, x, random):",
        *(f"        {line}" for line in before),
        f"        picture = {loss}" if added else f"        return {loss}",
        *([f"        return picture{added}"] if added else []),
    ]
    return [_LAYERS.replace("{activation}", activation), "\n".join(lines)]
