"""Uploads that never end, and many at a time."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from app.server import uploads
from app.server.identity import cookie_pair
from app.server.uploads import MAX_OF_A_VISITOR, MAX_OF_ALL, UploadLimits
from tests.support.coroutines import result_of


class Lab:
    """A lab that notes how many uploads are under way."""

    def __init__(self) -> None:
        self.now = self.most = self.done = 0
        self.go_on = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.go_on.wait()
            self.done += 1
            await PlainTextResponse("kept")(scope, receive, send)
        finally:
            self.now -= 1


def scope_of(visitor: int) -> Scope:
    return {
        "type": "http",
        "method": "PUT",
        "path": "/_stcore/upload_file/session/1",
        "headers": [(b"cookie", cookie_pair(f"{visitor:032x}").encode())],
        "client": ("127.0.0.1", 1),
    }


async def nothing() -> Message:
    return {"type": "http.disconnect"}


async def send_all(visitors: list[int], lab: Lab, limits: UploadLimits) -> list[int]:
    """Sends an upload for each, lets them go on once none can begin, returns their statuses."""
    answers: list[int] = []

    async def note(message: Message) -> None:
        if message["type"] == "http.response.start":
            answers.append(message["status"])

    async with asyncio.TaskGroup() as tasks:
        for visitor in visitors:
            tasks.create_task(limits(scope_of(visitor), nothing, note))
        for _ in range(5 * len(visitors)):
            await asyncio.sleep(0)
        lab.go_on.set()
    return answers


@pytest.mark.parametrize(
    ("visitors", "at_a_time"),
    [([7] * 20, MAX_OF_A_VISITOR), (list(range(40)), MAX_OF_ALL), ([1, 2, 2], 3)],
)
def test_few_uploads_are_under_way_and_the_others_get_their_turn(
    visitors: list[int], at_a_time: int
) -> None:
    async def attack() -> None:
        lab = Lab()
        limits = UploadLimits(lab)
        assert await send_all(visitors, lab, limits) == [200] * len(visitors)
        assert lab.most == at_a_time
        assert limits._of == {}, "who has gone is forgotten"

    result_of(attack())


def test_an_upload_that_takes_too_long_ends_and_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.05)

    async def attack() -> None:
        lab = Lab()
        limits = UploadLimits(lab)
        answers: list[int] = []

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                answers.append(message["status"])

        await asyncio.gather(*(limits(scope_of(7), nothing, note) for _ in range(6)))
        assert answers == [408] * 6
        assert (lab.now, lab.done) == (0, 0)
        assert await send_all([7], lab, limits) == [200]

    result_of(attack())


def test_what_is_no_upload_is_not_counted() -> None:
    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("page")(scope, receive, send)

    async def attack() -> None:
        answers: list[int] = []

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                answers.append(message["status"])

        limits = UploadLimits(page)
        limits._all = asyncio.Semaphore(0)
        await limits({**scope_of(1), "path": "/tsne"}, nothing, note)
        await limits({**scope_of(1), "method": "DELETE"}, nothing, note)
        assert answers == [200, 200]

    result_of(attack())
