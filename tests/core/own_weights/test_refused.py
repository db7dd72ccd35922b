"""Files that are no weights of a network of linear layers, and the sentence that each gets."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from core.own_weights import WeightsRefused, propose, read_weights
from core.own_weights import archive as archive_module
from core.own_weights.archive import load_archive
from tests.support.own_weights import saved, sequential


def state(*shapes: tuple[int, ...]) -> dict[str, Tensor]:
    return {f"layer{place}.weight": torch.zeros(shape) for place, shape in enumerate(shapes)}


class _Evil:
    """What runs a command where it is unpickled by who trusts it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (exec, ("raise SystemExit('it ran')",))


class Net(nn.Module):
    """A network that somebody has pickled whole."""


def rewritten(content: bytes, change: Callable[[str, bytes], bytes], method: int = 0) -> bytes:
    """An archive with other files of the same names."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def bomb() -> bytes:
    """200 MB of zeros in an archive of 200 kB."""
    weights = saved(state((1, 1)))
    zeros = bytes(200_000_000)
    return rewritten(
        weights,
        lambda name, content: zeros if name.endswith("data/0") else content,
        zipfile.ZIP_DEFLATED,
    )


def pickled(value: bytes) -> bytes:
    """An archive whose list of tensors is this pickle."""
    return rewritten(
        saved(state((1, 1))),
        lambda name, content: value if name.endswith("data.pkl") else content,
    )


def claims_more() -> bytes:
    """A tensor of 16 numbers that says that it has a thousand times as many."""

    def grown(name: str, content: bytes) -> bytes:
        return content.replace(b"K\x10", b"M\x80\x3e") if name.endswith("data.pkl") else content

    return rewritten(saved(state((4, 4))), grown)


def nested_keys() -> bytes:
    """A dict whose key takes 2 ** 60 steps to hash."""
    key = (
        b")"
        + b"q\x00"
        + b"".join(
            b"h" + bytes([place]) + b"h" + bytes([place]) + b"\x86q" + bytes([place + 1])
            for place in range(60)
        )
    )
    return pickled(b"\x80\x02}" + key + b"K\x01s.")


def deep_keys() -> bytes:
    """A dict whose key is a tuple within a tuple, 200,000 times: hashing it overflows the stack."""
    return pickled(b"\x80\x02})" + b"\x85" * 200_000 + b"K\x01s.")


def jit() -> bytes:
    out = io.BytesIO()
    torch.jit.save(torch.jit.trace(nn.Linear(784, 2), torch.zeros(1, 784)), out)
    return out.getvalue()


def optimiser_only() -> bytes:
    net = nn.Linear(2, 2)
    optimiser = torch.optim.Adam(net.parameters())
    net(torch.zeros(1, 2)).sum().backward()
    optimiser.step()
    return saved({"optimizer": optimiser.state_dict(), "epoch": 3})


def zipped_text() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("notes.txt", "hello")
    return out.getvalue()


def of(net: nn.Module) -> bytes:
    return saved(net.state_dict())


def spoiled(value: float) -> bytes:
    weights = sequential().state_dict()
    weights["2.weight"][3, 3] = value
    return saved(weights)


LINEAR = "Linear layers from 784 pixels to a code and back would fit"
WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "The file is empty"),
    "text": (lambda: b"epoch,loss\n1,0.1\n", "neither as a file of torch.save nor as safetensors"),
    "zip of a text": (zipped_text, "not one that torch.save has written"),
    "cut off": (lambda: of(sequential())[:-5000], "cut off or changed"),
    "cut-off safetensors": (
        lambda: safetensors.torch.save(state((32, 784)))[:-100],
        "no whole safetensors file",
    ),
    "whole module": (lambda: saved(Net()), "test_refused.Net, a class or function"),
    "evil": (lambda: saved({"w": _Evil()}), ".exec, a class or function"),
    "plain pickle": (lambda: pickle.dumps({"w": 1}), "It is a pickle"),
    "old format": (
        lambda: _old_format(state((32, 784))),
        "not the archive that torch.save writes since PyTorch 1.6",
    ),
    "TorchScript": (jit, "TorchScript, which is program code"),
    "zip bomb": (bomb, "Unpacked it has 200 MB, and may have at most 100"),
    "claims more": (claims_more, "PyTorch cannot load it"),
    "nested keys": (nested_keys, "nested as none of torch.save is"),
    "deep keys": (deep_keys, "nested as none of torch.save is"),
    "optimiser": (optimiser_only, "holds only the state of an optimiser"),
    "no tensor": (lambda: saved({"epoch": 3}), "holds no tensor"),
    "sparse": (lambda: saved({"w": torch.eye(3).to_sparse()}), "sparse or quantised"),
    "quantised": (
        lambda: saved({"w": torch.quantize_per_tensor(torch.ones(2, 2), 1.0, 0, torch.qint8)}),
        "sparse or quantised",
    ),
    "whole numbers": (
        lambda: saved({"w": torch.zeros(32, 784, dtype=torch.int8)}),
        "w has numbers of the type int8",
    ),
    "complex": (
        lambda: safetensors.torch.save({"w": torch.zeros(2, 2, dtype=torch.complex64)}),
        "w has numbers of the type complex64",
    ),
    "NaN": (lambda: spoiled(float("nan")), "2.weight holds NaN or infinite numbers"),
    "infinite": (lambda: spoiled(float("inf")), "2.weight holds NaN or infinite numbers"),
    "expanded": (
        lambda: saved({"w": torch.zeros(1).expand(100_000, 100_000)}),
        "w has 10,000,000,000 numbers",
    ),
    "many": (lambda: saved(state(*[(1, 1)] * 201)), "more than 200 tensors"),
    "convolution": (
        lambda: of(nn.Sequential(nn.Conv2d(1, 16, 3), nn.Linear(784, 10))),
        "0.weight (16 × 1 × 3 × 3) is of a convolution. " + LINEAR,
    ),
    "batch normalisation": (
        lambda: of(nn.Sequential(nn.Linear(784, 32), nn.BatchNorm1d(32), nn.Linear(32, 784))),
        "is of batch normalisation. " + LINEAR,
    ),
    "layer normalisation": (
        lambda: of(nn.Sequential(nn.Linear(784, 32), nn.LayerNorm(32), nn.Linear(32, 784))),
        "of no linear layer: 1.weight (32), 1.bias (32)",
    ),
    "classifier": (
        lambda: of(nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))),
        "0.weight (128 × 784), 2.weight (10 × 128): only one of them has the 784 pixels",
    ),
    "other pictures": (
        lambda: of(nn.Sequential(nn.Linear(3072, 64), nn.Linear(64, 3072))),
        "none of them takes or gives the 784 pixels",
    ),
    "a layer too many": (
        lambda: saved(state((32, 784), (784, 32), (7, 5))),
        "do not lead from 784 pixels to 784 pixels",
    ),
    "too wide": (
        lambda: saved(state((5000, 784), (784, 5000))),
        "2 layers of up to 5,000 units",
    ),
    "too deep": (
        lambda: saved(state((8, 784), *[(8, 8)] * 20, (784, 8))),
        "22 layers of up to 784 units",
    ),
}


def _old_format(value: Any) -> bytes:
    out = io.BytesIO()
    torch.save(value, out, _use_new_zipfile_serialization=False)
    return out.getvalue()


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_file_is_told_why(wrong: str) -> None:
    make, reason = WRONG[wrong]
    with pytest.raises(WeightsRefused) as refused:
        propose(read_weights(make()))
    sentence = str(refused.value)
    assert reason in sentence
    assert len(sentence) < 500
    assert sentence.endswith((".", ")"))


def test_a_file_of_more_than_100_mb_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.own_weights.reading.MAX_BYTES", 1000)
    file = io.BytesIO(bytes(5000))
    with pytest.raises(WeightsRefused, match="more than"):
        read_weights(file)
    assert file.tell() == 1001


def test_entries_that_were_not_looked_at_are_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch gets an archive of the files that were checked alone."""
    given: list[list[str]] = []
    load = torch.load

    def noted(file: io.BytesIO, **options: Any) -> Any:
        assert options["weights_only"] is True
        with zipfile.ZipFile(file) as packed:
            given.append(packed.namelist())
        file.seek(0)
        return load(file, **options)

    monkeypatch.setattr(archive_module.torch, "load", noted)
    content = saved(state((2, 2)))
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("archive/extra.bin", b"x" * 1000)
    load_archive(out.getvalue())
    assert "archive/data/0" in given[0]
    assert "archive/extra.bin" not in given[0]
