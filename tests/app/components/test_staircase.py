"""The Python half of the staircase: what travels, and what is believed of a browser."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from app.components.latent import decoder_of
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
            Step(name=name, decoder=decoder_of(model), codes=own)
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


def test_the_decoders_travel_by_themselves_and_the_rest_at_once() -> None:
    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    parts = {
        proto.component_name: unpack(proto.bytes)
        for proto in (element.proto for element in app.get("bidi_component"))
    }
    data = parts["latent_lab_staircase"]
    sent = [
        unpack(element.proto.bytes)["name"]
        for element in app.get("bidi_component")
        if element.proto.component_name == "latent_lab_transfer"
    ]
    assert [step["network"] for step in data["steps"]] == sent
    assert len(set(sent)) == 2
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
    steps = [Step(name=name, decoder=decoder, codes=codes) for name in ("0", "0.1")]
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
    sent = {each.proto.component_name: each.proto for each in app.get("bidi_component")}
    stairs = unpack(sent["latent_lab_staircase"].bytes)
    assert stairs["dataSet"] == DATA_SETS[data].words
    assert stairs["titles"][0].startswith(f"Codes of test {nouns}; circles: 1 and 2")
    assert stairs["tableTitle"] == f"On the 10,000 test {nouns}"


def test_nine_steps_of_the_gallerys_size_are_at_most_four_megabytes() -> None:
    decoder = decoder_of(build("vae", VAEConfig(latent_dim=2), seed=0))
    assert 9 * (decoder.payload["weights"].nbytes + 1000 * 2 * 4) < 4_200_000
    assert 9 * decoder.payload["weights"].nbytes < 4_000_000


@pytest.mark.parametrize(
    "answer",
    [
        None,
        7,
        {},
        {"signature": "other", "step": 1},
        {"signature": "mine", "step": "1"},
        {"signature": "mine", "step": 1.0},
        {"signature": "mine", "step": True},
        {"signature": "mine", "step": -1},
        {"signature": "mine", "step": 3},
        {"signature": "mine", "step": None},
        {"signature": "mine"},
    ],
)
def test_what_is_no_step_counts_as_the_first(answer: object) -> None:
    assert step_from(answer, "mine", 3, 2) == 2
    assert step_from({"signature": "mine", "step": 1}, "mine", 3, 2) == 1


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
    step = Step(name="0", decoder=decoder, codes=codes)
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
