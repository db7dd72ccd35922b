"""Every page and every view: nothing is cut off, all can be read and reached, axe-core is content.

The pages are those of `app.navigation.PAGES`, their views those that the page itself offers. A page
is opened once, and its views, sizes and themes are gone through in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from app.navigation import PAGES
from bench.browser.chromium import still_box
from bench.browser.server import Server
from tests.conftest import until
from tests.journeys.conftest import NewPage

Settled = Callable[[Page], None]
Theme = Literal["light", "dark"]
SCRIPTS = Path(__file__).with_name("scripts")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
CONTRAST = (SCRIPTS / "contrast.js").read_text(encoding="utf-8")
LAYOUT = (SCRIPTS / "layout.js").read_text(encoding="utf-8")
FOCUS = (SCRIPTS / "focus.js").read_text(encoding="utf-8")
#: A laptop, the same at 200 %, a tablet, a phone.
SIZES = ((1440, 900), (720, 450), (1024, 768), (390, 844))
NAMES = [page.name for page in PAGES]

#: What Streamlit and Plotly draw and the lab cannot change: rule, selector, reason.
NOT_OURS = (
    ("list", '[data-testid="stSidebarNav"]', "its navigation puts headers between list items"),
    ("listitem", '[data-testid="stSidebarNav"]', "its navigation puts headers between list items"),
    ("scrollable-region-focusable", '[data-testid="stMain"]', "it scrolls by its own content"),
    ("aria-allowed-attr", '[data-testid="stExpander"]', "its expander's own attributes"),
    ("aria-input-field-name", '[data-testid="stSlider"]', "it names the thumb by its value"),
    ("nested-interactive", '[data-testid="stFileUploaderDropzone"]', "a button in a drop zone"),
    ("target-size", ".modebar", "the tools of a chart are Plotly's own"),
    ("label", '[data-testid="stFileUploaderDropzoneInput"]', "the hidden input of its uploader"),
)
TAGS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLORS = {"type": "rule", "values": ["color-contrast"]}
RUN_AXE = """async ([rules, runOnly]) => {
  const { violations } = await axe.run(document, {
    elementRef: true,
    resultTypes: ["violations"],
    runOnly,
  });
  const inside = (element, selector) => {
    for (let node = element; node; node = node.getRootNode().host)
      if (node.closest(selector)) return true;
    return false;
  };
  const found = [];
  for (const { id, impact, nodes } of violations) {
    if (impact !== "serious" && impact !== "critical") continue;
    for (const { element, html } of nodes)
      if (!rules.some(([rule, selector]) => rule === id && inside(element, selector)))
        found.push(`${id} (${impact}): ${html.slice(0, 160)}`);
  }
  return found;
}"""
#: No colour glides any more; what moves for ever, such as a spinner, is not waited for.
AT_REST = """() => document.getAnimations().every(({ playState, effect }) =>
  playState !== "running" || effect?.getComputedTiming().endTime === Infinity)"""
CHARTS_DRAWN = """() => [...document.querySelectorAll(".latent-chart-frame")].every((frame) =>
  frame.querySelector(".main-svg") || frame.querySelector(".latent-chart-note:not([hidden])"))"""
PICTURE = """() => {
  const seen = (node) => { const box = node.getBoundingClientRect();
    return box.width > 60 && box.height > 20 && box; };
  const main = document.querySelector('[data-testid="stMain"]');
  const boxes = [];
  const walk = (root) => { for (const node of root.querySelectorAll("*")) {
    if (node.shadowRoot) walk(node.shadowRoot);
    if (node.matches("canvas, img, svg")) { const box = seen(node); if (box) boxes.push(box); } } };
  walk(main);
  return Math.min(...boxes.map((box) => (box.top + box.bottom) / 2 + main.scrollTop));
}"""


def rest(page: Page, settled: Settled) -> None:
    """Wait until the page is drawn and nothing on it is out of date."""
    settled(page)
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    page.wait_for_function(CHARTS_DRAWN)
    page.wait_for_function(AT_REST)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def opened(lab: Server, page: Page, name: str, settled: Settled) -> Page:
    """Open a page of the lab; on Your digit, draw a digit, since the views come with it."""
    page.goto(f"{lab.url}/{'' if name == 'home' else name}")
    rest(page, settled)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    rest(page, settled)  # before its first run a page is at rest as well
    if name == "digit":
        box = still_box(page.locator(".drawing canvas"))
        page.mouse.move(box["x"] + 160, box["y"] + 50)
        page.mouse.down()
        page.mouse.move(box["x"] + 160, box["y"] + 270, steps=4)
        page.mouse.up()
        expect(page.get_by_text("nearest training digits, by")).to_be_visible(timeout=60_000)
        rest(page, settled)
    return page


def views(page: Page, name: str, settled: Settled) -> Iterator[str]:
    """Go through the views that a page offers, on a laptop; the page itself if it has none."""
    radios = page.locator(f".st-key-view [role=radio], .st-key-{name}-view [role=radio]")
    labels = radios.all_inner_texts()
    if not labels:
        yield name
    for label in labels:
        page.set_viewport_size({"width": 1440, "height": 900})
        radios.get_by_text(label, exact=True).click()
        expect(radios.and_(page.get_by_role("radio", name=label, exact=True))).to_be_checked()
        rest(page, settled)
        yield label


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off_and_all_can_be_read_and_reached(
    lab: Server, new_page: NewPage, settled: Settled, name: str
) -> None:
    page = new_page()
    page.add_init_script(AXE)
    opened(lab, page, name, settled)
    title = page.get_by_role("heading", level=1).element_handle()
    until(lambda: (box := title.bounding_box()) is not None and box["y"] <= 40)
    hidden = without_focus(page)
    assert hidden == set(), "the keyboard's focus is not seen"
    found: list[str] = []
    theme: Theme = "light"
    other: Theme = "dark"
    for view in views(page, name, settled):
        # Each view begins in the theme of the one before: to change it draws the whole page anew.
        lines = lasting(page, RUN_AXE, [NOT_OURS, TAGS]) + lasting(page, CONTRAST)
        found += [f"{view}, {theme}: {line}" for line in lines]
        theme, other = other, theme
        change_theme(page, theme, settled)
        # Of axe-core's rules this one alone sees the theme.
        lines = lasting(page, RUN_AXE, [NOT_OURS, COLORS]) + lasting(page, CONTRAST)
        found += [f"{view}, {theme}: {line}" for line in lines]
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            rest(page, settled)
            found += [f"{view} at {width}x{height}: {line}" for line in lasting(page, LAYOUT)]
        # At the last of the sizes, the phone; these pages have no pictures.
        if (
            name not in ("glossary", "course", "notebook")
            and (down := page.evaluate(PICTURE)) > 900
        ):
            found.append(f"{view} at 390x844: the first picture is {down:.0f} px down")
    assert found == [], "\n" + "\n".join(found)


def lasting(page: Page, script: str, argument: object = None) -> list[str]:
    """Return what a script finds on a page and still finds some seconds later.

    Nothing says when Streamlit's own charts have been drawn anew, as for another theme.
    """
    found = page.evaluate(script, argument)
    for _ in range(60):
        if not found:
            break
        page.wait_for_timeout(250)
        found = page.evaluate(script, argument)
    return found


def change_theme(page: Page, theme: Theme, settled: Settled) -> None:
    """Have the visitor's computer prefer a theme, and wait until the page is drawn in it."""
    page.emulate_media(color_scheme=theme)
    shown = "getComputedStyle(document.querySelector('.stApp')).colorScheme"
    page.wait_for_function(f"theme => {shown} === theme", arg=theme)
    rest(page, settled)


def without_focus(page: Page) -> set[str]:
    """Go through a page by the keyboard; return what does not show that it has the focus."""
    page.evaluate("() => document.activeElement?.blur()")
    page.evaluate(FOCUS, True)
    hidden: set[str] = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS, False):
            page.wait_for_function(AT_REST)  # a colour may glide
            if line := page.evaluate(FOCUS, False):
                hidden.add(line)
    page.evaluate("() => document.activeElement?.blur()")
    return hidden
