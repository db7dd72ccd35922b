"""What somebody on the network might try on a running lab. It refuses, or goes on."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bench.browser.server import ROOT, Server
from bench.browser.session import Answer, Session, sessions
from core.runs.heartbeats import heartbeats
from core.runs.store import RunStore
from core.training.config import training_settings
from tests.journeys.conftest import Serve
from tests.support.coroutines import result_of
from tests.support.uploading import upload

Settled = Callable[[Page], None]
CROWD, MAX = 200, 20
EVIL = (
    "</p><script>window.evil = 1</script><img src=x onerror='window.evil = 2'> "
    "![](http://evil.example/x.png) [here](javascript:window.evil=3) $x$ :red[red] `"
)


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab, for few visitors at a time."""
    with serve(env={"LATENT_LAB_VISITORS": str(MAX)}) as server:
        yield server


def is_alive(server: Server) -> bool:
    with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=20) as answer:
        return answer.read() == b"ok"


def test_two_hundred_at_once_are_let_in_or_told_that_it_is_full(lab: Server) -> None:
    async def arrive() -> list[Answer]:
        async with sessions(lab.url, CROWD) as all_at_once:
            return await asyncio.gather(*(session.open() for session in all_at_once))

    answers = result_of(arrive())
    assert Counter(error for answer in answers for error in answer.errors) == {}
    told = [[text for text in answer.texts if "The lab is full" in text] for answer in answers]
    assert Counter(map(len, told)) == {0: MAX, 1: CROWD - MAX}
    assert "it takes 20. Close other tabs" in next(text[0] for text in told if text)
    assert is_alive(lab)

    async def come_later() -> Answer:
        async with Session(lab.url) as session:
            return await session.open()

    later = result_of(come_later())
    assert not any("The lab is full" in text for text in later.texts), "those who left make room"
    assert later.texts


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/static/../../../../../../etc/passwd",
        "/static/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/app/static/../../../../etc/passwd",
        "/media/../../../etc/passwd",
        "/media/..%5c..%5cetc%5cpasswd",
        "/component/x/../../../../etc/passwd",
        "/_stcore/bidi-components/x/../../../../etc/passwd",
        "/static//etc/passwd",
        "/static/%00",
        "/.streamlit/config.toml",
        "/checkpoints/gallery/vae/run.json",
    ],
)
def test_a_path_out_of_the_static_files_leads_nowhere(lab: Server, path: str) -> None:
    # Not urllib, which would tidy the path.
    connection = http.client.HTTPConnection(urlsplit(lab.url).netloc, timeout=20)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode(errors="replace")
    connection.close()
    assert "root:" not in body
    assert "[server]" not in body
    assert '"kind"' not in body
    assert answer.status >= 400 or '<div id="root">' in body, "an unknown path is the first page"


@pytest.mark.parametrize(
    "name", ["../../../tmp/evil.png", "..\\..\\evil.png", "/etc/evil.png", "a\0b.png", "é" * 5000]
)
def test_the_name_of_an_upload_is_only_a_name(lab: Server, name: str) -> None:
    before = everything_written(lab)

    async def send() -> int:
        async with Session(lab.url) as session:
            await session.open()
            return await asyncio.to_thread(upload, lab.url, session.id, name, b"not a picture")

    assert result_of(send()) in (204, 400)
    assert everything_written(lab) == before
    assert is_alive(lab)


def everything_written(server: Server) -> set[str]:
    folders = [ROOT, ROOT / "app", server.runs.parent, server.runs, Path("/tmp"), Path("/etc")]
    names = (
        f"{folder}/{name}" for folder in folders if folder.exists() for name in os.listdir(folder)
    )
    return {name for name in names if "evil" in name}


def test_uploads_need_the_page_s_token_a_session_and_a_limit(lab: Server) -> None:
    async def send() -> list[int]:
        async with Session(lab.url) as session:
            await session.open()
            return [
                await asyncio.to_thread(
                    upload, lab.url, session.id, "1.png", b"x", with_token=False
                ),
                await asyncio.to_thread(upload, lab.url, "somebody-else", "1.png", b"x"),
                await asyncio.to_thread(upload, lab.url, session.id, "1.png", bytes(21 * 2**20)),
                await asyncio.to_thread(upload, lab.url, session.id, "1.png", bytes(9 * 2**20)),
            ]

    assert result_of(send()) == [403, 400, 413, 204]


def test_the_sum_of_the_uploads_of_a_visit_is_bounded(lab: Server) -> None:
    picture = bytes(9 * 2**20)

    async def send() -> list[int]:
        async with Session(lab.url) as session:
            await session.open()
            return [
                await asyncio.to_thread(upload, lab.url, session.id, "1.png", picture, file=str(n))
                for n in range(13)
            ]

    assert result_of(send()) == [204] * 11 + [413] * 2
    # Another visitor has as much room.
    assert result_of(send()) == [204] * 11 + [413] * 2
    assert is_alive(lab)


def test_a_page_of_another_site_gets_no_connection(lab: Server) -> None:
    async def call() -> int:
        address = lab.url.replace("http", "ws") + "/_stcore/stream"
        try:
            async with connect(address, origin="http://evil.example"):  # type: ignore[arg-type]
                return 101
        except InvalidStatus as refusal:
            return refusal.response.status_code

    assert result_of(call()) == 403
    assert is_alive(lab)


@pytest.mark.parametrize("message", [b"\xff" * 1000, b"", bytes(3 * 2**20)])
def test_a_message_that_is_none_ends_at_most_its_own_connection(
    lab: Server, message: bytes
) -> None:
    async def send() -> Answer:
        address = lab.url.replace("http", "ws") + "/_stcore/stream"
        async with connect(address, subprotocols=["streamlit"], origin=lab.url) as socket:  # type: ignore[list-item, arg-type]
            with contextlib.suppress(ConnectionClosed):
                await socket.send(message)
        async with Session(lab.url) as session:
            return await session.open()

    assert result_of(send()).texts
    assert is_alive(lab)


@pytest.mark.parametrize("path", ["autoencoders", "tsne"])
def test_script_in_the_title_of_a_run_stays_text(
    lab: Server, page: Page, settled: Settled, path: str
) -> None:
    store = RunStore(lab.runs)
    settings = training_settings("compression", {}, {"epochs": 3})
    record = store.create("train", settings, title=EVIL)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with heartbeats.keep_alive(record):  # else it counts as interrupted after a while
        page.goto(f"{lab.url}/{path}?run={record.id}")
        settled(page)
        # It waits in the sidebar, its name as it was given.
        expect(page.get_by_text(re.compile("window.evil = 1")).first).to_be_visible()
        assert page.evaluate("window.evil") is None
        assert [url for url in asked if "evil.example" in url] == []
        assert page.locator("a[href^='javascript']").count() == 0
    (record.folder / "state.json").write_text(json.dumps({"status": "done"}))


def test_nothing_of_all_this_was_unexpected(lab: Server) -> None:
    log = lab.log.read_text(encoding="utf-8", errors="replace")
    for layer in ("app", "core", "models"):  # Streamlit tells of messages that are none
        assert f'File "{ROOT / layer}' not in log
