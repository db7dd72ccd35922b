"""What a stranger may try on a run of somebody else, without a browser: messages and files."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app.server.identity import cookie_pair
from bench.browser.server import Server
from bench.browser.session import PATIENCE, Answer, Session, _Page
from core.runs.heartbeats import heartbeats
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import training_settings
from tests.support.coroutines import result_of

ADA, BOB = "a" * 32, "b" * 32


class Presses(Session):
    """A session that knows the buttons of its page by their labels, and presses any button."""

    def __init__(self, url: str, who: str) -> None:
        super().__init__(url, cookie_pair(who))
        self.buttons: dict[str, str] = {}

    def _take(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "button":
                self.buttons[element.button.label] = element.button.id
        super()._take(message)

    async def press(self, button: str, query: str) -> Answer:
        """Send the press of a button with this identifier, and return the page that follows."""
        self._stop_timers()
        self._page = _Page(time.perf_counter(), asyncio.get_running_loop().create_future())
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_script_hash = query, self._current
        pressed = rerun.widget_states.widgets.add()
        pressed.id, pressed.trigger_value = button, True
        await self.send(message)
        return await asyncio.wait_for(self._page.done, PATIENCE)


def state_of(record: RunRecord) -> dict[str, object]:
    return json.loads((record.folder / "state.json").read_text())


def files_of(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("status", "label"),
    [("pending", "Cancel"), ("paused", "Resume"), ("paused", "Delete this run")],
)
def test_the_press_of_a_button_of_somebody_else_s_page_changes_nothing(
    lab: Server, status: str, label: str
) -> None:
    """The stranger has the identifier of the owner's button, as from the same page of their own."""
    store = RunStore(lab.runs)
    settings = training_settings("compression", {}, {"epochs": 3, "digits": 1000})
    record = store.create("train", settings, title="Compression", visitor=ADA)
    record.set_state(status=status)

    async def attack() -> None:
        query = f"run={record.id}"
        async with Presses(lab.url, ADA) as ada, Presses(lab.url, BOB) as bob:
            await ada.open("autoencoders", query)
            answer = await bob.open("autoencoders", query)
            assert answer.errors == ()
            button = ada.buttons[label]
            assert label not in bob.buttons
            before = state_of(record), files_of(record.folder)
            assert (await bob.press(button, query)).errors == ()
            assert (state_of(record), files_of(record.folder)) == before
            await ada.press(button, query)  # of its owner the same message is obeyed

    with heartbeats.keep_alive(record):
        result_of(attack())
    changed = not record.folder.exists() or state_of(record)["status"] != status
    assert changed, "the message was not that of the button"
    if record.folder.exists() and record.is_active:
        record.control.request("cancel", ADA)


def test_an_address_changes_no_run(lab: Server) -> None:
    store = RunStore(lab.runs)
    settings = training_settings("compression", {}, {"epochs": 3, "digits": 1000})
    record = store.create("train", settings, title="Compression", visitor=ADA)
    record.set_state(status="paused")
    before = state_of(record), files_of(record.folder)

    async def attack() -> None:
        async with Session(lab.url, cookie_pair(BOB)) as session:
            for wish in ("cancel", "delete", "resume", "Delete:1", "visitor"):
                query = f"run={record.id}&{wish}={ADA}&visitor={ADA}"
                assert (await session.open("autoencoders", query)).errors == ()

    result_of(attack())
    assert (state_of(record), files_of(record.folder)) == before
