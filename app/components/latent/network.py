"""A decoder's weights on their way into the browser, apart from what changes with every digit."""

from __future__ import annotations

from streamlit.components.v2 import component

from app.components.latent.decoder import Decoder
from app.components.latent.parts import read

_mount = component("latent_lab_network", js=read("mlp.js", "network.js"))


def send_network(decoder: Decoder, key: str) -> str:
    """Sends the weights, once, to the page that the component `key` is on; gives their name there.

    Streamlit sends a message that has not changed as its hash. Were the weights in one message with
    the code that they decode, they would travel with every digit that is chosen.
    """
    _mount(key=f"{key}:network", data=decoder.payload | {"name": decoder.name})
    return decoder.name
