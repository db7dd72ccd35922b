"""Texts from outside in Markdown: as they are, or with the little of it that can do no harm."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$~:])")
#: Where an address begins, or an e-mail address has its @.
_ADDRESS = re.compile(r"https?:(?=//)|www(?=\.)|(?<=[\w.+-])@(?=[\w-]+\.\w)", re.IGNORECASE)
#: A word joiner: it is not seen, and no line ends there.
_NO_ROOM = "\u2060"
#: What would be HTML, a link, a picture, mathematics, or an icon or colour of Streamlit's.
_HARMFUL = re.compile(r"([\\<\[\]!$:&`])")
#: Links with words, code within a line, and what a browser's Markdown makes a link of by itself.
_SPECIAL = re.compile(
    r"(?<!!)\[(?P<words>[^\[\]\n]{1,300})\]\((?P<to>https://[^\s()<>\"'`\\|*]{1,500})\)"
    r"|(?P<ticks>`+)(?P<code>[^`\n]+)(?P=ticks)(?!`)"
    r"|(?P<link>https://[^\s()<>\[\]\"'`\\|*]{1,500}(?<![.,;:!?]))"
    r"|(?P<address>(?:http://|www\.)[^\s<>`]*|[\w.+\-]+@[\w\-]+\.[\w.\-]+)",
    re.IGNORECASE,
)
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*")
_RULE = re.compile(r"(-+|_{3,}|\*{3,}|=+)")
#: The mark of a code block; it is longer where one like it stands in the block.
_MARK = "`" * 3


def escape_markdown(text: str) -> str:
    """Return the text with a backslash before each character that has a meaning in Markdown.

    A browser makes links of addresses even so; a character that takes no room keeps it from that.
    """
    return _MARKS.sub(r"\\\1", _ADDRESS.sub(f"\\g<0>{_NO_ROOM}", text))


def safe_markdown(text: str) -> str:
    """Return a visitor's Markdown with lists, emphasis, tables, quotes, code and https links alone.

    HTML, pictures, other links, mathematics and Streamlit's own marks are shown as they were typed.
    Headings become bold lines, so that they do not mix with those of the page.
    """
    return "\n".join(_safe_lines(text.replace("\t", "    ").splitlines()))


def _safe_lines(lines: list[str]) -> Iterator[str]:
    code: list[str] | None = None
    mark = ""
    for line in lines:
        fence = _FENCE.match(line)
        if code is not None:
            if fence and fence[1].startswith(mark) and not line[fence.end() :].strip():
                yield from _code_block(code)
                code = None
            else:
                code.append(line)
        elif fence:
            code, mark = [], fence[1]
        else:
            yield _safe_line(line)
    if code is not None:
        yield from _code_block(code)


def _code_block(lines: list[str]) -> Iterator[str]:
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    mark = "`" * max(len(_MARK), longest + 1)
    yield f"{mark}text"
    yield from lines
    yield mark


def _safe_line(line: str) -> str:
    # Deeper than three spaces it would be code, in which backslashes are seen.
    stripped = line.lstrip()
    indent = " " * min(3, len(line) - len(stripped))
    if heading := _HEADING.fullmatch(stripped):
        return f"**{_safe_words(heading[1])}**\n" if heading[1] else ""
    if rule := _RULE.fullmatch(stripped.rstrip()):
        # Below a line, dashes and equals signs would make it a heading.
        return escape_markdown(stripped).replace("=", r"\=") if rule[1][0] == "=" else "\n***\n"
    return indent + _safe_words(stripped)


def _safe_words(text: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _SPECIAL.finditer(text):
        parts.append(_harmless(text[end : found.start()]))
        parts.append(_special(found))
        end = found.end()
    return "".join([*parts, _harmless(text[end:])])


def _special(found: re.Match[str]) -> str:
    if found["to"] is not None:
        return f"[{escape_markdown(found['words'])}](<{found['to']}>)"
    if found["link"] is not None:
        return f"<{found['link']}>"
    # What is code is no link, though it looks like one.
    return f"`{found['code'] or found['address']}`"


def _harmless(text: str) -> str:
    return _HARMFUL.sub(r"\\\1", text)
