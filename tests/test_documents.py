"""What the documents state: numbers, compared with what they come from, paths, floors and names."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "checkpoints" / "gallery"
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob(".github/**/*.md"),
        GALLERY / "README.md",
    ]
)
#: Paths in documents that exist only after something has made them.
MADE_LATER = {"checkpoints/runs", "checkpoints/gallery/NAME", "data/.cache", "static/NAME/"}
MADE_LATER |= {"data/KMNIST", "data/KMNIST/raw/", "data/EMNIST/raw/", "data/QMNIST/raw/"}

#: The words before each number of the gallery's table, and the term that it is.
STATED = {
    "compression": {"mean squared error": "loss"},
    "denoising": {"clean digits": "loss"},
    "sparse": {"mean squared error": "reconstruction", "mean activation": "mean_activation"},
    "sparse-mild": {"mean squared error": "reconstruction", "mean activation": "mean_activation"},
    "vae": {"loss": "loss", "cross-entropy": "cross_entropy", "0.001 ×": "kl_to_prior"},
    "vae-2d": {"loss": "loss", "KL": "kl_to_prior"},
    "vae-strong-kl": {"loss": "loss", ", KL": "kl_to_prior"},
    "fashion-compression": {"mean squared error": "loss"},
    "fashion-vae": {"loss": "loss", "cross-entropy": "cross_entropy", "0.001 ×": "kl_to_prior"},
}


def _rows(name: str, event: str) -> list[dict[str, Any]]:
    """The rows of one kind in the history of a gallery run."""
    lines = (GALLERY / name / "history.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["event"] == event]


def _table(document: Path) -> dict[str, list[str]]:
    """The cells of all tables of a document after the first of their row, by that first."""
    lines = document.read_text(encoding="utf-8").splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("| ")]
    return {cells[0].strip(" `"): cells[1:] for cells in rows}


def _words(document: str) -> str:
    """The text of a document on one line."""
    return " ".join((ROOT / document).read_text(encoding="utf-8").split())


def _first_number(text: str) -> float:
    found = re.search(r"\d+\.?\d*", text)
    assert found, f"there is no number in {text!r}"
    return float(found[0])


@pytest.mark.parametrize("name", STATED)
def test_the_gallery_states_its_own_losses(name: str) -> None:
    stated = _table(GALLERY / "README.md")[name][-1]
    last = _rows(name, "epoch")[-1]["validation"]
    for words, term in STATED[name].items():
        found = re.search(rf"{words} ([\d.]+\d)", stated)
        assert found, f"{name} states no number after {words!r}"
        decimals = len(found[1].partition(".")[2])
        assert float(found[1]) == round(last[term], decimals)


@pytest.mark.parametrize("name", ["tsne-exercise", "tsne-perplexity-30", "fashion-tsne"])
def test_the_gallery_states_what_its_maps_reached(name: str) -> None:
    last = _rows(name, "frame")[-1]
    cells = _table(GALLERY / "README.md")[name]
    for cell, optimizer in zip(cells, ("sgd", "adam"), strict=True):
        divergence, agreement = re.findall(r"\d\.\d+", cell)
        assert float(divergence) == round(last["kl_divergence"][optimizer], 3)
        assert float(agreement) == round(last["agreement"][optimizer], 3)


@pytest.mark.parametrize(
    ("name", "every"),
    [("tsne-four-seeds", 8), ("tsne-five-perplexities", 9), ("tsne-whole-mnist", 20)],
)
def test_the_gallery_states_what_each_of_its_many_maps_reached(name: str, every: int) -> None:
    rows = _rows(name, "frame")
    cells = _table(GALLERY / "README.md")[name]
    for cell, measure in zip(cells, ("kl_divergence", "agreement"), strict=True):
        stated = [float(number) for number in re.findall(r"\d\.\d+", cell)]
        assert stated == [round(value, 3) for value in rows[-1][measure].values()]
    kept = [row["iteration"] for row in rows if row["frame"] is not None]
    assert kept[1] == every


def test_the_sparse_model_stays_at_the_mean_image_for_thirteen_epochs() -> None:
    errors = [row["validation"]["reconstruction"] for row in _rows("sparse", "epoch")]
    text = " ".join((GALLERY / "README.md").read_text(encoding="utf-8").split())
    assert "stays at the mean image (error 0.067) for its first thirteen epochs" in text
    assert all(0.066 < error < 0.069 for error in errors[1:14])
    assert errors[14] < 0.062


def test_the_guide_states_how_long_the_gallery_took() -> None:
    state = json.loads((GALLERY / "compression" / "state.json").read_text(encoding="utf-8"))
    assert f"fifty epochs took {state['seconds']:.0f} seconds" in _words("docs/guide.md")


def test_the_results_state_what_a_gpu_gains() -> None:
    table, stated = _table(ROOT / "bench" / "results" / "gpu.md"), _words("docs/results.md")
    one, _, gpu = map(_first_number, table["Compression"])
    assert f"took {gpu:.1f} seconds where one thread of that server took {one:.1f}" in stated
    one, _, gpu = map(_first_number, table["VAE"])
    assert f"the VAE {gpu:.1f} where it took {one:.1f}" in stated
    _, here, there = map(_first_number, table["5,000"])
    assert f"5,000 digits took {there:.1f} seconds instead of {here:.0f}" in stated


def test_every_result_is_listed() -> None:
    listed = _words("docs/results.md")
    results = sorted((ROOT / "bench" / "results").glob("*.md"))
    assert results
    assert not [path.name for path in results if f"bench/results/{path.name}" not in listed]


def test_the_readme_takes_at_most_two_screens() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 80
    assert (ROOT / "docs" / "replay.webp").stat().st_size < 1.5e6


def _code(document: Path) -> set[str]:
    """What a document sets as code, within its lines."""
    return set(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", document.read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_paths_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if ":" not in link]
    assert not [link for link in links if not (document.parent / link).exists()]
    folders = "|".join(re.escape(path.name) for path in ROOT.iterdir() if path.is_dir())
    paths = {path.rstrip(".") for path in re.findall(rf"(?<![\w/.-])(?:{folders})/[\w./-]*", text)}
    assert not [path for path in paths - MADE_LATER if not (ROOT / path).exists()]


def test_the_picture_of_the_floors_shows_the_layers_that_are_checked() -> None:
    picture = re.findall(r'\["([^":]+)"\]', (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8"))
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    rooms = {each["id"]: each.get("layers", []) for each in settings["contracts"]}
    floors = [*rooms["rooms-of-app"], *rooms["rooms-of-core"]]
    assert picture == [
        *(floor.replace(" | ", " · ") for floor in floors),
        "one file for each model",
    ]


def test_every_room_has_a_line() -> None:
    stated = _code(ROOT / "docs" / "ARCHITECTURE.md")
    rooms = [
        f"{path.relative_to(ROOT)}{'/' if path.is_dir() else ''}"
        for package in ("app", "core")
        for path in (ROOT / package).iterdir()
        # A folder that was moved leaves its __pycache__ behind.
        if path.name != "__init__.py" and (path.suffix == ".py" or any(path.rglob("*.py")))
    ]
    assert not set(rooms) - stated


def test_classes_that_documents_name_exist() -> None:
    named = {code for path in DOCUMENTS for code in _code(path)}
    classes = {code for code in named if re.fullmatch(r"[A-Z]+[a-z]\w*", code)}
    source = "".join(
        path.read_text(encoding="utf-8")
        for package in ("app", "core", "models", "static")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".js"}
    )
    assert classes
    assert not {name for name in classes if not re.search(rf"\b{name}\b", source)}
