"""Uploading a file to a lab's server as a browser does, or nearly so."""

from __future__ import annotations

import contextlib
import http.client
import urllib.request
from urllib.parse import urlsplit

_COOKIE = "_streamlit_xsrf"


def upload(
    url: str,
    session: str,
    name: str,
    content: bytes,
    *,
    file: str = "1",
    with_token: bool = True,
) -> int:
    """Sends a file for a session, under the identifier `file`; returns the status of the answer.

    `with_token` sends the token against cross-site requests, which a page of another site lacks.
    """
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    if with_token:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=30) as page:
            token = page.headers["Set-Cookie"].split(";")[0].removeprefix(f"{_COOKIE}=")
        headers |= {"Cookie": f"{_COOKIE}={token}", "X-Xsrftoken": token}
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    body = head.encode() + content + b"\r\n--x--\r\n"
    # A server that refuses does not wait for the rest.
    with contextlib.closing(connection):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request("PUT", f"/_stcore/upload_file/{session}/{file}", body, headers)
        return connection.getresponse().status
