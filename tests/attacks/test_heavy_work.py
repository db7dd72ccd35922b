"""What needs hundreds of megabytes, asked for by a whole class at once: one at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.server import models, novelty, yardsticks
from app.server.models import TrainedModel
from app.server.shared import store as shared_store
from app.tsne import facts, form
from app.views import vae_learned, vae_quality
from core.execution.turns import heavy_work
from core.training.config import TrainConfig
from core.tsne.config import TSNEConfig
from models.autoencoder import AutoencoderConfig


class Begun(Exception):
    """The work has begun; no more of it is done."""


def trained(run: str) -> TrainedModel:
    return TrainedModel.load(shared_store().get(run))


def of_bandwidth() -> object:
    values = form._of_bandwidth(TSNEConfig(digits=300))
    return form.implied_perplexity.__wrapped__(tuple(values.items()))  # type: ignore[attr-defined]


#: Of each work what begins it, and who asks for it; the caches before it are left out.
WORK: dict[str, tuple[object, str, Callable[[], object]]] = {
    "digits of the form": (form, "chosen_digits", of_bandwidth),
    "perplexity": (form, "perplexity_of_sigma", of_bandwidth),
    "kept neighbours": (
        facts,
        "shares_kept_by",
        lambda: facts._kept.__wrapped__("tsne-exercise", 700),  # type: ignore[attr-defined]
    ),
    "training codes": (
        models,
        "encode",
        lambda: models._training_codes.__wrapped__(trained("vae")),  # type: ignore[attr-defined]
    ),
    "neighbours of codes": (
        vae_learned,
        "nearest_others",
        lambda: vae_learned.agreement.__wrapped__(trained("vae"), "mnist"),  # type: ignore[attr-defined]
    ),
    "bounds": (
        vae_quality,
        "likelihood_bounds",
        lambda: vae_quality._bounds.__wrapped__(trained("vae")),  # type: ignore[attr-defined]
    ),
    "principal components": (
        yardsticks,
        "pca_errors",
        lambda: yardsticks._found.__wrapped__("compression", AutoencoderConfig(), TrainConfig()),
    ),
    "novelty": (
        novelty.NoveltyReference,
        "of",
        lambda: novelty.reference.__wrapped__(trained("compression")),  # type: ignore[attr-defined]
    ),
}


@pytest.mark.parametrize(("place", "name", "ask"), WORK.values(), ids=WORK)
def test_it_is_done_while_nobody_else_does_such_work(
    place: object, name: str, ask: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadPoolExecutor(1) as others:

        def begin(*args: object, **kwargs: object) -> None:
            if others.submit(heavy_work.acquire, False).result():
                others.submit(heavy_work.release).result()
                pytest.fail("another thread could do heavy work now")
            raise Begun

        monkeypatch.setattr(place, name, begin)
        with pytest.raises(Begun):
            ask()
        assert others.submit(heavy_work.acquire, False).result(), "the turn is given back"
        others.submit(heavy_work.release).result()
