"""Components for latent spaces: a decoder runs in the browser, its digits follow the pointer.

The weights are sent once; after that the browser decodes without the server.
"""

from __future__ import annotations

from app.components.latent.decoder import Decoder, Layer, decoder_of
from app.components.latent.pad import latent_pad
from app.components.latent.plane import Pick, Plane, latent_map
from app.components.latent.sliders import latent_sliders

__all__ = [
    "Decoder",
    "Layer",
    "Pick",
    "Plane",
    "decoder_of",
    "latent_map",
    "latent_pad",
    "latent_sliders",
]
