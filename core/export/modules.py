"""Bundle ES modules into one script, which a browser gets with one request.

A page from the disk can import no other file, and a server answers forty small requests later than
one. Each module becomes a function, which runs when it is first loaded and returns what the module
exports. So a module keeps its own names, and is shared by all that import it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

# The names of what it exports stay as they are: neither `as` nor `export default`.
_IMPORT = re.compile(r'^import (\{[\w$,\s]+\}) from "(\.{1,2}/[^"]+\.js)";$', re.MULTILINE)
_IMPORT_TEXT = re.compile(
    r'^import (\w+) from "(\.{1,2}/[^"]+\.(?:css|html))" with \{ type: "text" \};$', re.MULTILINE
)
# Not in a comment, where it names a type: `{import("./a.js").A}`, `typeof import("./a.js")`.
_IMPORT_LATER = re.compile(r'(?<!\{)(?<!typeof )\bimport\("(\.{1,2}/[^"]+\.js)"\)')
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const|class) ([\w$]+))", re.MULTILINE)
_NAME = re.compile(r"[\w$]+")
_LEFT = re.compile(
    r'^(?:(?:import|export)\b|(?!\s*/?[*/]).*\bimport(?:\.|\(["\'])).*', re.MULTILINE
)

_LOADER = """\
const loaded = new Map();
function loadModule(name) {
  if (!loaded.has(name)) loaded.set(name, modules[name]());
  return loaded.get(name);
}
const loadLater = async (name) => loadModule(name);
"""


def bundle(entries: Sequence[Path], root: Path) -> str:
    """Return a script with these modules and all that they import.

    Its function `loadModule("a/b.js")` returns what the module `root / "a/b.js"` exports.

    Raises:
        ValueError: a module imports or exports in another way than `import { a, b } from "./c.js"`,
            `import a from "./b.css" with { type: "text" }`, `import("./c.js")` and `export` before
            a declaration; or it imports what is not there, or itself.
    """
    modules = _Modules(root.resolve())
    for entry in entries:
        modules.add(entry.resolve(), [])
    functions = "".join(f"{json.dumps(name)}: {code},\n" for name, code in modules.code.items())
    return f"const modules = {{\n{functions}}};\n{_LOADER}"


class _Modules:
    """The modules of a bundle: the code of each, and the names that it exports."""

    def __init__(self, root: Path) -> None:
        self.code: dict[str, str] = {}
        self._root = root
        self._exported: dict[str, list[str]] = {}

    def add(self, path: Path, importers: list[str]) -> None:
        """Add a file, unless it is there already, behind what it imports."""
        name = self._name(path)
        if name in importers:
            raise ValueError(f"{name} imports itself, through {importers[-1]}.")
        if name in self.code:
            return
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ValueError(f"a module imports {name}, which is not there.") from None
        if path.suffix == ".js":
            self._add_module(path, text, importers)
        else:
            self.code[name] = f"() => {json.dumps(text)}"

    def _add_module(self, path: Path, text: str, importers: list[str]) -> None:
        name = self._name(path)
        later: list[Path] = []

        def load(match: re.Match[str]) -> str:
            other = (path.parent / match[2]).resolve()
            self.add(other, [*importers, name])
            if other.suffix == ".js":
                for wanted in sorted(
                    set(_NAME.findall(match[1])).difference(self._exported[self._name(other)])
                ):
                    raise ValueError(f"{name} imports {wanted}; {other.name} has no such export.")
            return f"const {match[1]} = loadModule({json.dumps(self._name(other))});"

        def load_later(match: re.Match[str]) -> str:
            later.append((path.parent / match[1]).resolve())
            return f"loadLater({json.dumps(self._name(later[-1]))})"

        code = _IMPORT_TEXT.sub(load, _IMPORT.sub(load, text))
        code = _IMPORT_LATER.sub(load_later, code)
        exported = self._exported[name] = _EXPORT.findall(code)
        code = _EXPORT.sub("", code)
        if left := _LEFT.search(code):
            raise ValueError(f"{name} has what a bundle does not know: {left[0].strip()}")
        self.code[name] = f"() => {{\n{code}return {{ {', '.join(exported)} }};\n}}"
        for other in later:
            self.add(other, [])  # it may import this module, which has been loaded by then

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()
