"""The glossary: every link leads to a term, and every term to a place that exists."""

from __future__ import annotations

import re
from pathlib import Path

from app.navigation import PAGES
from app.ui.glossary import GLOSSARY, term
from tests.app.conftest import OpenPage

ROOT = Path(__file__).resolve().parents[3]
ASKED_FOR = (
    "nats",
    "kl",
    "posterior",
    "prior",
    "perplexity",
    "p",
    "psnr",
    "ssim",
    "code",
    "latent",
)


def test_it_has_the_terms_that_texts_link_to() -> None:
    used = set(ASKED_FOR)
    for path in (ROOT / "app").rglob("*.py"):
        used |= set(re.findall(r"\bterm\(\s*[\"']([\w-]+)[\"']", path.read_text(encoding="utf-8")))
    assert used <= GLOSSARY.keys()


def test_a_link_is_an_anchor_of_the_page() -> None:
    assert term("kl") == "[KL divergence](glossary#kl)"
    assert term("posterior") == "[posterior](glossary#posterior)"
    assert term("kl", "KL") == "[KL](glossary#kl)"
    assert all(re.fullmatch(r"[a-z-]+", key) for key in GLOSSARY)


def test_the_page_has_an_anchor_for_each_term(open_page: OpenPage) -> None:
    app = open_page("glossary")
    assert [header.proto.anchor for header in app.header] == list(GLOSSARY)


def test_every_term_leads_to_a_view_that_exists(open_page: OpenPage) -> None:
    views: dict[str, list[str]] = {}
    for page in {entry.page for entry in GLOSSARY.values() if entry.view}:
        app = open_page(page)
        views[page] = app.segmented_control(key="view").options
    for entry in GLOSSARY.values():
        assert entry.page in {page.name for page in PAGES}
        assert not entry.view or entry.view in views[entry.page], entry.title


def test_terms_are_in_the_order_of_the_alphabet() -> None:
    titles = [entry.title.lower() for entry in GLOSSARY.values()]
    assert titles == sorted(titles)
