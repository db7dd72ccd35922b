"""The field's terms in plain words, and links to them for any text of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One term of the glossary: `title` as the page writes it, `text` in Markdown."""

    title: str
    text: str


GLOSSARY: dict[str, Entry] = {
    "code": Entry(
        title="Code",
        text="The numbers that an encoder makes of a picture: 32 for the compression autoencoder. "
        "The decoder sees nothing else.",
    ),
    "latent": Entry(
        title="Latent space",
        text="The space of all codes. Each of its dimensions is one number of the code.",
    ),
    "nats": Entry(
        title="Nats",
        text="A unit of information, like bits but with the natural logarithm: 1 nat = 1.44 bits.",
    ),
    "kl": Entry(
        title="KL divergence",
        text="How much one probability distribution differs from another, in nats. It is 0 when "
        "they are equal and never negative. In the VAE it compares the posterior with the prior; "
        "in t-SNE it compares P, the neighbours in the data, with Q, those on the map.",
    ),
    "prior": Entry(
        title="Prior",
        text="What the VAE assumes about codes before it sees a picture: a normal distribution "
        "with mean 0 and standard deviation 1 in each dimension.",
    ),
    "posterior": Entry(
        title="Posterior",
        text="What the VAE's encoder says about the code of one picture: a mean and a standard "
        "deviation for each dimension.",
    ),
    "perplexity": Entry(
        title="Perplexity",
        text="The effective number of neighbours that t-SNE gives each digit.",
    ),
    "p": Entry(
        title="P and Q",
        text="Two tables of neighbour probabilities in t-SNE: P for pairs of digits in the data, "
        "Q for the same pairs on the map. The optimiser moves the points until Q is close to P.",
    ),
    "psnr": Entry(
        title="PSNR",
        text="Peak signal-to-noise ratio in decibels: 10 log10(1 / mean squared error). Higher is "
        "better; 10 dB more means a tenth of the error.",
    ),
    "ssim": Entry(
        title="SSIM",
        text="Structural similarity of two pictures, from local means, spreads and correlations. "
        "1 means equal, 0 means unrelated.",
    ),
}


def term(key: str, words: str | None = None) -> str:
    """Return a Markdown link to a term of the glossary.

    Args:
        key: A key of `GLOSSARY`.
        words: The words of the link; the term's title in lower case if not given.
    """
    return f"[{words or GLOSSARY[key].title.lower()}](glossary#{key})"
