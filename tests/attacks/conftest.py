"""A lab that is attacked: a server with its own runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bench.browser.server import Server, serving

#: Runs a coroutine on a thread of its own: on this one Playwright's loop may run already.
ResultOf = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def result_of() -> ResultOf:
    def result(coroutine: Coroutine[Any, Any, Any]) -> Any:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, coroutine).result()

    return result
