"""Read YAML that anybody may have written: plain values with their lines, and within bounds.

Tags, which could name types of Python, and anchors, with which a small file grows without end, are
refused, and so is a key that comes twice.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import yaml

from core.lessons.mistakes import LessonError, place

#: Characters of a lesson file. Ours have about 25,000.
MAX_CHARACTERS = 200_000
#: How deep lists and mappings may lie in each other; a lesson needs seven.
MAX_DEPTH = 12
#: Values, keys included.
MAX_VALUES = 10_000


class Document(NamedTuple):
    """The value of a YAML text, and the line, from 1 on, where the value at each path begins."""

    value: Any
    lines: dict[tuple[str | int, ...], int]


def read_yaml(text: str) -> Document:
    """Return the value of a YAML text.

    Raises:
        LessonError: it is too long or too deep, is no YAML, or has tags, anchors or a key twice.
    """
    if len(text) > MAX_CHARACTERS:
        raise LessonError(
            [
                f"The file has {len(text):,} characters, and may have {MAX_CHARACTERS:,}; make "
                "two lessons of it."
            ]
        )
    try:
        _check_events(text)
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            lines: dict[tuple[str | int, ...], int] = {}
            value = None if node is None else _value(loader, node, (), lines)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise LessonError([_sentence(error)]) from None
    except (ValueError, OverflowError) as error:
        # Such as a date in month 13, or a number of 5,000 digits.
        raise LessonError([str(error)] if isinstance(error, LessonError) else [_ODD]) from None
    return Document(value, lines)


_ODD = (
    "A value of the file looks like a date or a number and is none; put it between quotation marks."
)


def _check_events(text: str) -> None:
    """Refuse what could take long, before anything is built."""
    depth = values = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise LessonError(
                [f"Line {line}: a lesson has no anchors (&, *); write the value out, or put it "
                 "between quotation marks."]
            )  # fmt: skip
        if getattr(event, "tag", None):
            raise LessonError(
                [f"Line {line}: a lesson has no tags ({event.tag}); leave the tag out, or put the "
                 "value between quotation marks."]
            )  # fmt: skip
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.ScalarEvent)
        if depth > MAX_DEPTH:
            raise LessonError(
                [f"Line {line}: values lie more than {MAX_DEPTH} deep in each other."]
            )
        if values > MAX_VALUES:
            raise LessonError([f"The file has more than {MAX_VALUES:,} values; make two of it."])


def _value(
    loader: yaml.SafeLoader,
    node: yaml.Node,
    path: tuple[str | int, ...],
    lines: dict[tuple[str | int, ...], int],
) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, each, (*path, n), lines) for n, each in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node, deep=True)
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key: Hashable = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise LessonError([f"Line {line}: {str(key)[:40]!r} is no name; names are words."])
        if key in found:
            raise LessonError([f"Line {line}: {place((*path, key))} comes twice; keep one."])
        found[key] = _value(loader, value_node, (*path, key), lines)
        lines[(*path, key)] = line
    return found


def _sentence(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    where = f"Line {mark.line + 1}: " if mark is not None else ""
    return (
        f"{where}this is no YAML ({problem[:120]}). Check the indentation, and put a text with a "
        "colon or a quotation mark in it below a line that ends with >-."
    )
