"""Limits how many uploads are under way at a time, and how long each may take."""

from __future__ import annotations

import asyncio
from collections import Counter

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server.visitor import browser_of

_PATH = "/_stcore/upload_file"
#: Uploads under way. What comes is in memory, also of one that never ends.
MAX_OF_A_VISITOR = 2
MAX_OF_ALL = 8
#: Seconds for an upload, and for its turn.
PATIENCE = 60.0


class UploadLimits:
    """Lets few uploads in at a time, the others wait; ends those that take too long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._all = asyncio.Semaphore(MAX_OF_ALL)
        self._of: dict[str, asyncio.Semaphore] = {}
        self._here: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        uploads = scope["type"] == "http" and scope["method"] in ("PUT", "POST")
        if not uploads or _PATH not in scope["path"]:
            await self.app(scope, receive, send)
            return
        client = (scope.get("client") or ("",))[0]
        visitor = browser_of(HTTPConnection(scope).cookies) or client
        own = self._of.setdefault(visitor, asyncio.Semaphore(MAX_OF_A_VISITOR))
        self._here[visitor] += 1
        answered = False

        async def note_and_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            async with asyncio.timeout(PATIENCE) as limit, own, self._all:
                limit.reschedule(asyncio.get_running_loop().time() + PATIENCE)
                await self.app(scope, receive, note_and_send)
        except TimeoutError:
            if not answered:
                answer = PlainTextResponse("This upload takes too long; try it again.", 408)
                await answer(scope, receive, send)
        finally:
            self._here[visitor] -= 1
            if not self._here[visitor]:
                del self._here[visitor], self._of[visitor]
