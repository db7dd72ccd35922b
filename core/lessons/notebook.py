"""A visitor's notebook: predictions, results and explanations as one page that needs no network."""

from __future__ import annotations

import base64
import html
import io
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.lessons.answers import Kept
from core.lessons.lesson import CurveQuestion, Figure, Lesson, Sort, Step
from core.lessons.measures import Measured
from core.lessons.reveal import reveal
from core.lessons.scoring import answers_of
from core.lessons.svg import SvgLine, bar_chart, line_chart
from core.lessons.words import words_of

_SIDE = 28
_COLORS = ("#3f90da", "#b04a00", "#7a4ff0", "#5d676a", "#9c543c", "#c2348f")
_VERDICTS = {"right": "Right", "wrong": "Not as predicted", "different": "A run of another kind"}
_STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1b2627; background: #fff;
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.75rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin-bottom: 0.25rem; }
.about { color: #4d5b5d; } article { border-top: 1px solid #d8e0e0; }
.mine { border-left: 4px solid #0b6e69; padding-left: 0.75rem; white-space: pre-wrap; }
svg { width: 100%; height: auto; font-family: inherit; } figure { margin: 0.75rem 0; }
figcaption { font-size: 0.875rem; } img { display: block; image-rendering: pixelated;
  max-width: 100%; margin-bottom: 4px; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; }
  figure, .mine, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; } }
"""


def notebook_page(
    lessons: Sequence[Lesson], kept: Mapping[tuple[str, str], Kept], *, who: str, now: float
) -> str:
    """Return the notebook as HTML. Nothing in it is executed or fetched.

    Args:
        lessons: The lessons in their order.
        kept: What is kept of the visitor; steps that have not begun are left out.
        who: The name of the visitor, which may be empty.
        now: When it is written, in seconds since 1970.
    """
    body = "".join(
        part for lesson in lessons for part in _lesson(lesson, kept)
    ) or "<p>Nothing has been predicted yet.</p>"  # fmt: skip
    date = time.strftime("%Y-%m-%d %H:%M", time.localtime(now))
    name = f"{html.escape(who)} · " if who else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "img-src data:; style-src 'unsafe-inline'\">"
        f"<title>My notebook · Latent Lab</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>My notebook</h1><p class="about">{name}Latent Lab, {date}</p>{body}'
        "</main></body></html>\n"
    )


def _lesson(lesson: Lesson, kept: Mapping[tuple[str, str], Kept]) -> Iterator[str]:
    begun = [step for step in lesson.steps if (lesson.id, step.id) in kept]
    if begun:
        yield f"<h2>{to_html(lesson.title)} (task {html.escape(lesson.task)})</h2>"
    for step in begun:
        yield f"<article>{''.join(_step(step, kept[lesson.id, step.id]))}</article>"


def _step(step: Step, kept: Kept) -> Iterator[str]:
    yield f'<h3>{to_html(step.title)}</h3><p class="about">Goal: {to_html(step.goal)}</p>'
    answers = answers_of(step.questions, kept.predictions)
    for number, (question, answer) in enumerate(zip(step.questions, answers, strict=True)):
        if number in kept.predictions:
            words = html.escape(words_of(question, answer))
            yield f"<p>{to_html(question.text)}<br>My prediction: <strong>{words}</strong></p>"
    if kept.reveal is None:
        yield '<p class="about">Not revealed yet.</p>'
    else:
        measured = kept.reveal.measured
        told = reveal(step, answers, measured)
        yield f"<p><strong>{_VERDICTS[told.outcome]}.</strong> {to_html(told.text)}</p>"
        for question, answer in zip(step.questions, answers, strict=True):
            yield from _prediction(question, answer, measured)
        for figure in step.figures:
            yield from _figure(figure, measured)
        runs = "; ".join(kept.reveal.titles.values())
        if runs:
            yield f'<p class="about">Measured on: {html.escape(runs)}.</p>'
    if kept.explanation:
        text = html.escape(kept.explanation)
        yield f'<p>{to_html(step.explain)}</p><p class="mine">{text}</p>'


def _prediction(question: Any, answer: Any, measured: Measured) -> Iterator[str]:
    if isinstance(question, CurveQuestion) and question.truth in measured.series:
        x = list(range(len(question.x))) if question.even else list(question.x)
        true = measured.series[question.truth].tolist()
        lines = [SvgLine(name="measured", x=x, y=true, color=_COLORS[0])]
        if isinstance(answer, list):
            lines.append(SvgLine(name="my curve", x=x, y=answer, color=_COLORS[1], dash="7 5"))
        names = [f"{value:g}" for value in question.x] if question.even else []
        chart = line_chart(lines, x_title=question.x_title, y_title=question.y_title, names=names)
        yield _captioned(chart, "My curve, dashed, and what was measured")
    elif isinstance(question, Sort) and question.truth in measured.series:
        values = measured.series[question.truth]
        order = np.argsort(values, kind="stable")[: len(question.items)]
        names = [question.items[place] for place in order if place < len(question.items)]
        chart = bar_chart(
            names, [float(values[place]) for place in order], x_title="", y_title="Measured"
        )
        yield _captioned(chart, "In the measured order")


def _figure(figure: Figure, measured: Measured) -> Iterator[str]:
    if figure.kind == "pictures":
        rows = [
            f"{html.escape(words)}{_image(measured.pictures[name], words)}"
            for name, words in zip(figure.names, figure.words, strict=True)
            if len(measured.pictures.get(name, ()))
        ]
        yield f"<figure>{''.join(rows)}<figcaption>{to_html(figure.title)}</figcaption></figure>"
        return
    x = measured.series.get(figure.x)
    lines: list[SvgLine] = []
    for n, (name, words) in enumerate(zip(figure.names, figure.words, strict=True)):
        y = measured.series.get(name, np.empty(0)).tolist()
        places = x.tolist() if x is not None else list(range(len(y)))
        dash = "7 5" if n else ""
        lines.append(SvgLine(name=words, x=places, y=y, color=_COLORS[n % 6], dash=dash))
    if figure.kind == "lines":
        chart = line_chart(lines, x_title=figure.x_title, y_title=figure.y_title)
        yield _captioned(chart, figure.title)
        return
    for line in lines:
        labels = figure.labels if isinstance(figure.labels, tuple) and figure.labels else None
        names = labels or [str(number) for number in range(len(line.y))]
        chart = bar_chart(
            names, [each or 0.0 for each in line.y], x_title=figure.x_title, y_title=figure.y_title
        )
        yield _captioned(chart, f"{figure.title}: {line.name}")


def _captioned(chart: str, caption: str) -> str:
    return f"<figure>{chart}<figcaption>{to_html(caption)}</figcaption></figure>" if chart else ""


def _image(pictures: NDArray[np.uint8], words: str) -> str:
    """Return a row of digits, (C, 784), as an image within the page."""
    row = pictures.reshape(-1, _SIDE, _SIDE)
    padded = np.pad(row, ((0, 0), (0, 0), (0, 2)), constant_values=255)
    strip = padded.transpose(1, 0, 2).reshape(_SIDE, -1)[:, :-2]
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(strip)).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    size = f'width="{2 * strip.shape[1]}" height="{2 * _SIDE}"'
    return f'<img {size} alt="{html.escape(words)}" src="data:image/png;base64,{data}">'


def to_html(text: str) -> str:
    """Return the Markdown of a lesson's text, which is emphasis and links alone, as HTML."""
    escaped = html.escape(text)
    bold = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escaped)
    slanted = re.sub(r"(?<![\w*])\*(?! )([^*\n]+)(?<! )\*(?![\w*])", r"<em>\1</em>", bold)
    return re.sub(r"\[([^\]\n]+)\]\((https://[^\s)]+)\)", r'<a href="\2">\1</a>', slanted)
