"""An executor on processes of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from core.execution.threads import BackgroundThreads

_SPAWN = multiprocessing.get_context("spawn")  # a fork of a server with threads may hang
_main_hidden = threading.Lock()


class WorkerProcesses(BackgroundThreads):
    """BackgroundThreads that each have a process do their calls.

    ProcessPoolExecutor will not do for a server: a worker that is killed takes the whole pool and
    everything that waits with it, no waiting call of the next few can be cancelled, and a server
    that is told to stop waits for the end of all trainings.
    """

    @contextlib.contextmanager
    def _caller(self) -> Iterator[_Worker]:
        worker = _Worker()
        try:
            yield worker
        finally:
            worker.close()


class _Worker:
    """A process that makes one call after the other, replaced when it dies."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def __call__(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._process is None or self._pipe is None or not self._process.is_alive():
            self._process, self._pipe = self._start()
        try:
            self._pipe.send((function, args, kwargs))
            result, error = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            raise BrokenExecutor(
                f"The worker process died (exit code {self._process.exitcode})."
            ) from None
        if error is not None:
            raise error
        return result

    def close(self) -> None:
        """Let the process end, and wait until it has."""
        if self._pipe is not None and self._process is not None:
            self._pipe.close()
            self._process.join()

    def _start(self) -> tuple[SpawnProcess, Connection]:
        self.close()
        ours, theirs = _SPAWN.Pipe()
        # A daemon is ended with its server instead of being waited for.
        process = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
        with _without_main(), theirs:
            process.start()
        return process, ours


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Hide the main module from `spawn`, which would run it again in the new process.

    Within Streamlit the main module is a page, which then would start workers of its own.
    """
    with _main_hidden:
        main, nothing = sys.modules["__main__"], types.ModuleType("__main__")
        sys.modules["__main__"] = nothing
        try:
            yield
        finally:
            if sys.modules["__main__"] is nothing:  # and Streamlit has not put the next page there
                sys.modules["__main__"] = main


def _serve(pipe: Connection) -> None:
    """Answer calls, in the worker process, until its server closes the pipe or dies."""
    # Ctrl+C reaches the server too, which tells its runs to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            function, args, kwargs = pipe.recv()
            try:
                answer = (function(*args, **kwargs), None)
            except Exception as error:
                answer = (None, error)
            try:
                pipe.send(answer)
            except OSError:
                raise
            except Exception as error:  # it cannot be pickled
                pipe.send((None, RuntimeError(f"{answer!r} cannot be sent ({error})")))
