"""Sending large data, such as weights, apart from what changes with every digit.

Streamlit sends a message that has not changed as its hash. If the weights of a decoder were in one
message with the code that they decode, they would be sent again with every digit that is chosen.
"""

from __future__ import annotations

import hashlib
import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.components.latent.decoder import Decoder
from app.components.message import pack
from app.components.mount import browser_component

_mount = browser_component("latent_lab_transfer", "latent/transfer.js")


def send_network(decoder: Decoder, key: str) -> str:
    """Send the weights, once, to the page of the component `key`; return their name there."""
    _mount(key=f"{key}:network", data=pack(decoder.payload | {"name": decoder.name}))
    return decoder.name


def send_pictures(pictures: NDArray[np.uint8], key: str) -> str:
    """Send pictures, (N, 784), in the same way."""
    name, packed = _packed(pictures.tobytes())
    data = {"name": name, "pictures": np.frombuffer(packed, np.uint8)}
    _mount(key=f"{key}:pictures", data=pack(data))
    return name


@lru_cache(maxsize=4)
def _packed(pictures: bytes) -> tuple[str, bytes]:
    """Return a name for pictures and the pictures deflated to about a fifth.

    The last ones are kept, since every rerun asks for them.
    """
    return hashlib.blake2s(pictures, digest_size=8).hexdigest(), zlib.compress(pictures, 6)
