"""Streamlit's settings: that Streamlit knows them, and that the two themes can be read."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from streamlit import config

ROOT = Path(__file__).resolve().parents[2]
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


def _leaves(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Every setting by its full name, such as theme.dark.primaryColor."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= _leaves(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def _luminance(color: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1, as WCAG 2 defines it."""
    shares = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", _leaves(SETTINGS))
def test_streamlit_knows_the_setting(name: str) -> None:
    """It only warns of one that it does not know, and several of ours are hidden options."""
    assert name in config.get_config_options()


def test_the_settings_are_in_force() -> None:
    assert config.get_option("runner.postScriptGC") is False
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("browser.gatherUsageStats") is False
    assert config.get_option("server.maxUploadSize") == 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_accent_are_readable(scheme: str) -> None:
    theme = SETTINGS["theme"][scheme]
    for ground in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert _contrast(theme["textColor"], ground) >= 7
        assert _contrast(theme["linkColor"], ground) >= 4.5
        # Streamlit writes in the accent, too: chosen options, values of sliders.
        assert _contrast(theme["primaryColor"], ground) >= 4.5
    # White marks, such as the tick in a box, and the words on a button.
    assert _contrast(theme["primaryColor"], "#ffffff") >= 3
    assert _contrast(theme["primaryColor"], _style_color("stBaseButton-primary", scheme)) >= 4.5


def _style_color(name: str, scheme: str) -> str:
    """Return the colour of words in the style sheet's rule with this name, as `#rrggbb`."""
    style = (ROOT / "app" / "assets" / "style.css").read_text(encoding="utf-8")
    found = re.search(rf"{name}[^{{]*{{\s*color: light-dark\((#\w+), (#\w+)\)", style)
    assert found
    return found[1 if scheme == "light" else 2]


def test_ten_different_colours_for_ten_digits() -> None:
    colors = SETTINGS["theme"]["chartCategoricalColors"]
    assert len(colors) == 10
    assert all(one != other for one, other in itertools.combinations(colors, 2))
