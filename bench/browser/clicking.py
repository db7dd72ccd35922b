"""A visitor who clicks through all pages and views of the lab, and draws a digit where one can."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial

from websockets.exceptions import WebSocketException

from app.navigation import PAGES
from bench.browser.session import PATIENCE, Answer, Session
from bench.browser.stage import Stage

CLICK_SECONDS = 5.0
#: What a page says to somebody who meets a bound.
REFUSAL = re.compile("The lab is full|pages of the lab are open in your browser|waiting already")
VIEWS = {
    "autoencoders": (
        "Train and watch",
        "Time machine",
        "Reconstruct",
        "Denoise",
        "Sparse code",
        "Compare",
    ),
    "vae": (
        "Train and watch",
        "Reconstruct",
        "Time machine",
        "Generate",
        "Interpolate",
        "Latent sliders",
        "Map",
        "What was learned",
    ),
}
DIGIT = "digit"
#: Where a click may lead: a page, and the view of it in the address.
PLACES = tuple(
    (page.name if position else "", f"view={view}" if view else "")
    for position, page in enumerate(PAGES)
    for view in VIEWS.get(page.name, ("",))
)


#: A 7, and the bar through it, as the square for drawing sends them.
STROKES = ([90, 300, 250, 700, 250, 450, 780], [70, 380, 520, 640, 520])
Act = Callable[[], Awaitable[Answer]]
_numbers = itertools.count(1)


def new_cookie(url: str) -> str:
    """Return the cookie that the lab at this address gives a browser at its first visit."""
    with urllib.request.urlopen(url, timeout=PATIENCE) as page:
        cookies = page.headers.get_all("Set-Cookie", [])
    return next(one for one in cookies if one.startswith("latent-lab-")).partition(";")[0]


async def open_everything(url: str) -> None:
    """Open all places once before the measurement, since only the first visitor waits for them."""
    async with Session(url) as session:
        for place in PLACES:
            for _, act in clicks(session, place):
                await act()


def clicks(session: Session, place: tuple[str, str]) -> list[tuple[str, Act]]:
    """Return the clicks of a visitor at a place: a name and an act for each."""
    page, query = place
    acts: list[tuple[str, Act]] = [
        (f"/{page} {query.removeprefix('view=')}".strip(), partial(session.open, page, query))
    ]
    if page == DIGIT:
        drawn = [STROKES[: count + 1] for count in range(len(STROKES))]
        acts += [("a stroke of the pen", partial(draw, session, strokes)) for strokes in drawn]
    return acts


async def draw(session: Session, strokes: Sequence[Sequence[int]]) -> Answer:
    """Send what the square for drawing sends; the answer is complete when all models are done."""
    drawn = {"number": next(_numbers), "strokes": strokes}
    return await session.move("digit:drawing:browser", {"drawn": drawn})


def ways(order: random.Random) -> Iterator[tuple[str, str]]:
    """Yield the places of one visitor: the first page, then all places, each time in a new order.

    Streamlit remembers the controls of every page that a visitor has seen.
    """
    yield ("", "")
    while True:
        yield from order.sample(PLACES, len(PLACES))


async def click_through(session: Session, number: int, stage: Stage, warm_until: float) -> None:
    """Act as one visitor who clicks every five seconds until cancelled, from a random time on."""
    order = random.Random(number)
    await asyncio.sleep(CLICK_SECONDS * order.random())
    first = True
    for place in ways(order):
        for name, act in clicks(session, place):
            begun = time.perf_counter()
            try:
                answer = await act()
            except (TimeoutError, ConnectionError, WebSocketException, KeyError) as error:
                stage.failures.append(f"{name}: {type(error).__name__}")
                return
            refused = [text for text in answer.texts if REFUSAL.search(text)]
            stage.failures += [f"{name}: {text[:80]}" for text in (*answer.errors, *refused)]
            if first:
                stage.first.append(answer.seconds * 1000)
            elif begun > warm_until:
                stage.milliseconds.append(answer.seconds * 1000)
                stage.places.setdefault(name, []).append(answer.seconds * 1000)
            await asyncio.sleep(max(0.0, begun + CLICK_SECONDS - time.perf_counter()))
        first = False
