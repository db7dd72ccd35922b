"""How good a VAE is as a model of digits, where a visitor asks for it."""

from __future__ import annotations

import re

from tests.app.conftest import OpenPage, texts

VIEW = "What was learned"


def test_the_bounds_and_the_share_of_samples_come_on_demand(open_page: OpenPage) -> None:
    app = open_page("vae", run="vae", view=VIEW)
    assert not app.metric
    app.session_state["learned-quality"] = True
    app.run()
    assert not app.exception
    found = {metric.label: metric.value for metric in app.metric}
    numbers = [
        float(found[f"{title} (nats)"].split(" ± ")[0].replace("−", "-"))
        for title in ("Evidence lower bound", "Importance-weighted bound")
    ]
    assert -130 < numbers[0] < numbers[1] < -80
    share = found["Samples that pass for digits"]
    assert re.fullmatch(r"\d+ %", share)
    assert 20 < int(share.removesuffix(" %")) <= 100
    assert f"the importance-weighted one is {numbers[1] - numbers[0]:.1f}"[:-2] in texts(app)
