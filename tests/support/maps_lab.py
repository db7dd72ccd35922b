"""The routes of the lab besides Streamlit's, such as those for maps, asked without a server."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.routing import BaseRoute, Router

from app.server import maps
from app.server.identity import cookie_pair
from tests.support.coroutines import result_of


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> bytes:
        return zlib.decompress(self.body)


def cookie(number: int = 1) -> str:
    return cookie_pair(f"{number:032x}")


class Lab:
    """Some routes alone, those for maps by default, and who asks them."""

    def __init__(self, routes: Sequence[BaseRoute] | None = None) -> None:
        self.router = Router(routes=maps.routes() if routes is None else routes)

    def get(self, address: str, **headers: str) -> Answer:
        return result_of(self.ask(address, **headers))

    async def ask(self, address: str, **headers: str) -> Answer:
        found = urlsplit(address)
        sent = {"cookie": cookie(), **{name.replace("_", "-"): v for name, v in headers.items()}}
        scope = {
            "type": "http",
            "method": "GET",
            "path": found.path,
            "raw_path": found.path.encode(),
            "query_string": found.query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items() if value],
        }
        messages: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict) -> None:
            messages.append(message)

        await self.router(scope, receive, send)  # type: ignore[arg-type]
        start = messages[0]
        given = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], given, b"".join(m.get("body", b"") for m in messages[1:]))
