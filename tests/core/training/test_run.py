"""Training as a generator, on real digits."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from core.data.digits import Digits
from core.training.events import Epoch, Step
from core.training.run import preview_indices
from models import MODELS, build
from models.autoencoder import Autoencoder
from tests.support.small_training import epochs, run, same

pytestmark = pytest.mark.usefixtures("one_thread")


def test_the_untrained_model_comes_first(train_digits: Digits, test_digits: Digits) -> None:
    first = next(iter(run(train_digits, test_digits, seed=3)))
    assert isinstance(first, Epoch)
    assert (first.epoch, first.progress, first.train, first.seconds) == (0, 0.0, {}, 0.0)
    untrained = build("compression", MODELS["compression"].config(), seed=3)
    assert same(first.weights, untrained.state_dict())


def test_ten_steps_an_epoch_and_progress_from_0_to_1(
    train_digits: Digits, test_digits: Digits
) -> None:
    events = list(run(train_digits, test_digits))
    kinds = "".join("s" if isinstance(event, Step) else "E" for event in events)
    assert kinds == "E" + 3 * ("s" * 10 + "E")
    progress = [event.progress for event in events]
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0.0, 1.0)
    assert [round(event.epoch, 6) for event in events if isinstance(event, Step)] == [
        n / 10 for n in range(1, 31)
    ]


def test_an_epoch_of_fewer_than_ten_batches_has_a_step_for_each(
    train_digits: Digits, test_digits: Digits
) -> None:
    events = list(run(train_digits, test_digits, epochs=1, batch_size=256))
    steps = [event for event in events if isinstance(event, Step)]
    assert [step.epoch for step in steps] == [0.256, 0.512, 0.768, 1.0]


def test_validation_is_the_loss_on_the_test_digits(
    train_digits: Digits, test_digits: Digits
) -> None:
    last = epochs(run(train_digits, test_digits, epochs=1))[-1]
    assert last.weights is not None
    model = build("compression", MODELS["compression"].config(), seed=9)
    model.load_state_dict(last.weights)
    on_test = functional.mse_loss(model(test_digits.pixels), test_digits.pixels).item()
    assert last.validation == {"loss": pytest.approx(on_test, rel=1e-5)}
    on_train = functional.mse_loss(model(train_digits.pixels), train_digits.pixels).item()
    assert last.validation["loss"] != pytest.approx(on_train, rel=1e-4), "the digits are the same"


def test_training_terms_are_means_over_the_digits(
    train_digits: Digits, test_digits: Digits
) -> None:
    # The last batch and the last step hold fewer digits than the others, and count for less.
    events = list(run(train_digits, test_digits, epochs=1, batch_size=96))
    steps = [event for event in events if isinstance(event, Step)]
    seen = [0.0, *(step.epoch for step in steps)]
    assert len({round(b - a, 6) for a, b in itertools.pairwise(seen)}) > 1
    mean = sum(
        step.train["loss"] * (b - a)
        for step, (a, b) in zip(steps, itertools.pairwise(seen), strict=True)
    )
    last = events[-1]
    assert isinstance(last, Epoch)
    assert last.train["loss"] == pytest.approx(mean, rel=1e-5)


def test_every_digit_is_seen_once_an_epoch_in_a_new_order(
    train_digits: Digits, test_digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[Tensor] = []

    class Spied(Autoencoder):
        def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
            if torch.is_grad_enabled():
                batches.append(x)
            return super().loss_terms(x, generator)

    monkeypatch.setitem(MODELS, "spied", dataclasses.replace(MODELS["compression"], model=Spied))
    list(run(train_digits, test_digits, model="spied", epochs=2, batch_size=300))
    assert [len(batch) for batch in batches] == [300, 300, 300, 100] * 2
    first, second = torch.cat(batches[:4]), torch.cat(batches[4:])
    assert not torch.equal(first, second)
    expected = sorted(map(bytes, train_digits.pixels[:1000].numpy()))
    assert sorted(map(bytes, first.numpy())) == expected
    assert sorted(map(bytes, second.numpy())) == expected


def test_training_on_real_digits_learns(train_digits: Digits, test_digits: Digits) -> None:
    events = epochs(run(train_digits, test_digits, epochs=8, digits=3000))
    losses = [event.validation["loss"] for event in events]
    # The mean image alone gives 0.067.
    assert losses[0] > 0.2
    assert losses[-1] < 0.05
    assert events[-1].train["loss"] < 0.6 * events[1].train["loss"]


def test_the_preview_shows_ten_digits_and_what_the_model_makes_of_them(
    train_digits: Digits, test_digits: Digits
) -> None:
    last = epochs(run(train_digits, test_digits, epochs=1))[-1]
    assert last.weights is not None
    assert last.preview.shape == (2, 10, 784)
    assert last.preview.dtype == torch.uint8
    chosen = preview_indices(test_digits)
    assert test_digits.labels[chosen].tolist() == list(range(10))
    for label, index in enumerate(chosen.tolist()):
        assert label not in test_digits.labels[:index], "not the first of its class"
    model = build("compression", MODELS["compression"].config(), seed=0)
    model.load_state_dict(last.weights)
    shown = test_digits.pixels[chosen]
    expected = torch.stack([shown, model(shown)]).mul(255).round().to(torch.uint8)
    assert torch.equal(last.preview, expected)


@pytest.mark.parametrize(
    ("chosen", "kept"), [((), [0, 1, 2, 5, 7]), ((3, 6), [0, 3, 6, 7])], ids=["usual", "chosen"]
)
def test_weights_are_kept_at_some_epochs(
    train_digits: Digits, test_digits: Digits, chosen: tuple[int, ...], kept: list[int]
) -> None:
    events = epochs(run(train_digits, test_digits, epochs=7, checkpoint_epochs=chosen))
    assert [event.epoch for event in events if event.weights is not None] == kept
    assert events[-1].tensors().keys() == {"epoch-007.safetensors"}
    assert all(event.checkpoint() for event in events), "each epoch can be continued from"


class Exploding(Autoencoder):
    """Its loss is not a number from some call on, while it is trained or while it is tried."""

    calls = 0
    after = 0
    training_only = True

    def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        terms = super().loss_terms(x, generator)
        if torch.is_grad_enabled() == self.training_only:
            self.calls += 1
            if self.calls > self.after:
                terms["loss"] = terms["loss"] * math.nan
        return terms


@pytest.mark.parametrize("training_only", [True, False], ids=["training", "validation"])
def test_a_loss_that_is_no_number_ends_the_run_in_a_sentence(
    train_digits: Digits,
    test_digits: Digits,
    monkeypatch: pytest.MonkeyPatch,
    training_only: bool,
) -> None:
    # The second epoch is the 21st batch and on, or the third validation.
    explosive = type(
        "Explosive",
        (Exploding,),
        {"after": 25 if training_only else 2, "training_only": training_only},
    )
    monkeypatch.setitem(
        MODELS, "explosive", dataclasses.replace(MODELS["compression"], model=explosive)
    )
    events: list[Any] = []

    def train() -> None:
        for event in run(train_digits, test_digits, model="explosive"):
            events.append(event)

    with pytest.raises(FloatingPointError, match=r"finite number in epoch 2; lower learning_rate"):
        train()
    assert [event.epoch for event in events if isinstance(event, Epoch)] == [0, 1]
    assert all(math.isfinite(event.train["loss"]) for event in events if event.train)


def _trained(train: Digits, test: Digits, model: str) -> list[Any]:
    return list(run(train, test, model=model, epochs=2))


@pytest.mark.parametrize("model", sorted(MODELS))
def test_five_previews_within_the_first_epoch_change_nothing_else(
    train_digits: Digits,
    test_digits: Digits,
    model: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events = _trained(train_digits, test_digits, model)
    steps = [event for event in events if isinstance(event, Step)]
    shown = {round(step.epoch, 6): step.preview for step in steps if step.preview is not None}
    assert list(shown) == [0.1, 0.3, 0.5, 0.7, 0.9]
    pictures = list(shown.values())
    assert all(picture.shape == (10, 784) for picture in pictures)
    assert all(picture.dtype == torch.uint8 for picture in pictures)
    assert not any(torch.equal(a, b) for a, b in itertools.pairwise(pictures))
    monkeypatch.setattr("core.training.run.PREVIEW_STEPS", ())
    without = _trained(train_digits, test_digits, model)
    assert all(event.preview is None for event in without if isinstance(event, Step))
    for first, second in zip(events, without, strict=True):
        assert first.row().keys() == second.row().keys()
        assert first.row()["train"] == second.row()["train"]
        if isinstance(first, Epoch):
            assert torch.equal(first.preview, second.preview)
            assert same(first.weights, second.weights)
            assert same(first.checkpoint_tensors, second.checkpoint_tensors)


def test_a_preview_shows_the_digits_of_the_epoch_as_they_are_rebuilt_now(
    train_digits: Digits, test_digits: Digits
) -> None:
    def rebuilt(**values: Any) -> list[Tensor]:
        events = list(run(train_digits, test_digits, model="denoising", epochs=1, **values))
        ends = [event.preview[1] for event in events if isinstance(event, Epoch)]
        steps = [event.preview for event in events if isinstance(event, Step)]
        between = [preview for preview in steps if preview is not None]
        return [preview.float() for preview in (ends[0], *between, ends[1])]

    # The same noisy digits go in: a model that stands still gives the same pictures.
    still = rebuilt(learning_rate=1e-6)
    assert len(still) == 7
    assert max((preview - still[0]).abs().max() for preview in still) <= 1
    # One that learns comes closer to what it gives in the end, from preview to preview.
    learning = rebuilt()
    left = [(preview - learning[-1]).abs().mean() for preview in learning]
    assert left[1] < left[0]
    assert left[5] < 0.2 * left[0]


def test_the_first_outputs_are_one_average_digit(train_digits: Digits, test_digits: Digits) -> None:
    """What `MODELS["compression"].watch_for` claims."""
    events = list(run(train_digits, test_digits, epochs=1, digits=3000, batch_size=100))
    # After 21 batches; the first preview of a whole epoch of the exercise comes after 23.
    (early,) = [event.preview for event in events if isinstance(event, Step) and event.epoch == 0.7]
    assert early is not None
    mean = 255 * train_digits.pixels.mean(dim=0)
    pictures = early.float()
    assert (pictures - pictures.mean(dim=0)).abs().mean() < 0.1 * mean.mean()
    assert torch.corrcoef(torch.stack([pictures.mean(dim=0), mean]))[0, 1] > 0.9
