"""Messages that no page of the lab sends, or more of them than a visitor can cause."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from app.server import shared
from app.server.websockets import (
    FIRST_MESSAGES,
    KINDS,
    MAX_FILES,
    MESSAGES_PER_SECOND,
    WebSocketLimits,
    is_needed,
)
from bench.browser.server import Server, serving
from bench.browser.session import Answer, Session
from tests.support.coroutines import result_of


def files(count: int) -> BackMsg:
    message = BackMsg()
    message.file_urls_request.request_id = "1"
    message.file_urls_request.file_names.extend(["a.png"] * count)
    return message


def operation(kind: str) -> BackMsg:
    message = BackMsg()
    getattr(message.backend_operation_request, kind).SetInParent()
    return message


def long_identifier() -> BackMsg:
    message = operation("deferred_file")
    message.backend_operation_request.deferred_file.file_id = "x" * 1000
    return message


def of_kind(kind: str) -> BackMsg:
    """A message of any kind, also of one that a later Streamlit adds."""
    message = BackMsg()
    if BackMsg.DESCRIPTOR.fields_by_name[kind].message_type is None:
        setattr(message, kind, True)
    else:
        getattr(message, kind).SetInParent()
    return message


EVERY_KIND = [field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields]


def test_the_kinds_that_pages_need_are_known_to_this_streamlit() -> None:
    assert set(EVERY_KIND) > KINDS
    assert "clear_cache" in EVERY_KIND


@pytest.mark.parametrize("kind", sorted(set(EVERY_KIND) - KINDS))
def test_a_kind_of_message_that_no_page_needs_is_dropped(kind: str) -> None:
    assert not is_needed(of_kind(kind).SerializeToString())


@pytest.mark.parametrize(
    ("message", "needed"),
    [
        (of_kind("rerun_script"), True),
        (files(MAX_FILES), True),
        (files(MAX_FILES + 1), False),
        (operation("deferred_file"), True),
        (operation("install_skills"), False),
        (long_identifier(), False),
        (operation("dataframe_chunk"), False),
    ],
)
def test_of_the_kinds_that_pages_need_only_what_they_send_passes(
    message: BackMsg, needed: bool
) -> None:
    assert is_needed(message.SerializeToString()) == needed


def test_what_a_process_has_once_outlives_streamlit_s_caches() -> None:
    kept = shared.store(), shared.queue()
    st.cache_data.clear()
    st.cache_resource.clear()
    assert (shared.store(), shared.queue()) == kept
    shared.store.cache_clear()
    shared.queue.cache_clear()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose page says what its process keeps."""
    script = Path(__file__).with_name("apps") / "kept_app.py"
    with serving(tmp_path_factory.mktemp("kept"), script) as server:
        yield server


def test_every_kind_of_message_leaves_caches_queue_and_threads_as_they_were(kept: Server) -> None:
    async def attack() -> tuple[Answer, list[Answer]]:
        async with Session(kept.url) as visitor:
            before = await visitor.open()
            answers: list[Answer] = []
            for kind in EVERY_KIND:
                async with Session(kept.url) as session:
                    await session.open()
                    await session.send(of_kind(kind))
                    if kind == "rerun_script":  # which its page answers, as it should
                        continue
                    answers.append(await session.open())
            return before, answers

    before, answers = result_of(attack())
    (text,) = before.texts
    assert re.fullmatch(r"\w{32} \w{32} \d+ \['run-0'\]", text)
    assert [answer.texts for answer in answers] == [(text,)] * len(answers)


def test_every_kind_of_message_leaves_the_lab_as_it_was(lab: Server) -> None:
    async def attack() -> Answer:
        async with Session(lab.url) as session:
            await session.open()
            for kind in EVERY_KIND:
                await session.send(of_kind(kind))
            await session.send(files(5000))
            await session.send(operation("install_skills"))
            return await session.open("tsne")

    answer = result_of(attack())
    assert answer.texts
    assert answer.errors == ()
    assert "Error processing back message" not in lab.log.read_text(errors="replace")


def test_messages_that_come_too_fast_wait_and_none_is_lost() -> None:
    count = FIRST_MESSAGES + 10
    data = of_kind("rerun_script").SerializeToString()
    sent = iter([{"type": "websocket.receive", "bytes": data}] * count)
    taken: list[float] = []

    async def client() -> Message:
        return next(sent, {"type": "websocket.disconnect"})

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "websocket.receive":
            taken.append(time.monotonic())

    async def nothing(message: Message) -> None: ...

    scope = {"type": "websocket", "headers": []}
    result_of(WebSocketLimits(app)(scope, client, nothing))
    assert len(taken) == count
    assert taken[-1] - taken[0] >= 9 / MESSAGES_PER_SECOND
    assert taken[FIRST_MESSAGES - 1] - taken[0] < 1
