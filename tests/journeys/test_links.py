"""Links: what a visitor sees of every view, opened from its link in a fresh browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.browser.server import Server
from tests.conftest import until
from tests.journeys.conftest import NewPage

Settled = Callable[[Page], None]
Change = Callable[[Page], None]
SHOWN = (Path(__file__).parent / "scripts" / "shown.js").read_text(encoding="utf-8")


def choose(option: str) -> Change:
    """Choose one of a few options that are all in view."""

    def change(page: Page) -> None:
        radio = page.get_by_role("radio", name=option, exact=True).last
        radio.click()
        expect(radio).to_be_checked()

    return change


def type_in(label: str, text: str) -> Change:
    def change(page: Page) -> None:
        field = page.get_by_label(label, exact=True).last
        field.fill(text)
        field.press("Enter")

    return change


def pick(label: str, option: str) -> Change:
    """Choose an option of a list that opens."""

    def change(page: Page) -> None:
        box = page.get_by_role("combobox", name=label).last
        box.click()
        box.fill(option)  # a long list draws only what is in view
        page.get_by_role("option", name=option).first.click()

    return change


def press(selector: str, key: str, times: int = 1, nth: int = 0) -> Change:
    """Move what has this selector by a key."""

    def change(page: Page) -> None:
        place = page.locator(selector).nth(nth)
        place.focus()
        for _ in range(times):
            place.press(key)

    return change


def click(selector: str, nth: int = 0) -> Change:
    return lambda page: page.locator(selector).nth(nth).click()


def button(name: str, nth: int = 0) -> Change:
    return lambda page: page.get_by_role("button", name=name, exact=True).nth(nth).click()


EPOCH = press(".stSlider [role=slider], .stSlider input[type=range]", "ArrowLeft")
#: Of each page with an address of its run: its views, and what is changed in each.
VIEWS: dict[str, dict[str, list[Change]]] = {
    "autoencoders?run=sparse": {
        "Time machine": [press(".film input", "ArrowLeft", 2)],
        "Reconstruct": [
            EPOCH,
            choose("By class"),
            pick("Class", "4"),
            button("Others"),
            click(".tiles button", 3),
            choose("Easiest"),
        ],
        "Denoise": [
            choose("Salt and pepper"),
            press(".drag-slider input", "ArrowRight", 5),
            choose("By number"),
            type_in("First (0 to 9,999)", "123"),
        ],
        "Sparse code": [
            pick("Units in the histogram", "Number 2"),
            press(".row input", "PageUp", 2),
        ],
        "What the code is worth": [],
        "What it has never seen": [button("Others")],
        "Compare": [choose("2"), choose("Differences"), choose("At random")],
    },
    "vae?run=vae": {
        "Time machine": [press(".film input", "ArrowLeft", 1)],
        "Reconstruct": [choose("At random"), button("Others")],
        "Generate": [
            press(".drag-slider input", "ArrowLeft", 6),
            type_in("Seed", "5"),
            click(".tiles button", 11),
        ],
        "Interpolate": [
            pick("To", "9"),
            type_in("Which one", "20"),
            choose("spherical"),
            press(".film input", "ArrowRight", 30),
        ],
        "Latent sliders": [
            choose("Random"),
            type_in("Seed", "3"),
            press(".row input", "PageUp", 2, 1),
        ],
        "Map": [choose("Two dimensions"), click(".frame > canvas")],
        "What was learned": [],
    },
    "tsne?run=tsne-exercise": {
        "": [
            press(".latent-player-controls input[type=range]", "PageDown", 3),
            button("Follow any digit"),
        ]
    },
    "sweeps?sweep=vae-beta": {
        "": [press(".stairs input", "ArrowRight", 2), choose("KL to the prior")]
    },
    "digit": {"": [choose("Test digit"), type_in("Which one", "7"), choose("Nearest digits")]},
    "runs": {"": [type_in("Search", "vae"), pick("Order", "Name")]},
    "runs?compare=compression,sparse": {"": [choose("Seconds"), choose("Training")]},
}


def open_view(page: Page, view: str) -> None:
    """Choose a view of a page; a page without views has one without a name."""
    if view:
        radio = page.locator(".st-key-view").get_by_role("radio", name=view, exact=True)
        radio.click()
        expect(radio).to_be_checked()


def rest(page: Page, settled: Settled) -> None:
    """Wait until the page is drawn and its address is written."""
    settled(page)
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    page.evaluate("() => new Promise((done) => setTimeout(done, 400))")  # what is debounced
    settled(page)


def link_of(page: Page) -> str:
    """Press Copy link where nothing may be copied but by the oldest way; return the link."""
    page.evaluate("""() => {
      Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
      document.execCommand = () => {
        let at = document.activeElement;
        while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        window.copied = at.value.slice(at.selectionStart, at.selectionEnd);
        return true;
      };
    }""")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied.", exact=True)).to_be_visible()
    return page.evaluate("window.copied")


def shown(page: Page, settled: Settled) -> list[str]:
    """What the page shows, once it is the same at two looks."""
    page.mouse.move(0, 0)  # what is pointed at shows more
    seen: list[list[str]] = [[]]

    def still() -> bool:
        rest(page, settled)
        seen.append(page.evaluate(SHOWN))
        return bool(seen[-1]) and seen[-1] == seen[-2]

    until(still)
    return seen[-1]


def compare_with_fresh_browser(page: Page, other: Page, settled: Settled) -> None:
    """Open the link of a page as another visitor, who must see the same."""
    here, link = shown(page, settled), link_of(page)
    other.goto(link)
    expect(other.get_by_role("heading", level=1)).to_be_visible()
    until(lambda: shown(other, settled) == here)
    assert link_of(other) == link
    other.close()


@pytest.mark.parametrize("place", VIEWS)
def test_a_link_shows_every_view_as_it_was(
    place: str, lab: Server, new_page: NewPage, settled: Settled
) -> None:
    page = new_page()
    page.goto(f"{lab.url}/{place}")
    rest(page, settled)
    for view, changes in VIEWS[place].items():
        open_view(page, view)
        for change in changes:
            rest(page, settled)
            change(page)
        compare_with_fresh_browser(page, new_page(), settled)


def test_back_and_forward_show_what_was_there(
    lab: Server, new_page: NewPage, settled: Settled
) -> None:
    page = new_page()
    page.goto(f"{lab.url}/vae?run=vae")
    rest(page, settled)
    steps = page.evaluate("history.length")
    open_view(page, "Latent sliders")
    rest(page, settled)
    choose("Random")(page)
    rest(page, settled)
    for seed in ("1", "2", "3"):
        type_in("Seed", seed)(page)
        rest(page, settled)
    press(".row input", "PageUp", 2)(page)
    sliders = shown(page, settled)
    pick("Run", "two dimensions")(page)
    rest(page, settled)
    open_view(page, "Map")
    rest(page, settled)
    assert page.evaluate("history.length") == steps + 3, "a view, a run and a view, no seeds"
    here = shown(page, settled)
    page.get_by_role("link", name="Glossary").click()
    expect(page.get_by_role("heading", level=1, name="Glossary")).to_be_visible()
    rest(page, settled)
    page.go_back()
    until(lambda: shown(page, settled) == here)
    # Of two presses at once Streamlit can lose a message (Cached ForwardMsg MISS).
    page.go_back()
    rest(page, settled)
    page.go_back()
    until(lambda: shown(page, settled) == sliders)
    page.go_forward()
    rest(page, settled)
    page.go_forward()
    until(lambda: shown(page, settled) == here)


def test_a_drag_asks_for_no_more_than_its_pictures(
    lab: Server, new_page: NewPage, settled: Settled
) -> None:
    """The address costs no message: neither sliders in the browser nor one that asks Python."""
    page = new_page()
    sent: list[str | bytes] = []

    def note(
        each: str | bytes,
    ) -> None:  # Playwright cannot ask a method of a list for its arguments
        sent.append(each)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.goto(f"{lab.url}/vae?run=vae&view=Interpolate")
    shown(page, settled)
    before = len(sent)
    press(".film input", "ArrowRight", 20)(page)
    expect(page).to_have_url(re.compile("frame=20"))
    assert len(sent) == before


def test_kept_digits_and_half_filled_forms_survive_a_reload(
    lab: Server, new_page: NewPage, settled: Settled
) -> None:
    page = new_page()
    page.goto(f"{lab.url}/autoencoders?run=compression")
    rest(page, settled)
    type_in("Epochs", "77")(page)
    rest(page, settled)
    page.reload()
    rest(page, settled)
    expect(page.get_by_label("Epochs", exact=True)).to_have_value("77")
    page.goto(f"{lab.url}/digit?way=Test+digit")
    rest(page, settled)
    button("Keep it")(page)
    expect(page.get_by_role("heading", name="My digits")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="My digits")).to_be_visible()
    other = new_page()
    other.goto(page.url)
    rest(other, settled)
    expect(other.get_by_role("button", name="Keep it")).to_be_visible()
    expect(other.get_by_role("heading", name="My digits")).to_have_count(0)


def test_where_nothing_can_be_copied_the_link_is_selected(
    lab: Server, new_page: NewPage, settled: Settled
) -> None:
    page = new_page()
    page.goto(f"{lab.url}/glossary")
    rest(page, settled)
    page.evaluate("""() => {
      Object.defineProperty(navigator, "clipboard", { value: undefined });
      document.execCommand = () => false;
    }""")
    page.get_by_role("button", name="Copy link").press("Enter")
    field = page.get_by_label("Link of this page")
    expect(field).to_be_focused()
    expect(field).to_have_value(f"{lab.url}/glossary")
    expect(page.get_by_text("Copy it from the field")).to_be_visible()
