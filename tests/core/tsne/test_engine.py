import pytest

from core.tsne.config import TSNEConfig
from core.tsne.engine import EXACT, MESH, chosen_engine


@pytest.mark.parametrize(
    ("values", "engine"),
    [
        ({"digits": 10_000}, EXACT),  # a fixed sigma
        ({"digits": 2_499, "affinity": "perplexity"}, EXACT),
        ({"digits": 2_500, "affinity": "perplexity"}, MESH),
        ({"digits": 70_000, "affinity": "perplexity"}, MESH),
        ({"digits": 200, "affinity": "perplexity", "engine": "mesh"}, MESH),
        ({"digits": 9_000, "affinity": "perplexity", "engine": "exact"}, EXACT),
        ({"digits": 5_000, "optimizers": ["sgd:perplexity=30"]}, MESH),
        ({"digits": 5_000, "optimizers": ["sgd:perplexity=30", "sgd"]}, EXACT),
    ],
)
def test_the_engine_suits_the_problem(values: dict[str, object], engine: str) -> None:
    config = TSNEConfig.from_dict(values)
    assert chosen_engine(config, config.digits) == engine


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"digits": 10_001}, r"sigma \(=10\) with 10,001 digits compares all pairs"),
        (
            {"digits": 10_001, "affinity": "perplexity", "engine": "exact"},
            r"engine \(=exact\) with 10,001 digits compares all pairs",
        ),
        ({"engine": "mesh"}, r"engine \(=mesh\) needs a perplexity"),
        (
            {"digits": 70_000, "affinity": "perplexity", "perplexity": 101.0},
            "needs 21,210,000 neighbours, and memory is reckoned for 21,000,000; take at most 100",
        ),
        (
            {"digits": 200, "affinity": "perplexity", "optimizers": ["sgd", "sgd:perplexity=80"]},
            r"perplexity \(=80\) needs more than 240 digits, got 200",
        ),
        (
            {
                "digits": 10_000,
                "affinity": "perplexity",
                "engine": "exact",
                "optimizers": [f"sgd:perplexity={each}" for each in (5, 10, 20, 30, 40, 50)],
            },
            "10,000 digits with 6 different neighbourhoods .*; take at most 8,164 digits",
        ),
        (
            {
                "digits": 70_000,
                "affinity": "perplexity",
                "optimizers": [f"sgd:perplexity={each}" for each in (95, 96, 97, 98, 99)],
            },
            "perplexities of the 5 maps with 70,000 digits need 101,850,000 neighbours in all",
        ),
        ({"optimizers": ["sgd:perplexity=1.5"]}, "must be at least 2, or 0 for that of the run"),
        ({"optimizers": ["sgd:exaggeration=0.5"]}, "must be at least 1, or 0 for that of the run"),
    ],
)
def test_what_cannot_be_computed_is_told(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        TSNEConfig.from_dict(values)
