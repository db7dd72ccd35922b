"""Measure what the codes of runs are worth, in the background and once for all visitors."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field

from core.data.digits import DigitsError
from core.execution.giving_way import GivingWay
from core.execution.threads import BackgroundThreads
from core.generators import finish
from core.runs.logs import about, log
from core.runs.record import RunError, RunRecord
from core.runs.state import RUN
from core.runs.store import RunStore
from core.training.code_worth import OF_PCA, OF_PIXELS, CodeWorth, Kind, codes_of, measure
from core.training.code_worth_files import WorthFiles
from core.training.config import TrainConfig
from core.training.record import checkpoint_epochs, read_configs
from models import latent_dim

#: Runs of which the results are in memory.
MAX_KNOWN = 32


class _GoneError(Exception):
    """The run has been deleted while its codes were measured."""


@dataclass(frozen=True, kw_only=True)
class Worths:
    """Hold what is known by now of a run's codes by epoch, of PCA and of pixels.

    `digits` are the run's training digits, and `numbers` how many its codes have. `missing` is what
    is still to be measured, the first of it now, of which `share` is done, 0 to 1; `others` are the
    runs that are measured by turns with it. `problems` are sentences on what could not be had.
    """

    digits: int
    numbers: int
    epochs: Mapping[int, CodeWorth]
    pca: CodeWorth | None
    pixels: CodeWorth | None
    missing: tuple[Kind, ...]
    share: float
    others: int
    problems: Mapping[Kind, str]


@dataclass(eq=False)
class _Job:
    """A run whose codes are measured; it is read and changed under the queue's lock."""

    record: RunRecord
    training: TrainConfig
    numbers: int
    known: dict[Kind, CodeWorth]
    problems: dict[Kind, str] = field(default_factory=dict)
    first: int = -1
    now: Kind | None = None
    share: float = 0.0
    at_work: bool = False

    @property
    def epochs(self) -> dict[int, CodeWorth]:
        """Return what is known of the codes, by epoch."""
        return {kind: worth for kind, worth in self.known.items() if isinstance(kind, int)}

    def missing(self) -> tuple[Kind, ...]:
        """Return what is not known: the epoch that is looked at, PCA, pixels, other epochs."""
        epochs = checkpoint_epochs(self.record)
        last_first = sorted(epochs, key=lambda epoch: (epoch != self.first, -epoch))
        wanted: list[Kind] = [*last_first[:1], OF_PCA, OF_PIXELS, *last_first[1:]]
        if self.now is not None:
            wanted.sort(key=lambda kind: kind != self.now)
        return tuple(kind for kind in wanted if kind not in {*self.known, *self.problems})


class WorthQueue:
    """Measures runs by turns, one at a time, on a thread that gives way to everything else.

    Args:
        store: Where the runs are, and what is known of them.
        executor: What computes; a thread of its own by default.
    """

    def __init__(self, store: RunStore, executor: Executor | None = None) -> None:
        self._files = WorthFiles(store)
        self._executor = executor or BackgroundThreads(1, "worth")
        self._giving_way = GivingWay(store)
        self._lock = threading.Lock()
        self._jobs: OrderedDict[tuple[str, int, float], _Job] = OrderedDict()  # the last used last

    def look(self, record: RunRecord, epoch: int) -> Worths:
        """Return what is known of a run, and have measured what is not, this epoch first.

        Raises:
            RunError: this version of the lab cannot do what the run asks for, or it is gone.
        """
        job = self._job(record)
        with self._lock:
            job.first = epoch
            missing = job.missing()
            if missing and not job.at_work:
                job.at_work = True
                self._executor.submit(self._measure_next, job)
            others = sum(other.at_work for other in self._jobs.values() if other is not job)
            return Worths(
                digits=job.training.digits,
                numbers=job.numbers,
                epochs=job.epochs,
                pca=job.known.get(OF_PCA),
                pixels=job.known.get(OF_PIXELS),
                missing=missing,
                share=job.share if job.now is not None else 0.0,
                others=others,
                problems=dict(job.problems),
            )

    def try_again(self, record: RunRecord) -> None:
        """Let the next `look` have measured what could not be had.

        Raises:
            RunError: as `look`.
        """
        job = self._job(record)
        with self._lock:
            job.problems.clear()

    def _job(self, record: RunRecord) -> _Job:
        """Return the job of a run, with what is kept of it; a later run of its name has another."""
        try:
            # Not when its file was written: it is written anew with another title.
            key = (record.id, record.folder.stat().st_ino, record.request.created_at)
        except OSError:
            raise RunError(f"Run {record.id} has been deleted; choose another one.") from None
        with self._lock:
            if key in self._jobs:
                self._jobs.move_to_end(key)
                return self._jobs[key]
        _, config, training = read_configs(record)
        numbers = latent_dim(config)
        job = _Job(record, training, numbers, {**self._files.epochs(record, training)})
        for kind in (OF_PCA, OF_PIXELS):
            if worth := self._files.yardstick(kind, training, numbers):
                job.known[kind] = worth
        with self._lock:
            job = self._jobs.setdefault(key, job)  # another visitor may have been faster
            for old in [*self._jobs]:
                if len(self._jobs) > MAX_KNOWN and old != key and not self._jobs[old].at_work:
                    del self._jobs[old]
        return job

    def _measure_next(self, job: _Job) -> None:
        """Measure one thing of a run, then let the next run have its turn."""
        goes_on = False
        try:
            with self._lock:
                kinds = job.missing()
                job.now, job.share = (kinds[0] if kinds else None), 0.0
            if job.now is not None:
                self._measure(job, job.now)
                goes_on = True
        except _GoneError:
            pass
        finally:
            with self._lock:
                job.now = None
                job.at_work = goes_on and bool(job.missing())
                if job.at_work:
                    self._executor.submit(self._measure_next, job)

    def _measure(self, job: _Job, kind: Kind) -> None:
        """Measure one thing, and keep what is found, or why it cannot be had.

        Raises:
            _GoneError: the run has been deleted.
        """
        try:
            # Another run may have had it measured meanwhile.
            known = self._files.yardstick(kind, job.training, job.numbers)
            worth = known or self._measured(job, kind)
        except _GoneError:
            raise
        except Exception as error:
            _check_there(job)  # or it is damaged because it is deleted
            if isinstance(error, RunError | DigitsError):
                sentence = str(error)
            else:
                extra = about("not measured", job.record)
                log.error("codes of %s not measured", job.record.id, exc_info=error, extra=extra)
                sentence = (
                    f"The measurement of {_in_words(kind)} stopped with an unexpected error "
                    f"({type(error).__name__}). The server's log has the details."
                )
            with self._lock:
                job.problems[kind] = sentence
            return
        _check_there(job)
        with self._lock:
            job.known[kind] = worth
            epochs = job.epochs
        if isinstance(kind, int):
            self._files.keep_epochs(job.record, epochs)
        else:
            self._files.keep_yardstick(kind, job.training, job.numbers, worth)

    def _measured(self, job: _Job, kind: Kind) -> CodeWorth:
        def pause() -> None:
            _check_there(job)
            self._giving_way.rest()

        def note(share: float) -> None:
            job.share = share

        with self._giving_way.work():
            coded = codes_of(kind, job.record, job.training, job.numbers, pause)
            return finish(measure(coded, job.training, pause), report=note)


def _check_there(job: _Job) -> None:
    if not (job.record.folder / RUN).exists():
        raise _GoneError


def _in_words(kind: Kind) -> str:
    return f"the codes after epoch {kind}" if isinstance(kind, int) else kind
