"""What the folders of the data sets state of their files, and the licences that come with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.data.data_sets import DATA_SETS, FASHION, MNIST
from core.data.shipped import _FILES

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.mark.parametrize("name", [MNIST, FASHION])
def test_sizes_and_sums_are_those_that_are_checked(name: str) -> None:
    data = DATA_SETS[name]
    text = (DATA / str(data.folder) / "README.md").read_text()
    rows = re.findall(r"^\| ([\w-]+) \| ([\d,]+) \| ([0-9a-f]{64}) \|$", text, re.MULTILINE)
    stated = {(file, int(size.replace(",", "")), sha) for file, size, sha in rows}
    assert stated == set(_FILES[name])
    assert [file.name for file in _FILES[name]] == list(data.files)
    if name == FASHION:
        assert ", ".join(data.classes) in text


def test_fashion_mnist_comes_with_the_notice_that_its_licence_demands() -> None:
    words = (DATA / "fashion-mnist" / "LICENSE").read_text()
    assert "Copyright © 2017 Zalando SE" in words
    assert "The above copyright notice and this permission notice shall be included" in words


@pytest.mark.parametrize("name", [MNIST, FASHION])
def test_the_docker_image_has_all_of_it(name: str) -> None:
    kept = (DATA.parent / ".dockerignore").read_text().splitlines()
    assert f"!data/{DATA_SETS[name].folder}" in kept
