"""Bundle ES modules into one script, for a page that is a single file.

A page from the disk can import no other file. The modules are few and plain, so a small bundler
suffices: it writes each module once, behind those it imports, without imports and without `export`.
All then share one scope, so only one module may declare a name at its top level; where two do, it
raises instead of leaving the error to a browser.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{[\w$,\s]+\} from "(\.{1,2}/[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_DECLARED = re.compile(r"^(?:async )?(?:function\*?|const|let|class) ([\w$]+)", re.MULTILINE)
_LEFT = re.compile(r"^(?:(?:import|export)\b|(?!\s*/?[*/]).*\bimport[(.]).*", re.MULTILINE)


def bundle(entry: Path) -> str:
    """Return the script of a module and of all that it imports, directly or not.

    Raises:
        ValueError: a module imports or exports in another way than `import { a, b } from "./c.js"`
            and `export` before a declaration, or two declare one name.
    """
    order: dict[Path, str] = {}
    _collect(entry.resolve(), order, [])
    owners: dict[str, Path] = {}
    for path, text in order.items():
        for name in _DECLARED.findall(text):
            if name in owners:
                raise ValueError(f"{owners[name].name} and {path.name} both declare {name}.")
            owners[name] = path
    return "\n".join(order.values())


def _collect(path: Path, order: dict[Path, str], importers: list[Path]) -> None:
    """Put a module into `order` behind what it imports."""
    if path in order:
        return
    if path in importers:
        raise ValueError(f"{path.name} imports itself, through {importers[-1].name}.")
    text = path.read_text(encoding="utf-8")
    for name in _IMPORT.findall(text):
        _collect((path.parent / name).resolve(), order, [*importers, path])
    text = _EXPORT.sub("", _IMPORT.sub("", text))
    if left := _LEFT.search(text):
        raise ValueError(f"{path.name} has what a bundle does not know: {left[0].strip()}")
    order[path] = text
