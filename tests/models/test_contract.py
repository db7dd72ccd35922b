"""What every entry of `MODELS` must keep, so that pages and training can use it unseen."""

from __future__ import annotations

import pytest
import torch

from models import MODELS, PIXELS, Model, build, hyperparameters, name_of


@pytest.fixture(params=list(MODELS))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def digits() -> torch.Tensor:
    """A batch with the extremes that real digits have, all-dark and all-lit pictures among them."""
    pictures = torch.rand(16, PIXELS, generator=torch.Generator().manual_seed(5)).round(decimals=1)
    pictures[0], pictures[1] = 0, 1
    return pictures


def test_shapes_and_ranges(name: str, digits: torch.Tensor) -> None:
    model = build(name, MODELS[name].config(), seed=0)
    codes = model.encode(digits)
    pictures = model(digits)
    latent_dim = getattr(model.config, "latent_dim")  # noqa: B009 - every config has one
    assert codes.shape == (16, latent_dim)
    assert model.decode(codes).shape == pictures.shape == (16, PIXELS)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    assert torch.equal(model.encode(digits), codes), "encode must not be random"


def test_loss_terms_are_those_announced_and_loss_reaches_every_weight(
    name: str, digits: torch.Tensor
) -> None:
    model = build(name, MODELS[name].config(), seed=0)
    terms = model.loss_terms(digits, torch.Generator().manual_seed(1))
    assert list(terms) == list(model.terms)
    assert next(iter(terms)) == "loss"
    for term in terms.values():
        assert term.shape == ()
        assert torch.isfinite(term)
    terms["loss"].backward()
    for parameter in model.parameters():
        assert parameter.grad is not None
        assert parameter.grad.abs().sum() > 0


def test_one_term_counts_the_picture_alone(name: str) -> None:
    terms = MODELS[name].model.terms
    assert [key for key, term in terms.items() if term.picture] == [
        MODELS[name].model.picture_term()
    ]


def test_a_class_of_models_has_the_name_under_which_it_is_listed(name: str) -> None:
    assert name_of(MODELS[name].model) == name
    with pytest.raises(ValueError, match="Model is not a model of the lab"):
        name_of(Model)


def test_a_posterior_is_announced_where_there_is_one(name: str) -> None:
    assert MODELS[name].model.has_posterior == hasattr(MODELS[name].model, "posterior")


def test_randomness_comes_from_the_generator_alone(name: str, digits: torch.Tensor) -> None:
    model = build(name, MODELS[name].config(), seed=0)
    before = torch.get_rng_state()
    first = model.loss_terms(digits, torch.Generator().manual_seed(1))
    again = model.loss_terms(digits, torch.Generator().manual_seed(1))
    assert all(torch.equal(first[term], again[term]) for term in first)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_seed_decides_the_weights(name: str) -> None:
    config = MODELS[name].config()
    torch.manual_seed(1)
    first = build(name, config, seed=3).state_dict()
    torch.manual_seed(2)
    again = build(name, config, seed=3).state_dict()
    other = build(name, config, seed=4).state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not any(torch.equal(first[key], other[key]) for key in first)


def test_a_config_survives_the_way_to_a_file_and_back(name: str) -> None:
    config_class = MODELS[name].config
    config = config_class()
    assert config_class.from_dict(config.to_dict()) == config
    assert "latent_dim" in hyperparameters(config_class)


def test_wrong_names_and_configs_are_refused() -> None:
    spec = next(iter(MODELS.values()))
    with pytest.raises(ValueError, match="'transformer' is not a model of the lab"):
        build("transformer", spec.config(), seed=0)
    # A config of a model that is a special case of the other one is still another's.
    with pytest.raises(
        ValueError, match="compression takes a AutoencoderConfig, not a DenoisingConfig"
    ):
        build("compression", MODELS["denoising"].config(), seed=0)
