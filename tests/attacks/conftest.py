"""A lab that is attacked: a server with its own runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.browser.server import Server, serving
from tests.core.conftest import store

__all__ = ["lab", "store"]


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server
