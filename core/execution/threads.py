"""An executor on daemon threads."""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any, NamedTuple

SWITCH_SECONDS = 0.0005


class _Call(NamedTuple):
    future: Future[Any]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


class BackgroundThreads(Executor):
    """Threads that do not keep a server that is told to stop waiting for the end of a training, as
    those of ThreadPoolExecutor do."""

    def __init__(self, max_workers: int, name: str = "run") -> None:
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._open: list[Future[Any]] = []
        self._stopped = False
        # Python lets a thread keep the interpreter for 5 ms while others wait: a page behind a
        # training, and the next small step of a training behind a page.
        sys.setswitchinterval(SWITCH_SECONDS)
        self._workers = [
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True)
            for number in range(max_workers)
        ]
        for worker in self._workers:
            worker.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        with self._lock:
            if self._stopped:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._open = [*(known for known in self._open if not known.done()), future]
            self._calls.put(_Call(future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with self._lock:
            if not self._stopped:
                self._stopped = True
                for _ in self._workers:
                    self._calls.put(None)
        if cancel_futures:
            for future in self._open:
                future.cancel()
        if wait:
            for worker in self._workers:
                worker.join()

    def _serve(self) -> None:
        with self._caller() as call:
            while (todo := self._calls.get()) is not None:
                if not todo.future.set_running_or_notify_cancel():
                    continue
                try:
                    todo.future.set_result(call(todo.function, *todo.arguments, **todo.keywords))
                except BaseException as error:
                    todo.future.set_exception(error)

    @contextlib.contextmanager
    def _caller(self) -> Iterator[Callable[..., Any]]:
        """Yield the function with which a thread makes its calls; clean up when the thread ends."""
        yield lambda function, *args, **kwargs: function(*args, **kwargs)
