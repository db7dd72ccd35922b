"""The article before a digit."""

from __future__ import annotations

import re
from pathlib import Path

from app.ui.articles import a_digit

ROOT = Path(__file__).resolve().parents[3]
#: "a {label}" and the like: a text that would say "a 8"; and a choice of the article by hand.
FIXED = re.compile(r"\ban? (\*\*)?[$%]?\{[^}]*\b(labels?|winner|digit|y)\b|'an' if")


def test_only_eight_begins_with_a_vowel() -> None:
    assert [a_digit(label) for label in range(10)] == [
        *("a 0", "a 1", "a 2", "a 3", "a 4", "a 5", "a 6", "a 7", "an 8", "a 9"),
    ]


def test_no_text_has_an_article_of_its_own() -> None:
    files = [
        path
        for folder in ("app", "core")
        for path in (ROOT / folder).rglob("*.[pj][ys]")
        if path.name != "articles.py"
    ]
    assert len(files) > 100
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files
        for match in FIXED.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
