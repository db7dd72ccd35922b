"""The layers: that import-linter looks everywhere, and that its contracts bite."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAYS_NOTHING = {"utils", "helpers", "common", "base", "manager", "service"}
ROOMS = [
    "app",
    *(
        f"app/{room}"
        for room in (
            "pages",
            "home",
            "training",
            "tsne",
            "your_digit",
            "views",
            "sweeps",
            "run_list",
            "runs",
        )
    ),
    "app/recorded",
    "app/course",
    "app/own_weights",
    "app/reference",
    *(f"app/{room}" for room in ("digits", "server", "ui", "links", "components")),
    "core",
    *(
        f"core/{room}"
        for room in ("cli", "execution", "export", "tsne", "sweeps", "training", "runs")
    ),
    "core/reference",
    "core/recorder",
    "core/lessons",
    "core/own_weights",
    *(f"core/{room}" for room in ("data", "scan", "analysis")),
    "models",
]


def _python_files() -> list[Path]:
    return [
        path.relative_to(ROOT)
        for package in ("app", "core", "models", "bench", "tests")
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


def test_every_folder_with_python_is_a_package() -> None:
    """Without `__init__.py` import-linter passes a folder over and says nothing."""
    folders = {path.parent for path in _python_files()} - {
        Path("tests/journeys/apps"),
        Path("tests/attacks/apps"),
    }
    assert not [folder for folder in folders if not (ROOT / folder / "__init__.py").exists()]


def test_names_say_what_a_file_holds() -> None:
    assert not [path for path in _python_files() if SAYS_NOTHING & set(path.with_suffix("").parts)]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house with this project's packages and contracts, and nothing wrong in it."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ROOMS:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    for page in ("home", "autoencoders"):
        (tmp_path / "app/pages" / f"{page}.py").write_text("import streamlit\nimport core.cli\n")
    (tmp_path / "core/cli/train.py").write_text("import models\nimport core.execution\n")
    (tmp_path / "core/tsne/points.py").write_text("import core.training\nimport core.data\n")
    (tmp_path / "app/views/vae.py").write_text("import app.runs\nimport app.components\n")
    for file in ("core/__main__.py", "core/files.py", "core/generators.py", "app/theme.py"):
        (tmp_path / file).touch()
    for file in ("app/navigation.py", "app/exercise.py"):
        (tmp_path / file).touch()
    (tmp_path / "core/execution/executors.py").write_text("import threading\n")
    return tmp_path


def _lint(house: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, Path(sys.executable).with_name("lint-imports"), "--no-cache", *options],
        cwd=house,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_contracts_are_kept_where_nothing_is_wrong(house: Path) -> None:
    done = _lint(house)
    assert "6 kept, 0 broken" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [
        ("one-way", "models/vae.py", "import core.runs"),
        ("rooms-of-core", "core/runs/record.py", "import core.training"),
        ("rooms-of-core", "core/training/run.py", "from core import tsne"),
        ("rooms-of-core", "core/scan/ink.py", "import core.files"),
        ("rooms-of-core", "core/export/table.py", "import core.execution"),
        ("rooms-of-core", "core/helpful.py", "import json"),
        ("rooms-of-app", "app/views/map.py", "import app.training"),
        ("rooms-of-app", "app/tsne/view.py", "import app.views"),
        ("rooms-of-app", "app/home/tasks.py", "import app.training"),
        ("rooms-of-app", "app/ui/forms.py", "import app.server"),
        ("rooms-of-app", "app/components/chart.py", "import app.ui"),
        ("one-way", "core/analysis/latent.py", "from app.pages import home"),
        ("browser", "core/analysis/latent.py", "import plotly"),
        ("browser", "models/vae.py", "import streamlit"),
        ("execution", "core/analysis/latent.py", "import threading"),
        ("execution", "app/runs/watch.py", "from concurrent.futures import Future"),
        ("execution", "models/vae.py", "import multiprocessing.pool"),
        ("pages", "app/pages/vae.py", "from app.pages.home import x"),
    ],
)
def test_contracts_bite(house: Path, contract: str, file: str, line: str) -> None:
    (house / file).write_text(f"def late() -> None:\n    {line}\n")
    done = _lint(house, "--contract", contract)
    assert "0 kept, 1 broken" in done.stdout
    assert done.returncode == 1
