"""The route by which a browser gets the decoders of several models."""

from __future__ import annotations

import numpy as np
import pytest

from app.components.latent import Decoder, decoder_of, offered
from app.components.latent.offered import offer_network
from app.server import addresses, networks
from models import build
from models.vae import VAEConfig
from tests.support.maps_lab import Lab
from tests.support.message import unpack


def decoder(seed: int = 0) -> Decoder:
    return decoder_of(build("vae", VAEConfig(latent_dim=2), seed=seed))


@pytest.fixture
def lab() -> Lab:
    return Lab(networks.routes())


def test_an_offered_decoder_can_be_had_and_is_kept_by_the_browser(lab: Lab) -> None:
    given = decoder()
    answer = lab.get(f"/networks/{offer_network(given)}")
    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    found = unpack(answer.body)
    np.testing.assert_array_equal(found["weights"], given.payload["weights"])
    assert found["layers"] == given.payload["layers"]


@pytest.mark.parametrize("name", ["none", "..%2f..%2fetc%2fpasswd", "0" * 9000, "%00"])
def test_a_decoder_that_nobody_offered_is_not_there(lab: Lab, name: str) -> None:
    answer = lab.get(f"/networks/{name}")
    assert (answer.status, len(answer.body) < 100) == (404, True)
    assert answer.body.decode().endswith("reload the page.")


def test_only_pages_of_the_lab_get_decoders(lab: Lab) -> None:
    address = f"/networks/{offer_network(decoder())}"
    assert lab.get(address, cookie="").status == 403
    assert lab.get(address, cookie="_streamlit_xsrf=nonsense").status == 403
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
        assert lab.get(address, sec_fetch_site=site).status == status


def test_what_was_offered_longest_ago_gives_way(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offered, "_MAX_OFFERED", 2)
    first, second, third = (decoder(seed) for seed in range(3))
    for each in (first, second, first, third):
        offer_network(each)
    asked = [lab.get(f"/networks/{each.name}").status for each in (first, second, third)]
    assert asked == [200, 404, 200]


def test_the_route_is_under_the_base_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses.config, "get_option", {"server.baseUrlPath": "/lab/"}.get)
    assert [route.path for route in networks.routes()] == ["/lab/networks/{name}"]
