"""What the page of the drag slider shows and says to the server: for the tests of the slider."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Locator, Page, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

THUMB = 12  # pixels


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Strength")


def now(page: Page) -> Locator:
    """The value that the page shows above the slider."""
    return page.locator(".drag-slider .now").first


def noise(page: Page) -> float:
    """The value that Python has."""
    text = page.get_by_text(re.compile(r"^noise=")).inner_text()
    return float(text.removeprefix("noise="))


def values(page: Page) -> int:
    """How many different values Python has seen one after the other."""
    text = page.get_by_text(re.compile(r"^values=\d+$")).inner_text()
    return int(text.removeprefix("values="))


def place(page: Page, value: float) -> tuple[float, float]:
    """Where on the slider a value is."""
    box = slider(page).bounding_box()
    assert box is not None
    x = box["x"] + THUMB / 2 + (box["width"] - THUMB) * value
    return x, box["y"] + box["height"] / 2


def drag(page: Page, start: float, *ends: float, steps: int = 20) -> None:
    """Moves the mouse, held down, to one value after the other in small steps; it stays down.

    At each value it waits until Python has heard of it, as a hand does that looks.
    """
    page.mouse.move(*place(page, start))
    page.mouse.down()
    for end in ends:
        for step in range(1, steps + 1):
            page.mouse.move(*place(page, start + (end - start) * step / steps))
        expect(page.get_by_text(f"noise={end}", exact=True)).to_be_visible()
        start = end


def conversation(page: Page) -> list[tuple[str, int]]:
    """Fills with what is said about the slider: ("ask" or "answer", number of the message)."""
    said: list[tuple[str, int]] = []

    def note(event: tuple[str, int]) -> None:
        if event[1] and event not in said:  # the state travels again with every other message
            said.append(event)

    def asked(payload: bytes | str) -> None:
        message = BackMsg.FromString(bytes(payload)) if isinstance(payload, bytes) else BackMsg()
        for widget in message.rerun_script.widget_states.widgets:
            if "noise:browser" in widget.id and widget.HasField("json_value"):
                state = json.loads(widget.json_value)
                note(("ask", state.get("sent", {}).get("number", 0)))

    def answered(payload: bytes | str) -> None:
        message = ForwardMsg.FromString(bytes(payload)) if isinstance(payload, bytes) else None
        element = message.delta.new_element if message else None
        if element and element.WhichOneof("type") == "bidi_component":
            data = json.loads(element.bidi_component.json)
            if data["label"] == "Strength":
                note(("answer", data["number"]))

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", asked)
        socket.on("framereceived", answered)

    page.on("websocket", listen)
    return said
