"""The field's terms in plain words, and links to them for any text of a page."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One term of the glossary: `title` as the page writes it, `text` in Markdown.

    `page` (its name in `PAGES`) and `view` are where the lab shows it.
    """

    title: str
    text: str
    page: str
    view: str = ""


def _read() -> dict[str, Entry]:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return {key: Entry(**values) for key, values in tomllib.loads(text).items()}


#: The terms by their keys, in the order of their titles.
GLOSSARY = _read()


def term(key: str, words: str | None = None) -> str:
    """Return a Markdown link to a term of the glossary.

    Args:
        key: A key of `GLOSSARY`.
        words: The words of the link; if not given the term's title, as within a sentence.
    """
    title = GLOSSARY[key].title
    inner = title[0].lower() + title[1:] if title[1].islower() else title
    return f"[{words or inner}](glossary#{key})"
