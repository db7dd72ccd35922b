"""Work in the background gives way to pages and to runs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import torch
from threadpoolctl import threadpool_info

from core.execution import giving_way
from core.execution.giving_way import GivingWay
from core.execution.turns import heavy_work
from core.runs.store import RunStore
from tests.core.conftest import MakeRun

pytestmark = pytest.mark.usefixtures("one_thread")


def test_it_rests_longer_while_a_run_is_computed(
    store: RunStore, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 0.02, 10.0, 10.2, 20.0, 20.4, 30.0, 40.0])
    fake = SimpleNamespace(perf_counter=lambda: next(clock), monotonic=time.monotonic)
    monkeypatch.setattr(giving_way, "time", fake)
    monkeypatch.setattr(giving_way, "_KNOWN_FOR", -1.0)
    rests: list[float] = []

    def sleep(seconds: float) -> None:
        rests.append(seconds)
        with ThreadPoolExecutor(1) as others:  # who waits has a turn
            assert others.submit(heavy_work.acquire, False).result()
            others.submit(heavy_work.release).result()

    way = GivingWay(store, sleep)
    with way.work():
        threads = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
        assert {torch.get_num_threads(), *threads} == {1}
        way.rest()
        assert rests == [], "it has hardly worked"
        way.rest()
        run = make_run()  # which waits for its turn
        way.rest()
        run.set_state(status="cancelled")
    assert rests == pytest.approx([10.0 * giving_way.REST, 9.8 * giving_way.REST_BESIDE_RUNS])
