"""The field's terms in plain words, and links to them for any text of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One term of the glossary: `title` as the page writes it, `text` in Markdown.

    `page` (its name in `PAGES`) and `view` are where the lab shows it.
    """

    title: str
    text: str
    page: str
    view: str = ""


GLOSSARY: dict[str, Entry] = {
    "activation": Entry(
        title="Activation",
        text="The output of one unit of a network for one picture. A unit of the autoencoders' "
        "codes has an activation between 0 and 1. It counts as *active* when that is above half of "
        "the unit's own maximum over the test digits.",
        page="autoencoders",
        view="Sparse code",
    ),
    "adam": Entry(
        title="Adam",
        text="An optimiser that keeps running averages of each parameter's gradient and of its "
        "square, and so chooses a step size for each parameter.",
        page="tsne",
    ),
    "autoencoder": Entry(
        title="Autoencoder",
        text="Two networks trained together: the encoder turns a picture into a code, the decoder "
        "turns the code back into a picture. It learns without labels: the target is the picture.",
        page="autoencoders",
    ),
    "batch-size": Entry(
        title="Batch size",
        text="How many digits the model sees before each step of the optimiser.",
        page="autoencoders",
    ),
    "code": Entry(
        title="Code",
        text="The numbers that an encoder makes of a picture: 32 for the exercise's compression "
        "autoencoder. The decoder sees nothing else.",
        page="autoencoders",
        view="Time machine",
    ),
    "cross-entropy": Entry(
        title="Cross-entropy",
        text="An error for outputs that are probabilities: −x log p − (1 − x) log(1 − p) for a "
        "pixel of value x and an output p. The lab gives its mean over the pixels, in nats.",
        page="vae",
    ),
    "early-exaggeration": Entry(
        title="Early exaggeration",
        text="In the first iterations of t-SNE all values of P are multiplied by a number such "
        "as 4. Neighbours attract each other more, so clusters form sooner.",
        page="tsne",
    ),
    "epoch": Entry(
        title="Epoch",
        text="One pass over all 60,000 training digits, batch by batch.",
        page="autoencoders",
    ),
    "elbo": Entry(
        title="Evidence lower bound (ELBO)",
        text="What a VAE maximises: minus the cross-entropy summed over the pixels, minus the KL "
        "divergence to the prior. For pixels that are 0 or 1 it is a lower bound on the log "
        "probability of the picture. MNIST has grey values, for which it is only a score.",
        page="vae",
    ),
    "gradient": Entry(
        title="Gradient",
        text="The direction in which the loss rises fastest, with how fast. An optimiser steps "
        "the opposite way.",
        page="tsne",
    ),
    "interpolation": Entry(
        title="Interpolation",
        text="Codes on the straight line between two codes. Decoded one after the other they "
        "show what the model puts between two digits.",
        page="vae",
        view="Interpolate",
    ),
    "kl": Entry(
        title="KL divergence",
        text="How much one probability distribution differs from another, in nats. It is 0 when "
        "they are equal and never negative. In the VAE it compares the posterior with the prior; "
        "in t-SNE it compares P, the neighbours in the data, with Q, those on the map.",
        page="vae",
        view="What was learned",
    ),
    "latent": Entry(
        title="Latent space",
        text="The space of all codes. Each of its dimensions is one number of the code.",
        page="vae",
        view="Map",
    ),
    "learning-rate": Entry(
        title="Learning rate",
        text="How far the optimiser goes in each step. If it is too small, training is slow; if "
        "it is too large, the loss jumps about or grows.",
        page="autoencoders",
    ),
    "loss": Entry(
        title="Loss",
        text="The number that training makes smaller. Each model has its own: a reconstruction "
        "error, and for some models a penalty that is added to it.",
        page="autoencoders",
    ),
    "mse": Entry(
        title="Mean squared error",
        text="The mean, over the pixels, of the squared difference between two pictures. Pixels "
        "are between 0 and 1, so 0 means equal and 1 is the largest possible error.",
        page="autoencoders",
        view="Reconstruct",
    ),
    "momentum": Entry(
        title="Momentum",
        text="The share of the last step that is added to the next one. It smooths the path and "
        "makes it faster where gradients point the same way for long.",
        page="tsne",
    ),
    "nats": Entry(
        title="Nats",
        text="A unit of information, like bits but with the natural logarithm: 1 nat = 1.44 bits.",
        page="vae",
        view="What was learned",
    ),
    "neighbour-agreement": Entry(
        title="Neighbour agreement",
        text="The share of a point's nearest neighbours that are the same digit, averaged over "
        "all points. 100 % means that every neighbour has the same label.",
        page="tsne",
    ),
    "noise": Entry(
        title="Noise",
        text="Random changes of the pixels. Gaussian noise adds a random number to each pixel; "
        "σ is its standard deviation, and 0.2 in the exercise.",
        page="autoencoders",
        view="Denoise",
    ),
    "p": Entry(
        title="P and Q",
        text="Two tables of neighbour probabilities in t-SNE: P for pairs of digits in the data, "
        "Q for the same pairs on the map. The optimiser moves the points until Q is close to P.",
        page="tsne",
    ),
    "perplexity": Entry(
        title="Perplexity",
        text="The effective number of neighbours that t-SNE gives each digit.",
        page="tsne",
    ),
    "posterior": Entry(
        title="Posterior",
        text="What the VAE's encoder gives for one picture: a normal distribution of codes, with "
        "a mean and a standard deviation for each dimension.",
        page="vae",
        view="Reconstruct",
    ),
    "principal-component": Entry(
        title="Principal component",
        text="A direction in which data vary most: the first component has the largest variance, "
        "the second the largest of those at right angles to it. PCA draws data along them.",
        page="vae",
        view="Map",
    ),
    "prior": Entry(
        title="Prior",
        text="What the VAE assumes about codes before it sees a picture: a normal distribution "
        "with mean 0 and standard deviation 1 in each dimension.",
        page="vae",
        view="Generate",
    ),
    "psnr": Entry(
        title="PSNR",
        text="Peak signal-to-noise ratio in decibels: 10 log10(1 / mean squared error). Higher is "
        "better; 10 dB more means a tenth of the error.",
        page="autoencoders",
        view="Reconstruct",
    ),
    "seed": Entry(
        title="Seed",
        text="The number from which all random numbers of a run follow. On the same type of "
        "processor and the same PyTorch, two runs with the same settings and seed are the same; "
        "another seed shows how much is chance.",
        page="autoencoders",
    ),
    "sgd": Entry(
        title="SGD",
        text="Stochastic gradient descent: each step goes against the gradient, and its length is "
        "the learning rate times the gradient.",
        page="tsne",
    ),
    "sparsity": Entry(
        title="Sparsity",
        text="A code is sparse when only a few of its units are active for each picture. The "
        "sparse autoencoder has a penalty for units whose mean activation is not ρ.",
        page="autoencoders",
        view="Sparse code",
    ),
    "ssim": Entry(
        title="SSIM",
        text="Structural similarity of two pictures, from local means, spreads and correlations. "
        "1 means equal; values near 0 mean unrelated.",
        page="autoencoders",
        view="Reconstruct",
    ),
    "tsne": Entry(
        title="t-SNE (method)",
        text="A method that draws data with many dimensions as a map. It moves points until those "
        "that are neighbours in the data are neighbours on the map.",
        page="tsne",
    ),
    "test-digits": Entry(
        title="Training and test digits",
        text="MNIST has 60,000 digits to train on and 10,000 to test on. A model never learns from "
        "test digits, so its error on them shows what it does with new ones.",
        page="autoencoders",
    ),
    "trustworthiness": Entry(
        title="Trustworthiness",
        text="How far a map's neighbours are also neighbours in the data. It is 1 if all are; "
        "a map neighbour lowers it more, the further away it is in the data. The exported file "
        "“Curves (CSV)” of a run has it.",
        page="tsne",
    ),
    "vae": Entry(
        title="Variational autoencoder (VAE)",
        text="An autoencoder that encodes each picture as a distribution of codes, the posterior, "
        "and keeps all posteriors close to the prior. Codes drawn from the prior give new digits.",
        page="vae",
    ),
}


def term(key: str, words: str | None = None) -> str:
    """Return a Markdown link to a term of the glossary.

    Args:
        key: A key of `GLOSSARY`.
        words: The words of the link; if not given the term's title, as within a sentence.
    """
    title = GLOSSARY[key].title
    inner = title[0].lower() + title[1:] if title[1].islower() else title
    return f"[{words or inner}](glossary#{key})"
