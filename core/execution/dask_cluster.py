"""An executor on a Dask cluster."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from functools import partial
from typing import TYPE_CHECKING, Any

from core.execution.threads import BackgroundThreads

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 5.0

UNREACHABLE = (
    "The Dask cluster that computes the runs does not answer. Ask whoever runs the lab to start "
    "its scheduler, then press Resume."
)
LOST = (
    "The connection to the Dask cluster that computes the runs was lost. What the run had saved is "
    "safe: press Resume when the cluster is back."
)


class ClusterError(Exception):
    """The cluster is out of reach: a sentence with the way out.

    A run that a worker of the cluster computes may go on for a while nevertheless.
    """


class DaskCluster(BackgroundThreads):
    """BackgroundThreads that each have the cluster do their calls.

    So at most `max_workers` calls are on the cluster at a time, however large it is; the others
    wait here, where they can be cancelled. A connection that was lost is made anew for the next
    call.

    Raises:
        OSError: no scheduler answers at this address.
        ValueError: the address has no meaning.
    """

    def __init__(self, address: str, max_workers: int) -> None:
        self._address = address
        self._connecting = threading.Lock()
        self._client = self._connect()
        super().__init__(max_workers)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait, cancel_futures=cancel_futures)
        with self._connecting:
            _close(self._client)

    @contextlib.contextmanager
    def _caller(self) -> Iterator[Callable[..., Any]]:
        yield self._call

    def _call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        call = partial(function, *args, **kwargs)
        try:
            # Not pure: the same call may be made again, and is then to be computed again.
            future = self._connected().submit(call, pure=False)
        except Exception as error:  # of Dask, of its network, or of what it pickles
            raise ClusterError(UNREACHABLE) from error
        try:
            return future.result()
        except CancelledError as error:  # as Dask reports each call of a connection that is lost
            raise ClusterError(LOST) from error

    def _connected(self) -> Client:
        """Return a client that is connected: the one there is, or a new one in its place."""
        with self._connecting:
            if self._client.status != "running":
                # It would try for some seconds to connect again, and then never more.
                _close(self._client)
                self._client = self._connect()
            return self._client

    def _connect(self) -> Client:
        from distributed import Client

        return Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)


def _close(client: Client) -> None:
    with contextlib.suppress(Exception):
        client.close(timeout=1)
