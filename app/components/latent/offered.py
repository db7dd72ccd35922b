"""Decoders that browsers fetch by their names.

What travels in Streamlit's messages is hashed twice with every rerun, also where it has not
changed. For nine decoders, 4 MB, that was a third of a page's answer. A decoder that is offered
costs a rerun nothing; `app/server/networks.py` answers who asks for it.
"""

from __future__ import annotations

from collections import OrderedDict

from app.components.latent.decoder import Decoder
from app.components.message import pack

#: Where browsers fetch them, below the base path.
FOLDER = "networks"
#: Seven sweeps of nine models, of half a megabyte each; what was offered longest ago gives way.
_MAX_OFFERED = 64
_offered: OrderedDict[str, Decoder] = OrderedDict()


def offer_network(decoder: Decoder) -> str:
    """Let browsers fetch these weights; return their name."""
    _offered[decoder.name] = decoder
    _offered.move_to_end(decoder.name)
    while len(_offered) > _MAX_OFFERED:
        _offered.popitem(last=False)
    return decoder.name


def packed_network(name: str) -> bytes | None:
    """Return what `readNetwork` of `static/latent/mlp.js` reads, packed; None if it is gone."""
    decoder = _offered.get(name)
    return None if decoder is None else pack(decoder.payload)
