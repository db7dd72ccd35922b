"""Texts of visitors in Markdown."""

from __future__ import annotations

import pytest

from app.ui.markdown import escape_markdown, safe_markdown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plain, *slanted*, **bold**", "plain, *slanted*, **bold**"),
        ("- one\n- two\n1. three", "- one\n- two\n1. three"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("> quoted", "> quoted"),
        ("`<b>` and ``x``", "`<b>` and `x`"),
        ("# Head #", "**Head**\n"),
        (
            "[the paper](https://arxiv.org/abs/1312.6114)",
            "[the paper](<https://arxiv.org/abs/1312.6114>)",
        ),
        ("see https://a.example/x_y.", "see <https://a.example/x_y>."),
        ("[here](http://a.example)", r"\[here\](`http://a.example)`"),
        ("[j](javascript:alert(1))", r"\[j\](javascript\:alert(1))"),
        ("![p](https://a.example/x.png)", r"\!\[p\](<https://a.example/x.png>)"),
        (
            "![p][1]\n[1]: https://a.example/x.png",
            "\\!\\[p\\]\\[1\\]\n\\[1\\]\\: <https://a.example/x.png>",
        ),
        ("<img src=x> &lt;", r"\<img src=x> \&lt;"),
        ("<https://a.example>", r"\<<https://a.example>>"),
        ("$\\rule{9em}{9em}$", r"\$\\rule{9em}{9em}\$"),
        (":red[x] :smile: :material/x:", r"\:red\[x\] \:smile\: \:material/x\:"),
        ("www.a.example and x@a.example", "`www.a.example` and `x@a.example`"),
        ("[a\\](https://a.example)", r"[a\\](<https://a.example>)"),
        ("[a](https://a.example\\)", r"\[a\](<https://a.example>\\)"),
        ("Title\n===\nTitle\n---", "Title\n\\=\\=\\=\nTitle\n\n***\n"),
        ("        deep <b>", r"   deep \<b>"),
        ("open `tick", r"open \`tick"),
    ],
)
def test_only_harmless_marks_are_left(typed: str, shown: str) -> None:
    assert safe_markdown(typed) == shown


def test_code_stays_code_whatever_is_in_it() -> None:
    typed = "```python\n<b> ```` [x](http://a)\n``` x\n~~~\n```\nafter <b>"
    shown = "`````text\n<b> ```` [x](http://a)\n``` x\n~~~\n`````\nafter \\<b>"
    assert safe_markdown(typed) == shown
    assert safe_markdown("~~~\n<b>") == "```text\n<b>\n```", "it is closed where it is not"


def test_a_text_is_shown_as_it_is_and_no_address_in_it_is_a_link() -> None:
    assert escape_markdown("a*b") == r"a\*b"
    assert escape_markdown("SGD, lr 10 @ 3 of RUN@7") == "SGD, lr 10 @ 3 of RUN@7"
    for address in ("http://a.b", "HTTPS://a.b", "www.a.b", "x@a.b"):
        escaped = escape_markdown(address)
        assert escaped.count("\u2060") == 1
        assert escaped.replace("\u2060", "").replace("\\", "") == address
