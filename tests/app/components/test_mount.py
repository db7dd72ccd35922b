"""How the browser gets the modules of components; journeys show what they do there."""

from __future__ import annotations

import inspect
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.components.lib.local_component_registry import LocalComponentRegistry
from streamlit.testing.v1 import AppTest

from app.components import mount

STATIC = mount.STATIC


def test_the_address_is_new_when_the_code_is() -> None:
    assert mount._name_of(mount._MODULES) == mount._NAME
    assert mount._name_of(f"{mount._MODULES} ") != mount._NAME


def test_what_is_served_is_written_again_where_the_system_has_removed_it() -> None:
    folder = mount._write_modules()
    assert (folder / mount._FILE).read_text(encoding="utf-8") == mount._MODULES
    before = (folder / mount._FILE).stat().st_mtime_ns
    mount._write_modules()
    assert (folder / mount._FILE).stat().st_mtime_ns == before
    shutil.rmtree(folder)
    assert mount._write_modules() == folder
    assert (folder / mount._FILE).read_text(encoding="utf-8") == mount._MODULES


def test_every_module_and_what_it_imports_as_text_is_served() -> None:
    modules = sorted(STATIC.rglob("*.js"))
    assert len(modules) > 50
    for path in [*modules, *STATIC.glob("player/[!r]*.html"), STATIC / "shared" / "range.css"]:
        assert f'\n"{path.relative_to(STATIC).as_posix()}": () =>' in mount._MODULES


def test_a_component_s_inline_code_is_the_mount_block_alone() -> None:
    def page() -> None:
        from app.components.theme_switch import theme_switch

        theme_switch(["digit"])

    app = AppTest.from_function(page).run(timeout=30)
    assert not app.exception
    script = app.get("bidi_component")[0].proto.js_content
    assert len(script) < 2500
    assert f'"component/app.components.mount.{mount._NAME}/modules.js"' in script
    assert 'loadModule("theme_switch/theme_switch.js")' in script


def test_the_modules_are_served_where_many_ask_at_once_for_the_first_time(tmp_path: Path) -> None:
    """`inspect.getmodule`, which Streamlit asks, then finds no module for some of them."""
    registry = LocalComponentRegistry()
    runtime = SimpleNamespace(component_registry=registry)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspect, "getmodule", lambda *_: None)
        mount._serve.__wrapped__(tmp_path, runtime)
    assert registry.get_component_path(f"{mount.__name__}.{mount._NAME}") == str(tmp_path)
