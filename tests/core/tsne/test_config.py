import json

import pytest
import torch

from core.data.digits import load_digits
from core.tsne.affinities import Affinities
from core.tsne.config import TSNEConfig
from core.tsne.preparation import affinities
from models.hyperparameter import hyperparameters


def test_the_defaults_are_the_exercises() -> None:
    config = TSNEConfig()

    assert (config.digits, config.iterations, config.sigma) == (1000, 700, 10.0)
    assert [str(each) for each in config.optimizer_configs] == ["sgd", "adam"]
    assert [each.learning_rate for each in config.optimizer_configs] == [10.0, 0.1]
    assert (config.exaggeration, config.exaggeration_iterations) == (1, 100)


def test_what_no_form_shows_is_set_from_the_command_line() -> None:
    hidden = {name for name, rule in hyperparameters(TSNEConfig).items() if not rule.shown}

    assert hidden == {"data", "source", "optimizers", "device", "quality_every", "record_limit"}


def test_the_ends_of_a_range_are_in_it() -> None:
    low = {"iterations": 1, "quality_every": 1, "record_limit": 0.01, "exaggeration_iterations": 0}
    high = {"iterations": 10_000, "exaggeration_iterations": 10_000, "seed": 2**31 - 1}
    for values in (low, high, {"classes": [0, 9], "perplexity": 1666.0}):
        assert TSNEConfig.from_dict(values).to_dict().items() >= values.items()


def test_round_trip_through_json() -> None:
    config = TSNEConfig(
        digits=2000,
        affinity="perplexity",
        perplexity=40.0,
        classes=(3, 5, 8),
        optimizers=("sgd:momentum=0.9:lr=300:nesterov", "adam:lr=2.0", "sgd"),
        exaggeration=4.0,
    )

    again = TSNEConfig.from_dict(json.loads(json.dumps(config.to_dict())))

    assert again == config
    assert again.optimizers == ("sgd:lr=300:momentum=0.9:nesterov", "adam:lr=2", "sgd")
    assert again.names == ("sgd", "adam", "sgd_2")


def test_no_two_optimisers_have_one_title() -> None:
    config = TSNEConfig(optimizers=("sgd", "adam", "sgd:momentum=0.9", "sgd"))

    assert config.titles == {
        "sgd": "SGD, lr 10 (no. 1)",
        "adam": "Adam, lr 0.1",
        "sgd_2": "SGD, lr 10, momentum 0.9",
        "sgd_3": "SGD, lr 10 (no. 2)",
    }
    assert config.title == "SGD and Adam and SGD and SGD"


def test_the_chosen_bandwidth_makes_the_neighbourhoods() -> None:
    points = torch.rand(120, 5, generator=torch.Generator().manual_seed(0))
    config = TSNEConfig(affinity="perplexity", sigma=0.7, perplexity=12.0)
    joint = affinities(config, points, config.perplexities[0]).joint
    assert torch.equal(joint, Affinities.from_perplexity(points, 12.0).joint)
    config = TSNEConfig(affinity="sigma", sigma=0.7, perplexity=12.0)
    joint = affinities(config, points, config.perplexities[0]).joint
    assert torch.equal(joint, Affinities.from_sigma(points, 0.7).joint)


def test_first_digits_of_the_classes_are_chosen() -> None:
    labels = load_digits("train").labels

    assert torch.equal(TSNEConfig().choose(labels), torch.arange(1000))
    chosen = TSNEConfig(classes=(0, 7), digits=300).choose(labels)
    assert len(chosen) == 300
    assert set(labels[chosen].tolist()) == {0, 7}
    assert (chosen[1:] > chosen[:-1]).all()
    assert not torch.isin(labels[: int(chosen[-1])], torch.tensor([0, 7])).sum() > 299


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"digits": 1}, r"digits \(=1\) must be between 2 and 70,000 digits"),
        ({"digits": 70_001}, "must be between"),
        ({"sigma": 0.0}, r"sigma \(=0.0\) must be between 0.01"),
        ({"iterations": 0}, "iterations"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**31}, r"seed .* must be between 0 and 2,147,483,647\.$"),
        ({"affinity": "entropy"}, "affinity .* must be one of: sigma, perplexity"),
        ({"classes": [10]}, "classes"),
        ({"optimizers": []}, r"optimizers \(=\) must name at least one optimiser"),
        ({"optimizers": ["sgd"] * 7}, "has 7 entries; at most 6"),
        ({"optimizers": ["lion"]}, "must be one of: sgd"),
        ({"exaggeration": 0.5}, "exaggeration"),
        (
            {"affinity": "perplexity", "perplexity": 50.0, "digits": 100},
            r"perplexity \(=50\) needs more than 150 digits, got 100; "
            "lower it or use more digits.",
        ),
    ],
)
def test_bad_values_are_explained(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        TSNEConfig.from_dict(values)


def test_a_perplexity_that_is_not_used_may_be_too_large() -> None:
    TSNEConfig(digits=100, affinity="sigma", perplexity=500.0)


def test_a_run_has_up_to_six_maps() -> None:
    assert len(TSNEConfig(optimizers=("sgd",) * 6).names) == 6
    with pytest.raises(ValueError, match="optimizers has 7 entries; at most 6 are allowed"):
        TSNEConfig(optimizers=("sgd",) * 7)


@pytest.mark.parametrize(
    ("seed", "optimizers", "seeds"),
    [
        (4, ("sgd", "adam"), (5, 5)),
        (0, ("gains:seed=0", "gains:seed=1", "gains:seed=2"), (3, 4, 5)),
        (7, ("sgd:seed=7", "sgd", "sgd:seed=3"), (12, 12, 8)),
        (2**31 - 1, ("sgd",), (0,)),
    ],
)
def test_another_seed_gives_every_map_a_start_that_the_run_had_not(
    seed: int, optimizers: tuple[str, ...], seeds: tuple[int, ...]
) -> None:
    config = TSNEConfig(seed=seed, optimizers=optimizers, perplexity=25.0)
    other = config.reseeded()
    assert other.seeds == seeds
    assert not set(other.seeds) & set(config.seeds)
    assert other.perplexity == 25.0
    assert [each.seed == -1 for each in other.optimizer_configs] == [
        each.seed == -1 for each in config.optimizer_configs
    ]


@pytest.mark.parametrize(
    ("values", "depends"),
    [
        ({}, True),
        ({"start": "pca"}, False),
        ({"start": "pca", "optimizers": ["sgd", "adam:start=random"]}, True),
        ({"optimizers": ["sgd:start=pca"]}, False),
        ({"start": "pca", "source": "noise"}, True),
    ],
)
def test_a_seed_matters_where_something_is_random(values: dict[str, object], depends: bool) -> None:
    assert TSNEConfig.from_dict(values).depends_on_seed == depends
