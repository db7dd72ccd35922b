"""The digits: what they are."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from torchvision.datasets import FashionMNIST
from torchvision.transforms.functional import to_tensor

from core.data.data_sets import DATA_SETS, FASHION, MNIST
from core.data.digits import Digits, Split, load_digits
from core.data.shipped import unpacked

ROOT = Path(__file__).resolve().parents[3]


class TestContent:
    @pytest.mark.parametrize(
        ("data", "split", "first_labels", "class_counts"),
        [
            (
                MNIST,
                "train",
                [5, 0, 4, 1, 9],
                [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
            ),
            (
                MNIST,
                "test",
                [7, 2, 1, 0, 4],
                [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
            ),
            (FASHION, "train", [9, 0, 0, 3, 0], [6000] * 10),
            (FASHION, "test", [9, 2, 1, 1, 6], [1000] * 10),
        ],
    )
    def test_is_the_data_set(
        self, data: str, split: Split, first_labels: list[int], class_counts: list[int]
    ) -> None:
        found = load_digits(split, data)
        assert found.pixels.shape == (sum(class_counts), 784)
        assert found.pixels.dtype == torch.float32
        assert found.labels.dtype == torch.int64
        assert found.labels[:5].tolist() == first_labels
        assert found.labels.bincount().tolist() == class_counts
        assert found.pixels.min() == 0
        assert found.pixels.max() == 1
        assert len(found) == len(found.labels)

    @pytest.mark.parametrize(
        ("data", "mean", "deviation"), [(MNIST, 0.1307, 0.3081), (FASHION, 0.2860, 0.3530)]
    )
    def test_mean_and_deviation_are_the_known_ones(
        self, data: str, mean: float, deviation: float
    ) -> None:
        pixels = load_digits("train", data).pixels
        assert pixels.mean().item() == pytest.approx(mean, abs=5e-5)
        assert pixels.std().item() == pytest.approx(deviation, abs=5e-5)

    @pytest.mark.parametrize("split", ["train", "test"])
    def test_clothes_are_those_of_torchvision(self, split: Split) -> None:
        folder = unpacked(DATA_SETS[FASHION])
        reference = FashionMNIST(folder, train=split == "train")
        found = load_digits(split, FASHION)
        assert torch.equal(found.labels, reference.targets)
        for index in range(0, len(reference), 1000):
            picture, _ = reference[index]
            assert torch.equal(found.pixels[index].view(1, 28, 28), to_tensor(picture))

    @pytest.mark.parametrize("data", [MNIST, FASHION])
    def test_pixels_are_the_file_s_bytes_as_to_tensor_reads_them(self, data: str) -> None:
        found = load_digits("test", data)
        folder = ROOT / "data" / str(DATA_SETS[data].folder)
        raw = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())
        images = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 28, 28).copy()
        for index in (0, 4321, 9999):
            assert torch.equal(found.pixels[index].view(1, 28, 28), to_tensor(images[index]))

    def test_is_loaded_once_per_process(self) -> None:
        assert load_digits("test") is load_digits("test", MNIST)
        assert load_digits("test", FASHION) is load_digits("test", FASHION)
        assert load_digits("test") is not load_digits("test", FASHION)

    def test_unknown_split(self) -> None:
        with pytest.raises(ValueError, match=r"split \(='valid'\) must be 'train' or 'test'"):
            load_digits(cast(Any, "valid"))


class TestDigits:
    def test_take_keeps_order_and_pairs(self) -> None:
        test = load_digits("test")
        taken = test.take([3, 1, 1])
        assert taken.labels.tolist() == [0, 2, 2]
        assert torch.equal(taken.pixels, test.pixels[[3, 1, 1]])
        assert taken.name == test.name

    def test_take_slice_copies_nothing(self) -> None:
        test = load_digits("test")
        assert test.take(slice(0, 10)).pixels.data_ptr() == test.pixels.data_ptr()

    def test_take_of_nothing(self) -> None:
        assert len(load_digits("test").take([])) == 0

    def test_take_beyond_the_end(self) -> None:
        with pytest.raises(IndexError):
            load_digits("test").take([10_000])

    @pytest.mark.parametrize(
        ("pixels", "labels", "sentence"),
        [
            (torch.zeros(2, 28, 28), torch.zeros(2, dtype=torch.int64), "shape \\(N, 784\\)"),
            (
                torch.zeros(2, 784, dtype=torch.uint8),
                torch.zeros(2, dtype=torch.int64),
                "must be float32",
            ),
            (torch.zeros(2, 784), torch.zeros(3, dtype=torch.int64), "one label for each"),
            (torch.zeros(2, 784), torch.zeros(2), "must be int64"),
        ],
    )
    def test_refuses_other_tensors(
        self, pixels: torch.Tensor, labels: torch.Tensor, sentence: str
    ) -> None:
        with pytest.raises(ValueError, match=sentence):
            Digits(pixels, labels, "broken")
