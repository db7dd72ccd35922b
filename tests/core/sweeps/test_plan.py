"""Plans of sweeps: which runs they ask for, and what they refuse."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core.sweeps.plan import (
    SweepPlan,
    parse_values,
    sweepable_field,
    sweepable_fields,
)
from models import MODELS


def test_each_value_is_trained_with_each_seed_the_first_seed_first() -> None:
    plan = SweepPlan(
        model="compression", field="latent_dim", values=(2, 8), seeds=(4, 5), others={"epochs": 3}
    )
    asked = list(plan.settings())
    pairs = [(one["config"]["latent_dim"], one["training"]["seed"]) for one in asked]
    assert pairs == [(2, 4), (8, 4), (2, 5), (8, 5)]
    assert len(plan) == 4
    assert {one["training"]["epochs"] for one in asked} == {3}
    assert {one["training"]["learning_rate"] for one in asked} == {0.01}, "as in the exercise"


def test_a_setting_of_the_training_can_be_varied() -> None:
    plan = SweepPlan(model="vae", field="batch_size", values=(32, 64))
    assert [one["training"]["batch_size"] for one in plan.settings()] == [32, 64]


@pytest.mark.parametrize("model", MODELS)
def test_lists_seeds_data_sets_and_hidden_settings_cannot_be_varied(model: str) -> None:
    fields = sweepable_fields(model)
    assert {"latent_dim", "epochs", "learning_rate", "batch_size", "digits"} <= fields.keys()
    assert "held_out" in fields
    assert not {"hidden_dims", "seed", "data", "checkpoint_epochs"} & fields.keys()
    for name in ("seed", "data", "hidden_dims", "nonsense", "x" * 1000):
        with pytest.raises(
            ValueError, match=r"A sweep cannot vary .{1,90}; choose one of latent_d"
        ):
            sweepable_field(model, name)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"values": (2, 2)}, "latent_dim has the value 2 more than once; give it once."),
        ({"values": ()}, "latent_dim has no value; give at least one."),
        ({"values": tuple(range(1, 11))}, "latent_dim has 10 values; a sweep takes at most 9."),
        ({"values": (2, 10**6)}, "latent_dim (=1000000) must be between"),
        ({"values": (2, "8")}, "latent_dim (='8') must be a whole number."),
        ({"seeds": (1, 1)}, "seed has the value 1 more than once; give it once."),
        ({"seeds": tuple(range(6))}, "seed has 6 values; a sweep takes at most 5."),
        ({"seeds": (-1,)}, "seed (=-1) must be between 0 and"),
        ({"values": (2,)}, "One value with one seed is a single run"),
        (
            {"field": "momentum", "values": (0.0, 0.5)},
            "momentum has no effect while optimizer is adam; set optimizer to sgd, or vary",
        ),
        ({"others": {"latent_dim": 3}}, "latent_dim is given twice"),
        ({"others": {"seed": 3}}, "seed is given twice"),
        ({"others": {"depth": 3}}, "depth is not a setting of"),
        ({"model": "gan"}, "'gan' is not a model of the lab"),
        (
            {"values": (2, 256), "others": {"hidden_dims": [1024] * 4, "epochs": 500}},
            "of which a run may take 1,000",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    usual: dict[str, Any] = {"model": "compression", "field": "latent_dim", "values": (2, 8)}
    with pytest.raises(ValueError, match=re.escape(sentence)):
        SweepPlan(**{**usual, **changes})


def test_values_are_read_as_people_type_them() -> None:
    size = sweepable_field("compression", "latent_dim")
    assert parse_values(size, " 2,8 ;32  128") == (2, 8, 32, 128)
    weight = sweepable_field("vae", "kl_weight")
    assert parse_values(weight, "0, 1e-3") == (0.0, 0.001)
    with pytest.raises(ValueError, match=re.escape("latent_dim (='two') must be a whole number")):
        parse_values(size, "2, two")
    with pytest.raises(ValueError, match="latent_dim has no value"):
        parse_values(size, " , ")


def test_a_setting_that_needs_another_one_can_be_varied_beside_it() -> None:
    plan = SweepPlan(
        model="compression", field="momentum", values=(0.0, 0.5), others={"optimizer": "sgd"}
    )
    assert [settings["training"]["momentum"] for settings in plan.settings()] == [0.0, 0.5]
