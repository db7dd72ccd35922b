"""The bundle of a run, a zip file that is made while it is sent: the link, and what answers.

Streamlit's own download buttons keep a file in memory until the page is closed, and a run may have
hundreds of megabytes.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

import streamlit as st
from anyio import CancelScope, create_task_group, fail_after
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from app.runs.file_names import file_name
from app.server.addresses import is_from_elsewhere, under_base
from app.server.shared import export_turns, store
from app.server.visitor import browser_of
from core.execution.turns import TooManyError
from core.export import bundle_size, zip_parts
from core.runs.errors import RunError
from core.runs.logs import about, log
from core.runs.record import RunRecord

#: Seconds in which a browser must take the next megabyte; else it would keep a turn for ever.
PATIENCE = 60.0
_FOLDER = "whole-run"
_END: Message = {"type": "http.response.body", "body": b"", "more_body": False}
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>No file · Latent Lab</title>
<style>:root {{ color-scheme: light dark; font: 1rem/1.5 sans-serif }} main {{ max-width: 40rem;
margin: 4rem auto; padding: 0 1rem }}</style>
<main><h1>This file cannot be had now</h1><p>{sentence}</p>
<p>The lab is still open on the page that you came from.</p></main>
"""


def draw_whole_run(record: RunRecord) -> None:
    """Draw the link that downloads a run's bundle, to hand in or for another lab."""
    size = bundle_size(record) / 1e6
    # What is made for people comes on top: some hundred kilobytes, or megabytes of a GIF.
    least = f"{size:.1f}" if size < 10 else f"{size:,.0f}"
    st.link_button(
        f"Bundle (zip, from {least} MB)",
        # From the address of any page, which is below the same path.
        f"{_FOLDER}/{record.id}.zip",
        icon=":material/folder_zip:",
        help="One file to hand in: README, settings, curves, pictures, weights or maps, and a "
        "script that computes the run again in plain PyTorch. Another lab takes it on its page "
        "Home. It is ready after some seconds.",
    )


def routes() -> list[Route]:
    """Return what the server answers besides Streamlit's own addresses."""
    return [Route(under_base(f"/{_FOLDER}/{{run}}.zip"), WholeRun(), methods=["GET"])]


class WholeRun:
    """Answers with the zip file of a run, or with a page of one sentence.

    All ends as soon as the visitor is gone. Where the run is deleted or resumed meanwhile, the
    connection is closed before the end of the file, which browsers show as a failed download.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with create_task_group() as group:
            group.start_soon(_wait_until_gone, receive, group.cancel_scope)
            await _answer(Request(scope), send)
            group.cancel_scope.cancel()


async def _wait_until_gone(receive: Receive, scope: CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


async def _answer(request: Request, send: Send) -> None:
    # A page of another site could have its visitors' browsers ask for all runs.
    if is_from_elsewhere(request):
        await _refuse(request, send, 403, "Another site asked for it; use the link in the lab.")
        return
    client = request.client.host if request.client else ""
    try:
        record = await run_in_threadpool(store().get, request.path_params["run"])
        if request.method == "HEAD":
            await send(_head(record))
            await send(_END)
            return
        async with export_turns.take_async(browser_of(request.cookies) or client):
            parts = zip_parts(record)
            try:
                # Before anything is sent, so that a run that is not to be had gets a sentence.
                first = await run_in_threadpool(next, parts)
                await _send_file(send, record, first, parts)
            finally:
                parts.close()
    except TooManyError as error:
        await _refuse(request, send, 429, str(error))
    except RunError as error:
        await _refuse(request, send, 404, str(error))
    except OSError as error:
        sentence = f"The run cannot be read ({error.strerror or error}); try it again."
        await _refuse(request, send, 500, sentence)


async def _refuse(request: Request, send: Send, status: int, sentence: str) -> None:
    page = HTMLResponse(_PAGE.format(sentence=html.escape(sentence)), status)
    await page(request.scope, request.receive, send)


async def _send_file(send: Send, record: RunRecord, part: bytes, rest: Iterator[bytes]) -> None:
    """Send the file part by part; where it cannot be finished, return without its end."""
    await send(_head(record))
    try:
        while part:
            body: Message = {"type": "http.response.body", "body": part, "more_body": True}
            with fail_after(PATIENCE):
                await send(body)
            part = await run_in_threadpool(next, rest, b"")
    except (RunError, OSError, TimeoutError) as error:
        # The server then closes the connection, and the browser knows that the file is not whole.
        log.warning("run %s was not sent: %s", record.id, error, extra=about("not sent", record))
        return
    await send(_END)


def _head(record: RunRecord) -> Message:
    headers = {
        "content-type": "application/zip",
        "content-disposition": f'attachment; filename="{file_name(record, "run")}.zip"',
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
    }
    raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    return {"type": "http.response.start", "status": 200, "headers": raw}
