"""What every entry of `MODELS` must keep, so that pages and training can use it unseen.

It holds for each value of each choice that a config offers.
"""

from __future__ import annotations

import copy
import itertools
import json

import pytest
import torch

from models import MODELS, PIXELS, Config, Model, build, hyperparameters, name_of

#: The exercise's config of each model, and those with every combination of other choices.
CONFIGS: list[tuple[str, Config]] = []
for _name, _spec in MODELS.items():
    _choices = {
        field: rule.choices or (False, True)
        for field, rule in hyperparameters(_spec.config).items()
        if rule.choices or rule.kind is bool
    }
    CONFIGS += [
        (_name, _spec.config.from_dict(dict(zip(_choices, values, strict=True))))
        for values in itertools.product(*_choices.values())
    ]


@pytest.fixture(params=list(MODELS))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def _called(case: tuple[str, Config]) -> str:
    name, config = case
    chosen = [value for value in config.to_dict().values() if isinstance(value, str | bool)]
    return "-".join(map(str, (name, *chosen)))


@pytest.fixture(params=CONFIGS, ids=_called)
def model(request: pytest.FixtureRequest) -> Model:
    name, config = request.param
    return build(name, config, seed=0)


@pytest.fixture
def digits() -> torch.Tensor:
    """A batch with the extremes that real digits have, all-dark and all-lit pictures among them."""
    pictures = torch.rand(16, PIXELS, generator=torch.Generator().manual_seed(5)).round(decimals=1)
    pictures[0], pictures[1] = 0, 1
    return pictures


def test_every_choice_is_tried() -> None:
    tried = {name: sum(case == name for case, _ in CONFIGS) for name in MODELS}
    assert tried == {"compression": 12, "denoising": 12, "sparse": 12, "vae": 3}


def test_shapes_and_ranges(model: Model, digits: torch.Tensor) -> None:
    codes = model.encode(digits)
    pictures = model(digits)
    low, high = model.code_range
    assert low <= codes.min()
    assert codes.max() <= high
    assert codes.shape == (16, model.config.latent_dim)
    assert model.decode(codes).shape == pictures.shape == (16, PIXELS)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    assert torch.equal(model.encode(digits), codes), "encode must not be random"


def test_loss_terms_are_those_announced_and_loss_reaches_every_weight(
    model: Model, digits: torch.Tensor
) -> None:
    terms = model.loss_terms(digits, torch.Generator().manual_seed(1))
    assert list(terms) == list(model.terms(model.config))
    assert next(iter(terms)) == "loss"
    for term in terms.values():
        assert term.shape == ()
        assert torch.isfinite(term)
    terms["loss"].backward()
    for parameter in model.parameters():
        assert parameter.grad is not None
        assert parameter.grad.abs().sum() > 0


def test_one_term_counts_the_picture_alone(model: Model) -> None:
    terms = model.terms(model.config)
    assert [key for key, term in terms.items() if term.picture] == [
        model.picture_term(model.config)
    ]


def test_the_picture_term_of_autoencoders_is_a_squared_error(
    model: Model, digits: torch.Tensor
) -> None:
    """So that runs with another loss stand beside PCA and each other."""
    if model.has_posterior:
        return
    name = model.picture_term(model.config)
    term = model.terms(model.config)[name]
    assert (term.label, term.unit) == ("Mean squared error", "per pixel")
    given = model.corrupt(digits, torch.Generator().manual_seed(1))
    found = model.loss_terms(digits, torch.Generator().manual_seed(1))[name]
    torch.testing.assert_close(found, (model(given) - digits).square().mean())


def test_the_layers_of_the_decoder_decode(model: Model) -> None:
    values = codes = torch.randn(5, model.config.latent_dim)
    for layer in model.decoder_layers():
        values = layer(values)
    assert torch.equal(values, model.decode(codes))


def test_a_copy_is_independent(model: Model, digits: torch.Tensor) -> None:
    before = model(digits)
    twin = copy.deepcopy(model)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.zero_()
    assert torch.equal(model(digits), before)
    assert torch.equal(twin(digits), torch.full_like(digits, 0.5))


def test_no_tensor_is_saved_twice(model: Model) -> None:
    places = [tensor.data_ptr() for tensor in model.state_dict().values()]
    assert len(set(places)) == len(places) == len(list(model.parameters()))


def test_a_class_of_models_has_the_name_under_which_it_is_listed(name: str) -> None:
    assert name_of(MODELS[name].model) == name
    with pytest.raises(ValueError, match="Model is not a model of the lab"):
        name_of(Model)


def test_a_posterior_is_announced_where_there_is_one(name: str) -> None:
    assert MODELS[name].model.has_posterior == hasattr(MODELS[name].model, "posterior")


def test_randomness_comes_from_the_generator_alone(model: Model, digits: torch.Tensor) -> None:
    before = torch.get_rng_state()
    first = model.loss_terms(digits, torch.Generator().manual_seed(1))
    again = model.loss_terms(digits, torch.Generator().manual_seed(1))
    assert all(torch.equal(first[term], again[term]) for term in first)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_seed_decides_the_weights(model: Model) -> None:
    name, config = name_of(type(model)), model.config
    torch.manual_seed(1)
    first = build(name, config, seed=3).state_dict()
    torch.manual_seed(2)
    again = build(name, config, seed=3).state_dict()
    other = build(name, config, seed=4).state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not any(torch.equal(first[key], other[key]) for key in first)


def test_a_config_survives_the_way_to_a_file_and_back(model: Model) -> None:
    config = model.config
    assert type(config).from_dict(json.loads(json.dumps(config.to_dict()))) == config
    assert "latent_dim" in hyperparameters(type(config))


def test_wrong_names_and_configs_are_refused() -> None:
    spec = next(iter(MODELS.values()))
    with pytest.raises(ValueError, match="'transformer' is not a model of the lab"):
        build("transformer", spec.config(), seed=0)
    # A config of a model that is a special case of the other one is still another's.
    with pytest.raises(
        ValueError, match="compression takes a AutoencoderConfig, not a DenoisingConfig"
    ):
        build("compression", MODELS["denoising"].config(), seed=0)
