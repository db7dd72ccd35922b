"""The settings of a training."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from core.training.config import (
    TrainConfig,
    sort_values,
    training_configs,
    training_settings,
)
from core.tsne.config import TSNEConfig
from models import MODELS, Config, hyperparameters
from models.autoencoder import AutoencoderConfig
from models.hyperparameter import hyperparameter
from models.vae import VAEConfig


@pytest.mark.parametrize(
    ("config", "kept"),
    [
        (TrainConfig(epochs=13), [0, 1, 2, 5, 10, 13]),
        (TrainConfig(epochs=1), [0, 1]),
        (TrainConfig(epochs=13, checkpoint_epochs=(4, 20)), [0, 4, 13]),
        (TrainConfig(epochs=13, checkpoint_epochs=(0,)), [0, 13]),
    ],
)
def test_which_epochs_are_kept(config: TrainConfig, kept: list[int]) -> None:
    assert [epoch for epoch in range(config.epochs + 1) if config.keeps(epoch)] == kept


def test_the_defaults_are_those_of_the_exercise() -> None:
    config, training = training_configs("compression", {}, {})
    assert isinstance(config, AutoencoderConfig)
    assert config == AutoencoderConfig(latent_dim=32, hidden_dims=(128,))
    assert (config.activation, config.loss, config.tied_weights) == (
        "sigmoid",
        "squared_error",
        False,
    )
    assert training == TrainConfig(
        epochs=50, learning_rate=0.01, batch_size=256, digits=60_000, seed=0, optimizer="adam"
    )
    vae = VAEConfig()
    assert (vae.activation, vae.kl_weight, vae.kl_warmup) == ("relu", 0.001, 0)


def test_flat_values_reach_the_config_that_they_belong_to() -> None:
    values = sort_values("compression", {"epochs": 3, "latent_dim": 16})
    config, training = training_configs("compression", *values)
    assert config == AutoencoderConfig(latent_dim=16)
    assert training.epochs == 3


@pytest.mark.parametrize(
    "config", [TrainConfig, TSNEConfig, *(spec.config for spec in MODELS.values())]
)
def test_every_setting_is_explained_in_sentences(config: type[Config]) -> None:
    for rule in hyperparameters(config).values():
        assert rule.label[0].isupper(), rule.name
        assert rule.help[0].isupper(), rule.name
        assert rule.help.endswith("."), rule.name


@pytest.mark.parametrize("model", MODELS)
def test_settings_name_every_value_and_survive_a_file(model: str) -> None:
    settings = training_settings(model, {"latent_dim": 3}, {"seed": 4})
    assert training_configs(**settings) == training_configs(model, {"latent_dim": 3}, {"seed": 4})
    assert set(settings["config"]) == set(hyperparameters(MODELS[model].config))
    assert set(settings["training"]) == set(hyperparameters(TrainConfig))


def test_a_name_that_is_a_setting_of_both_is_not_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Ambiguous(Config):
        seed: int = hyperparameter(0, minimum=0, maximum=9, help="Shadows the training's.")

    monkeypatch.setitem(MODELS, "vae", replace(MODELS["vae"], config=Ambiguous))
    assert sort_values("vae", {"epochs": 3}) == ({}, {"epochs": 3})
    with pytest.raises(ValueError, match="seed is a setting of the model and of its training"):
        sort_values("vae", {"seed": 3})
    config, training = training_configs("vae", {"seed": 5}, {"seed": 6})
    assert (config.to_dict()["seed"], training.seed) == (5, 6)


@pytest.mark.parametrize(
    ("model", "values", "sentence"),
    [
        ("transformer", {}, "'transformer' is not a model of the lab; choose one of compression"),
        ("compression", {"depth": 3}, "depth is not a setting"),
        ("compression", {"epochs": 0}, r"epochs \(=0\) must be between 1 and 500 epochs"),
        ("compression", {"seed": 2**31}, r"seed .* must be between 0 and 2,147,483,647\.$"),
        ("compression", {"epochs": 2.5}, r"epochs \(=2.5\) must be a whole number"),
        ("compression", {"epochs": True}, r"epochs \(=True\) must be a whole number"),
        ("compression", {"learning_rate": float("nan")}, "learning_rate .* finite number"),
        ("compression", {"latent_dim": 0}, r"latent_dim \(=0\) must be between 1 and 256"),
        ("compression", {"hidden_dims": 64}, r"hidden_dims \(=64\) must be a list of numbers"),
        ("compression", {"learning_rate": 0}, r"\(=0.0\) must be between 0.000001 and 100\.$"),
        (
            "vae",
            {"hidden_dims": [1024] * 4, "epochs": 500},
            r"take 32 MB, and are kept after 103 epochs: 3,270 MB, of which a run may take 1,000\.",
        ),
        (
            "compression",
            {"activation": "softmax"},
            r"activation \(='softmax'\) must be one of: sigmoid, relu, tanh\.$",
        ),
        ("vae", {"activation": ""}, r"activation \(=''\) must be one of: sigmoid, relu, tanh\.$"),
        (
            "sparse",
            {"loss": "kl"},
            r"loss \(='kl'\) must be one of: squared_error, cross_entropy\.$",
        ),
        ("denoising", {"tied_weights": 1}, r"tied_weights \(=1\) must be true or false\.$"),
        ("vae", {"tied_weights": True}, "tied_weights is not a setting of"),
        ("vae", {"loss": "cross_entropy"}, "loss is not a setting of"),
        ("vae", {"kl_warmup": -1}, r"kl_warmup \(=-1\) must be between 0 and 500 epochs\.$"),
        ("compression", {"optimizer": "lion"}, r"\(='lion'\) must be one of: adam, sgd\.$"),
        ("compression", {"momentum": 1.0}, r"momentum \(=1.0\) must be between 0 and 0.999\.$"),
        ("compression", {"digits": 999}, r"digits \(=999\) must be between 1,000 and 60,000"),
    ],
)
def test_bad_settings_end_in_a_sentence(
    model: str, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        training_settings(model, *sort_values(model, values))
