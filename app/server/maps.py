"""Answers browsers that fetch the maps of a large run part by part.

    maps/RUN/VERSION/start           digits, measures, extents and the last frame
    maps/RUN/VERSION/frames/NUMBER   another frame, see core.tsne.coarse_to_fine
    maps/RUN/VERSION/pictures?rows=  pictures of some digits, of 784 bytes each
    maps/RUN/newest?after=           where the maps of a run are that is being computed

A version is that of the recorded frames: what is fetched under one never changes, and is kept by
the browser. All bodies are deflated.
"""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections import Counter, OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.server import map_parts, map_versions, map_worth
from app.server.addresses import FOREVER, is_from_elsewhere, under_base
from app.server.map_versions import NotNowError
from app.server.visitor import browser_of
from core.data.digits import DigitsError
from core.runs.record import RunError

#: Parts that are made at the same time, in all and for one visitor; others wait.
MAX_AT_WORK = 2
#: Requests of one visitor that wait or are answered; further ones are refused.
MAX_OF_A_VISITOR = 12
#: Bytes of parts that are kept for other visitors: those of five of the largest runs.
KEPT_BYTES = 60_000_000
_HEADERS = {"Content-Encoding": "deflate", "Cross-Origin-Resource-Policy": "same-origin"}

Answer = Callable[[Request], Awaitable[Response]]
Make = Callable[[], bytes]


class _Part(NamedTuple):
    """Holds what a browser gets, deflated, and the digest of it."""

    body: bytes
    tag: str


class _Refused(Exception):
    """A request that gets no part: the status and the sentence of its answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def routes() -> list[Route]:
    """Return the routes of the lab's own server, under its base path."""
    prefix = under_base("/maps/{run}")
    parts = _Parts()
    paths = {
        "/newest": parts.newest,
        "/{version}/start": parts.start,
        "/{version}/frames/{number}": parts.frame,
        "/{version}/pictures": parts.pictures,
        "/{version}/worth/{measure}/{iteration}": parts.worth,
        "/{version}/neighbours/{row}": parts.neighbours,
    }
    return [Route(prefix + path, _guarded(answer)) for path, answer in paths.items()]


def _guarded(
    answer: Callable[[Request], Awaitable[Response]],
) -> Callable[..., Awaitable[Response]]:
    """Return an endpoint that answers pages of the lab alone, and errors with a sentence."""

    async def endpoint(request: Request) -> Response:
        try:
            if not browser_of(request.cookies):
                raise _Refused(403, "Open a page of the lab first; it gives the cookie.")
            if is_from_elsewhere(request):
                raise _Refused(403, "Only pages of the lab get maps.")
            return await answer(request)
        except _Refused as refused:
            return PlainTextResponse(str(refused), refused.status)
        except NotNowError as error:
            return PlainTextResponse(str(error), 409)
        except (RunError, DigitsError) as error:
            return PlainTextResponse(str(error), 404)

    return endpoint


class _Parts:
    """The endpoints, with what they keep. All of it runs in the server's one event loop."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], _Part] = OrderedDict()  # the last used last
        self._bytes = 0
        self._turns = asyncio.Semaphore(MAX_AT_WORK)
        self._here: Counter[str] = Counter()
        self._making: dict[tuple[object, ...], asyncio.Lock] = {}

    async def start(self, request: Request) -> Response:
        run, version = _names(request)
        make = partial(map_parts.start, run, version)
        return await self._kept_part(request, ("start", run, version, None), make)

    async def frame(self, request: Request) -> Response:
        run, version = _names(request)
        number = _number(request.path_params["number"], "number")
        make = partial(map_parts.frame, run, version, number)
        return await self._kept_part(request, ("frame", run, version, number), make)

    async def pictures(self, request: Request) -> Response:
        run, version = _names(request)
        texts = request.query_params.get("rows", "")[: 8 * map_parts.MAX_ROWS].split(",")
        if len(texts) > map_parts.MAX_ROWS:
            raise _Refused(400, f"rows names more than {map_parts.MAX_ROWS} digits.")
        rows = tuple(_number(text, "rows") for text in texts)
        return await self._once(request, partial(map_parts.pictures, run, version, rows))

    async def worth(self, request: Request) -> Response:
        run, version = _names(request)
        measure = request.path_params["measure"]
        iteration = _number(request.path_params["iteration"], "iteration")
        make = partial(map_worth.worth, run, version, measure, iteration)
        key = (f"worth of {measure}", run, version, iteration)
        return await self._kept_part(request, key, make)

    async def neighbours(self, request: Request) -> Response:
        run, version = _names(request)
        row = _number(request.path_params["row"], "row")
        return await self._once(request, partial(map_worth.neighbours, run, version, row))

    async def newest(self, request: Request) -> Response:
        run = request.path_params["run"]
        after = _number(request.query_params.get("after", "0"), "after")
        iteration = await run_in_threadpool(map_parts.newest_iteration, run)
        if after == iteration:
            return Response(status_code=204)
        labels = "labels" in request.query_params
        key = ("newest", run, iteration, labels)
        part = await self._made(request, key, lambda: map_parts.newest(run, labels=labels))
        return Response(part.body, headers={**_HEADERS, "Cache-Control": "no-store"})

    async def _once(self, request: Request, make: Make) -> Response:
        """Answer with a part that is small, and not kept here."""
        async with self._counted(request), self._turns:
            part = await run_in_threadpool(lambda: _deflated(make()))
        return Response(part.body, headers={**_HEADERS, "Cache-Control": FOREVER})

    async def _kept_part(
        self, request: Request, key: tuple[str, str, str, int | None], make: Make
    ) -> Response:
        _, run, version, _ = key
        await run_in_threadpool(map_versions.check, run, version)  # also what is kept may be gone
        body, tag = await self._made(request, key, make)
        headers = {**_HEADERS, "Cache-Control": FOREVER, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            del headers["Content-Encoding"]
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers)

    async def _made(self, request: Request, key: tuple[object, ...], make: Make) -> _Part:
        """Return a part, which is kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        # Who wants the same waits for whoever makes it, and takes nobody's turn.
        making = self._making.setdefault(key, asyncio.Lock())
        try:
            async with self._counted(request), making:
                part = self._kept.get(key)
                if part is None:
                    async with self._turns:
                        part = await run_in_threadpool(lambda: _deflated(make()))
                    self._keep(key, part)
        finally:
            self._making.pop(key, None)
        return part

    def _keep(self, key: tuple[object, ...], part: _Part) -> None:
        self._kept[key] = part
        self._bytes += len(part.body)
        while self._bytes > KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.body)

    @asynccontextmanager
    async def _counted(self, request: Request) -> AsyncGenerator[None]:
        """Count a request of this visitor that waits or is answered.

        Raises:
            _Refused: there are too many of them.
        """
        visitor = browser_of(request.cookies)
        if self._here[visitor] >= MAX_OF_A_VISITOR:
            raise _Refused(429, "Too many parts are asked for at once; wait for some of them.")
        self._here[visitor] += 1
        try:
            yield
        finally:
            self._here[visitor] -= 1
            if not self._here[visitor]:
                del self._here[visitor]


def _names(request: Request) -> tuple[str, str]:
    return request.path_params["run"], request.path_params["version"]


def _number(text: str, name: str) -> int:
    """Return a whole number of a request, 0 or more; it counts nothing larger than a million."""
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise _Refused(400, f"{name} (={text[:20]!r}) must be a whole number below 1,000,000.")
    return int(text)


def _deflated(content: bytes) -> _Part:
    body = zlib.compress(content, 1)
    return _Part(body, f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"')
