"""The Python half of the staircase: what travels, and what is believed of a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from app.components.latent import decoder_of
from app.components.latent.offered import packed_network
from app.components.staircase import Row, Step, staircase, step_from
from core.data.data_sets import DATA_SETS, FASHION, MNIST
from models import build
from models.vae import VAEConfig
from tests.support.message import unpack


def script() -> None:
    import numpy as np
    import streamlit as st

    from app.components.latent import decoder_of
    from app.components.staircase import Row, Step, staircase
    from models import build
    from models.vae import VAEConfig

    models = [build("vae", VAEConfig(latent_dim=2), seed=seed) for seed in (0, 1)]
    codes = np.arange(12.0).reshape(2, 3, 2)
    chosen = staircase(
        [
            Step(id=f"run {name}", name=name, decoder=decoder_of(model), codes=own)
            for name, model, own in zip(("0", "0.1"), models, codes, strict=True)
        ],
        np.array([3, 1, 4]),
        np.array([[0.5, -0.5]]),
        [
            Row(name="KL", texts=["1", "2"]),
            Row(name="z0", texts=["a", "b"], shares=[float("nan"), 1.5]),
        ],
        key="stairs",
        label="β",
        description="Two models.",
        start=1,
    )
    st.text(str(chosen))


def stairs(app: AppTest) -> dict[str, Any]:
    """Return all that the page sends: one message."""
    (element,) = app.get("bidi_component")
    assert element.proto.component_name == "latent_lab_staircase"
    return unpack(element.proto.bytes)


def test_the_decoders_are_offered_and_the_rest_travels_at_once() -> None:
    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    data = stairs(app)
    for seed, step in enumerate(data["steps"]):
        decoder = decoder_of(build("vae", VAEConfig(latent_dim=2), seed=seed))
        packed = packed_network(step["network"])
        assert packed is not None
        np.testing.assert_array_equal(unpack(packed)["weights"], decoder.payload["weights"])
    np.testing.assert_array_equal(data["codes"], np.arange(12))
    np.testing.assert_array_equal(data["labels"], [3, 1, 4])
    np.testing.assert_array_equal(data["samples"], [0.5, -0.5])
    assert data["rows"][0] == {"name": "KL", "texts": ["1", "2"], "shares": None}
    np.testing.assert_array_equal(data["rows"][1]["shares"], [0, 1])
    assert app.text[0].value == "1"


def of_clothes() -> None:
    import numpy as np

    from app.components.latent import decoder_of
    from app.components.staircase import Step, staircase
    from core.data.data_sets import DATA_SETS, FASHION
    from models import build
    from models.vae import VAEConfig

    decoder = decoder_of(build("vae", VAEConfig(latent_dim=2), seed=0))
    codes = np.zeros((1, 2))
    steps = [Step(id=name, name=name, decoder=decoder, codes=codes) for name in ("0", "0.1")]
    staircase(
        steps,
        np.array([9]),
        np.zeros((1, 2)),
        [],
        key="stairs",
        label="β",
        description="Two models.",
        data_set=DATA_SETS[FASHION],
    )


@pytest.mark.parametrize(
    ("page", "data", "nouns"), [(script, MNIST, "digits"), (of_clothes, FASHION, "pictures")]
)
def test_classes_and_titles_are_those_of_the_data_set(
    page: Callable[[], None], data: str, nouns: str
) -> None:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    sent = stairs(app)
    assert sent["dataSet"] == DATA_SETS[data].words
    assert sent["titles"][0].startswith(f"Codes of test {nouns}; circles: 1 and 2")
    assert sent["tableTitle"] == f"On the 10,000 test {nouns}"


def test_nine_steps_of_the_gallerys_size_are_at_most_four_megabytes() -> None:
    decoder = decoder_of(build("vae", VAEConfig(latent_dim=2), seed=0))
    assert 9 * (decoder.payload["weights"].nbytes + 1000 * 2 * 4) < 4_200_000
    assert 9 * decoder.payload["weights"].nbytes < 4_000_000


@pytest.mark.parametrize(
    "answer", [None, 7, "b", {}, {"id": "d"}, {"id": 1}, {"id": ["b"]}, {"id": None}, {"step": 1}]
)
def test_what_is_no_step_counts_as_the_first(answer: object) -> None:
    assert step_from(answer, ["a", "b", "c"], 2) == 2
    assert step_from({"id": "b"}, ["a", "b", "c"], 2) == 1


def growing() -> None:
    import numpy as np
    import streamlit as st

    from app.components.latent import decoder_of
    from app.components.staircase import Step, staircase
    from models import build
    from models.vae import VAEConfig

    decoder = decoder_of(build("vae", VAEConfig(latent_dim=2), seed=0))
    names = st.session_state["names"]
    steps = [Step(id=name, name=name, decoder=decoder, codes=np.zeros((1, 2))) for name in names]
    chosen = staircase(
        steps,
        np.array([9]),
        np.zeros((1, 2)),
        [],
        key="stairs",
        label="β",
        description="Models.",
        start=len(steps) // 2,
    )
    st.text(names[chosen])


def test_a_step_stays_chosen_when_others_come_and_go() -> None:
    app = AppTest.from_function(growing, default_timeout=30)

    def shown(*names: str) -> tuple[str, str]:
        """Return the step that Python returns, and that at which a browser would begin."""
        app.session_state["names"] = names
        app.run()
        assert not app.exception
        data = stairs(app)
        return app.text[0].value, data["steps"][data["start"]]["name"]

    assert shown("b", "d", "e") == ("d", "d")
    assert shown("a", "b", "c", "d", "e") == ("d", "d"), "a browser stays at the first, too"
    app.session_state["stairs"] = {"step": {"id": "e"}}
    assert shown("a", "b", "c", "d", "e")[0] == "e"
    assert shown("a", "b", "c", "d", "e", "f")[0] == "e"
    assert shown("a", "b", "c") == ("b", "b"), "the run is gone"


@pytest.mark.parametrize(
    ("codes", "dimensions", "complaint"),
    [
        (np.zeros((3, 2)), 2, "text"),
        (np.full((2, 2), np.nan), 2, "not finite"),
        (np.zeros((2, 3)), 2, "shape"),
        (np.zeros((2, 2)), 3, "codes of 3 numbers"),
    ],
)
def test_what_does_not_fit_is_refused(codes: np.ndarray, dimensions: int, complaint: str) -> None:
    torch.manual_seed(0)
    decoder = decoder_of(build("vae", VAEConfig(latent_dim=dimensions), seed=0))
    step = Step(id="0", name="0", decoder=decoder, codes=codes)
    count = 3 if complaint == "text" else 2
    with pytest.raises(ValueError, match=complaint):
        staircase(
            [step, step],
            np.zeros(count, int),
            np.zeros((1, 2)),
            [Row(name="KL", texts=["one"])],
            key="stairs",
            label="β",
            description="Two models.",
        )
