"""A replay whose worth is asked for, in a browser: who answers, and how a measure is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.player import rests, visit
from tests.support.worth_answers import ADDRESS, Answers, recording_of

APP = Path(__file__).parent / "apps" / "worth_app.py"
#: The last iteration, and its frame.
LAST = 150


class Server:
    """Answers what a page asks for, and remembers what it was; the answers can be held back."""

    def __init__(self, case: str) -> None:
        self._answers = Answers(recording_of(case))
        self.asked: list[str] = []
        self.held: list[Route] | None = None
        self.refusal = ""

    def serve(self, page: Page) -> None:
        page.route(f"**/{ADDRESS}/**", self._asked)

    def release(self) -> None:
        held, self.held = self.held or [], None
        for route in held:
            self._answer(route)

    def _asked(self, route: Route) -> None:
        self.asked.append(route.request.url.partition(f"{ADDRESS}/")[2])
        if self.held is not None:
            self.held.append(route)
        else:
            self._answer(route)

    def _answer(self, route: Route) -> None:
        kind, *about = route.request.url.partition(f"{ADDRESS}/")[2].split("/")
        if self.refusal:
            route.fulfill(status=409, body=self.refusal)
        elif kind == "neighbours":
            route.fulfill(body=self._answers.neighbours(int(about[0])))
        else:
            route.fulfill(body=self._answers.worth(about[0], int(about[1])))


@contextmanager
def answered(page: Page) -> Iterator[Server]:
    """Answers what the page asks about the maps that the app shows."""
    server = Server("")
    server.serve(page)
    yield server
    page.unroute_all(behavior="ignoreErrors")


def show(page: Page, name: str) -> Locator:
    """Presses a button of the group, waits for its figures, and gives their section."""
    page.get_by_role("group", name="Show", exact=True).get_by_role("button", name=name).click()
    section = page.get_by_role("region", name="What the maps are worth")
    expect(section.locator("figure").first).to_be_visible()
    return section


def opened(page: Page, url: str, name: str) -> Locator:
    visit(page, url)
    rests(page, LAST)
    section = show(page, name)
    rests(page, LAST)
    return section
