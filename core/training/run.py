"""Training as a generator: configs in, frozen events out."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from core.data.digits import Digits
from core.runs.events import Event, Run
from core.runs.saved_shapes import check_end
from core.training.checkpoint import load_checkpoint, make_checkpoint
from core.training.config import TrainConfig
from core.training.events import Epoch, Step
from core.training.learned_digits import learned_from
from core.training.optimizer import make_optimizer
from models import Config, Model, build

#: The largest number of step events in an epoch.
STEPS_PER_EPOCH = 10
#: The step events of the first epoch that carry a preview, of 1 to `STEPS_PER_EPOCH`. The last one
#: has none: the epoch's own preview follows.
PREVIEW_STEPS = (1, 3, 5, 7, 9)

# Each purpose draws from a stream of its own, so that e.g. the order of the digits does not depend
# on how much noise a model draws while it is validated.
_STREAMS = {"training": 1, "validation": 2}


class TrainingRun(Run):
    """The training of one model: iterate it, once, to train.

    The sequence of weights depends on the arguments alone: not on other threads, and not on
    whether the run was stopped and goes on from `checkpoint`, the tensors that an earlier run's
    last `Epoch` gave.

    Raises (while iterated):
        FloatingPointError: the loss stopped being a finite number.
        RunError: `checkpoint` comes from other settings.
    """

    def __init__(
        self,
        model: str,
        config: Config,
        training: TrainConfig,
        train: Digits,
        test: Digits,
        checkpoint: Mapping[str, Tensor] | None = None,
    ) -> None:
        self.model_name = model
        self.config = config
        self.training = training
        self.train = learned_from(train, training)
        self.test = test
        self._checkpoint = checkpoint
        self._shown: Tensor | None = None

    def __iter__(self) -> Iterator[Event]:
        training, checkpoint = self.training, self._checkpoint
        model = build(self.model_name, self.config, training.seed)
        optimizer = make_optimizer(training, model.parameters())
        generator = _generator(training.seed, "training")
        first = 1
        if checkpoint is None:
            yield self._epoch_event(model, optimizer, generator, 0, {}, 0.0)
        else:
            load_checkpoint(model, optimizer, generator, checkpoint)
            first = int(checkpoint["epoch"]) + 1
            check_end(first - 1, training.epochs, "epochs")
        for epoch in range(first, training.epochs + 1):
            started = time.perf_counter()
            means = yield from self.train_epoch(model, optimizer, generator, epoch)
            seconds = time.perf_counter() - started
            yield self._epoch_event(model, optimizer, generator, epoch, means, seconds)

    def train_epoch(
        self,
        model: Model,
        optimizer: torch.optim.Optimizer,
        generator: torch.Generator,
        epoch: int,
    ) -> Iterator[Event]:
        """Train for one pass over the digits; return the mean of each term over its batches."""
        training, pixels = self.training, self.train.pixels
        order = torch.randperm(len(pixels), generator=generator)
        batches = order.split(training.batch_size)
        report_at = {
            round(len(batches) * k / STEPS_PER_EPOCH): k for k in range(1, STEPS_PER_EPOCH + 1)
        }
        # Sums stay on tensors: asking a tensor for its number inside the loop would stall it.
        window, total, seen, reported = _Sums(), _Sums(), 0, 0
        for number, batch in enumerate(batches, 1):
            model.set_epoch(epoch - 1 + seen / len(pixels))
            terms = model.loss_terms(pixels.index_select(0, batch), generator)
            optimizer.zero_grad(set_to_none=True)
            terms["loss"].backward()
            optimizer.step()
            window.add(terms, len(batch))
            seen += len(batch)
            if number in report_at:
                means = window.means(seen - reported)
                self._check_finite(means["loss"], epoch)
                total.join(window)
                window, reported = _Sums(), seen
                done = epoch - 1 + seen / len(pixels)
                shows = epoch == 1 and report_at[number] in PREVIEW_STEPS
                yield Step(
                    progress=done / training.epochs,
                    epoch=done,
                    train=means,
                    preview=self._rebuilt(model) if shows else None,
                )
        return total.means(seen)

    def _epoch_event(
        self,
        model: Model,
        optimizer: torch.optim.Optimizer,
        generator: torch.Generator,
        epoch: int,
        means: Mapping[str, float],
        seconds: float,
    ) -> Epoch:
        training = self.training
        # The same stream after every epoch: a model that draws noise is always asked the same.
        fixed = validation_generator(training.seed)
        model.set_epoch(epoch)
        with torch.no_grad():
            terms = model.loss_terms(self.test.pixels, fixed)
            self._shown = model.corrupt(
                self.test.pixels.index_select(0, preview_indices(self.test)), fixed
            )
            preview = torch.stack([self._shown, model(self._shown)])
        validation = {name: float(term) for name, term in terms.items()}
        # Before anything is kept: weights that are not numbers are nothing to go on from.
        self._check_finite(validation["loss"], epoch)
        weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        return Epoch(
            progress=epoch / training.epochs,
            epoch=epoch,
            epochs=training.epochs,
            train=means,
            validation=validation,
            seconds=seconds,
            images_per_second=len(self.train) / seconds if seconds else 0.0,
            preview=_grey_levels(preview),
            weights=weights if training.keeps(epoch) else None,
            checkpoint_tensors=make_checkpoint(epoch, weights, optimizer, generator),
        )

    def _rebuilt(self, model: Model) -> Tensor | None:
        """Return the ten digits as the model rebuilds them now, uint8 (10, 784).

        None in a run that was continued from epoch 0: which noise the digits got is known after
        the next epoch. The weights and the random numbers of the training stay as they are.
        """
        if self._shown is None:
            return None
        with torch.no_grad():
            return _grey_levels(model(self._shown))

    def _check_finite(self, loss: float, epoch: int) -> None:
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"The loss (={loss}) stopped being a finite number in epoch {epoch}; "
                f"lower learning_rate (={self.training.learning_rate:g}) and start again."
            )


class _Sums:
    """Running sums of loss terms, weighted by the number of digits behind them."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}

    def add(self, terms: Mapping[str, Tensor], weight: float = 1.0) -> None:
        for name, term in terms.items():
            value = term.detach() * weight
            self._sums[name] = self._sums[name] + value if name in self._sums else value

    def join(self, other: _Sums) -> None:
        self.add(other._sums)

    def means(self, count: int) -> dict[str, float]:
        return {name: float(value) / count for name, value in self._sums.items()}


def _grey_levels(pictures: Tensor) -> Tensor:
    return (pictures * 255).round().to(torch.uint8)


def preview_indices(digits: Digits) -> Tensor:
    """Return the digits that every run shows while it trains: the first of each class, 0 to 9."""
    return torch.stack([(digits.labels == label).nonzero()[0, 0] for label in range(10)])


def validation_generator(seed: int) -> torch.Generator:
    """Return the random numbers that a model gets whenever it is validated, such as its noise."""
    return _generator(seed, "validation")


def _generator(seed: int, stream: str) -> torch.Generator:
    # A product rather than a sum, so that neighbouring seeds do not share streams.
    return torch.Generator().manual_seed(seed * 1009 + _STREAMS[stream])
