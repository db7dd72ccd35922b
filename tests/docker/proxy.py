"""What the proxy of the class profile must refuse, and what it must add."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from bench.browser.session import Session
from tests.support.uploading import upload


def foreign_origin_is_refused(url: str) -> None:
    """Asks for the WebSocket as a page of another site would, and as one of the lab's own."""
    answers = {
        origin: answer_to_websocket(url, origin)
        for origin in ("http://elsewhere.example", url, url.replace("http:", "https:"))
    }
    assert list(answers.values()) == [403, 101, 101], answers


def answer_to_websocket(url: str, origin: str) -> int:
    host = urlsplit(url).netloc
    parts = urlsplit(url)
    assert parts.hostname
    request = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Protocol: streamlit\r\n\r\n"
    )
    with socket.create_connection((parts.hostname, parts.port or 80), timeout=20) as connection:
        connection.sendall(request.encode())
        return int(connection.recv(64).split()[1])


def headers_are_there(url: str) -> None:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        headers = answer.headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Server"] is None or "Caddy" not in headers["Server"]


async def large_upload_is_refused(url: str) -> None:
    async with Session(url) as session:
        await session.open()
        sizes = {size: upload(url, session.id, "1.png", bytes(size)) for size in (1, 21 * 2**20)}
    assert list(sizes.values()) == [204, 413], sizes


def refused(address: str, code: int) -> None:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            answered = answer.status
    except urllib.error.HTTPError as error:
        answered = error.code
    assert answered == code, f"it answered {answered} where {code} is right"
