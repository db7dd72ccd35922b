"""Whole runs as zip files: large ones, many at once, for visitors who leave, of hostile folders."""

from __future__ import annotations

import http.client
import os
import select
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest

from bench.browser.server import Server
from bench.browser.stage import Process
from core.runs.rights import local_user
from core.runs.store import RunStore
from tests.app.conftest import copied
from tests.attacks.test_connections import OWNER, THIEF
from tests.conftest import until
from tests.support.hostile import plant

LARGE = "20260701-120500-compression-a0"
MEGABYTES = 150


@pytest.fixture(scope="module")
def large(lab: Server) -> Iterator[Path]:
    """The folder of a run with weights of 150 MB."""
    copied(lab.runs, "compression", LARGE)
    part = os.urandom(1_000_000)
    for number in (101, 102):
        with (lab.runs / LARGE / f"epoch-{number}.safetensors").open("wb") as file:
            for _ in range(MEGABYTES // 2):
                file.write(part)
    yield lab.runs / LARGE
    if (lab.runs / LARGE).exists():
        RunStore(lab.runs).delete(LARGE, local_user())


def ask(lab: Server, run: str, cookie: str = OWNER) -> http.client.HTTPConnection:
    """A connection that has asked for a run and not yet read the answer."""
    connection = http.client.HTTPConnection(urlsplit(lab.url).netloc, timeout=60)
    connection.request("GET", f"/whole-run/{run}.zip", headers={"Cookie": cookie})
    return connection


def refused(lab: Server, run: str, **headers: str) -> tuple[int, str]:
    """The status and the page of a refusal."""
    request = urllib.request.Request(f"{lab.url}/whole-run/{run}.zip", headers=headers)
    with pytest.raises(HTTPError) as refusal, urllib.request.urlopen(request, timeout=60):
        pass
    with refusal.value as answer:
        return answer.code, answer.read().decode()


def test_a_large_run_is_sent_whole_and_never_in_memory(
    lab: Server, large: Path, tmp_path: Path
) -> None:
    with closing(ask(lab, "vae")) as connection:
        assert connection.getresponse().read()  # what the server needs once is in memory
    process = Process(lab.pid)
    before = most = process.megabytes()
    path = tmp_path / "run.zip"
    with closing(ask(lab, LARGE)) as connection, path.open("wb") as file:
        answer = connection.getresponse()
        assert answer.headers["Content-Type"] == "application/zip"
        assert f"_{LARGE}_run.zip" in answer.headers["Content-Disposition"]
        while part := answer.read(4_000_000):
            file.write(part)
            most = max(most, process.megabytes())
    assert path.stat().st_size > MEGABYTES * 1e6
    assert most - before < 40
    with zipfile.ZipFile(path) as archive:
        own = (name for name in archive.namelist() if "/run/" in name)
        names = {Path(name).name for name in own}
        assert names == {file.name for file in large.iterdir()} - {"lease.json", "control"}
        assert archive.read(f"{LARGE}/run/epoch-101.safetensors") == (
            (large / "epoch-101.safetensors").read_bytes()
        )
        assert archive.testzip() is None


def test_one_visitor_has_one_turn_and_who_leaves_gives_it_back(lab: Server, large: Path) -> None:
    with closing(ask(lab, LARGE)) as first:
        assert first.getresponse().read(1000)  # and no more: the server waits
        waiting = {one.sock: one for one in (ask(lab, LARGE) for _ in range(3))}
        (told,), _, _ = select.select(waiting, [], [], 60)
        with closing(waiting.pop(told)) as fourth:
            answer = fourth.getresponse()
            assert answer.status == 429
            assert "3 of yours are being made or wait" in answer.read().decode()
        with closing(ask(lab, "vae", THIEF)) as another:
            assert another.getresponse().read()[:2] == b"PK"
        ready, _, _ = select.select(waiting, [], [], 0)
        assert ready == []
    # The first has gone. The next two have their turn one after the other.
    for left in (2, 1):
        (its,), _, _ = select.select(waiting, [], [], 60)
        assert len(waiting) == left
        with closing(waiting.pop(its)) as one:
            assert one.getresponse().status == 200


def test_a_run_that_is_deleted_meanwhile_is_no_whole_download(lab: Server, large: Path) -> None:
    with closing(ask(lab, LARGE)) as connection:
        answer = connection.getresponse()
        assert answer.read(1000)
        RunStore(lab.runs).delete(LARGE, local_user())
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
    until(lambda: f"run {LARGE} was not sent" in lab.log.read_text())
    status, page = refused(lab, LARGE)
    assert status == 404
    assert f"There is no run {LARGE} here" in page


def test_a_folder_that_breaks_a_rule_is_refused_with_a_sentence(
    lab: Server, tmp_path: Path
) -> None:
    run_id = copied(lab.runs, "compression", "20260701-120600-planted-a0")
    plant(lab.runs / run_id / "epoch-050.safetensors", "link", tmp_path)
    status, page = refused(lab, run_id)
    assert status == 404
    assert "the lab opens only ordinary files" in page
    RunStore(lab.runs).delete(run_id, local_user())


def test_a_page_of_another_site_has_no_run_sent(lab: Server) -> None:
    for site in ("cross-site", "same-site"):
        status, page = refused(lab, "vae", **{"Sec-Fetch-Site": site})
        assert (status, "Another site asked for it" in page) == (403, True)


def test_asking_for_the_head_alone_makes_no_file(lab: Server) -> None:
    request = urllib.request.Request(f"{lab.url}/whole-run/vae.zip", method="HEAD")
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.read() == b""
        assert "_vae_run.zip" in answer.headers["Content-Disposition"]
