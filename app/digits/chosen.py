"""Chosen digits: their pixels and names, and the typical one of each class."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from app.server.shared import digits
from app.ui.articles import a_class
from core.analysis.latent import typical_digits
from core.data.data_sets import DataSet


@dataclass(frozen=True, eq=False)
class Chosen:
    """Chosen digits: `pixels` (N, 784) in [0, 1], and the name of each within a sentence."""

    pixels: Tensor
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)


def chosen_test_digits(indices: Tensor, data: DataSet) -> Chosen:
    """Return test digits of a data set by their numbers, (N,)."""
    test = digits("test", data.name)
    names = [
        f"test {data.noun} {i:,}, {a_class(data, int(test.labels[i]))}" for i in indices.tolist()
    ]
    return Chosen(test.pixels[indices], tuple(names))


def typical_test_digits(data: DataSet) -> Tensor:
    """Return the index of the most typical test digit of each class of a data set, 0 to 9."""
    return _typical(data.name)


@st.cache_resource(show_spinner=False)
def _typical(data: str) -> Tensor:
    test = digits("test", data)
    return typical_digits(test.pixels, test.labels)


def sentence(name: str) -> str:
    """Return the name of a chosen digit for the beginning of a sentence."""
    return name[:1].upper() + name[1:]
