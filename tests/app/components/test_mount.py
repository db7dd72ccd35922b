"""How the browser gets the modules of components; journeys show what they do there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.components import mount

STATIC = mount.STATIC
IMPORT = re.compile(r'(?:\bfrom |\bimport\(|\bnew URL\()"(\.[^"]+)"')


def test_the_address_is_new_when_any_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.js").write_text("1")
    (tmp_path / "b.css").write_text("2")
    monkeypatch.setattr(mount, "STATIC", tmp_path)
    names = [mount._content_hash()]
    (tmp_path / "b.css").write_text("3")
    names.append(mount._content_hash())
    (tmp_path / "b.css").rename(tmp_path / "c.css")
    names.append(mount._content_hash())
    (tmp_path / "c.css").write_text("2")
    (tmp_path / "c.css").rename(tmp_path / "b.css")
    assert len(set(names)) == 3
    assert mount._content_hash() == names[0]


def test_every_import_leads_to_a_file() -> None:
    modules = sorted(STATIC.rglob("*.js"))
    assert len(modules) > 50
    for module in modules:
        for name in IMPORT.findall(module.read_text(encoding="utf-8")):
            assert (module.parent / name).is_file(), f"{module.name} imports {name}"


def test_a_component_s_inline_code_is_the_mount_block_alone() -> None:
    def page() -> None:
        from app.components.theme_switch import theme_switch

        theme_switch(["digit"])

    app = AppTest.from_function(page).run(timeout=30)
    assert not app.exception
    script = app.get("bidi_component")[0].proto.js_content
    assert len(script) < 1500
    assert f"component/app.components.mount.{mount._NAME}/" in script
    assert 'import(address("theme_switch/theme_switch.js"))' in script


def test_all_that_a_module_needs_at_once_is_named_and_nothing_else() -> None:
    assert mount.imported("canvas/canvas.js") == []
    assert mount.imported("film/film.js") == ["shared/colors.js", "shared/save_buttons.js"]
    player = mount.imported("player/player.js")
    # Through an import that is not static, and through several others.
    assert {"player/views.js", "player/replay.js", "shared/scale.js"} < set(player)
    assert not [path for path in player if path.startswith("save/")]
    assert player == sorted(set(player))
