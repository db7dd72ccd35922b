"""Load what `torch.save` has written, after a look at what the file asks for.

`torch.load(weights_only=True)` runs no code of a file, but it unpacks whatever the archive says and
makes whatever its pickle asks for within PyTorch, however large.
"""

from __future__ import annotations

import io
import pickle
import pickletools
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import Any

import torch

from core.own_weights.errors import WeightsRefused

#: What the numbers of all layers may take: 784-4096-4096-784 has 92 MB as float32.
MAX_BYTES = 100_000_000
_MAX_ENTRIES = 1000
#: The pickle of eight layers has 2 kB; that of Adam's state about three times as much.
_MAX_PICKLE = 1_000_000
#: `torch.save` stores its entries; somebody may have packed them again.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: Beside the pickle and the numbers, what `torch.load` needs of an archive.
_NEEDED = re.compile(r"data\.pkl|version|byteorder|\.format_version|\.storage_alignment|data/\d+")
_HOW = 'Save the weights alone: torch.save(model.state_dict(), "my_weights.pt").'
_KINDS = ("Double", "Float", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool")
#: What a state dict of dense tensors asks for.
_DENSE = {
    ("collections", "OrderedDict"),
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch", "Size"),
    ("torch", "device"),
    ("torch.storage", "UntypedStorage"),
    *(("torch", f"{kind}Storage") for kind in _KINDS),
}
#: What names a class or a function in a pickle.
_NAMING = ("GLOBAL", "INST", "STACK_GLOBAL")
#: A tensor has four.
_MAX_TUPLES = 5000
#: Such as the two betas of Adam, where it has several groups of weights.
_MAX_TUPLES_USED_AGAIN = 20
#: What zipfile raises of a damaged archive, also what it has not foreseen.
_NoZip = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, struct.error)
#: What `torch.load` raises of one.
_NoWeights = (
    pickle.UnpicklingError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    AssertionError,
)


def load_archive(content: bytes) -> Any:
    """Return what a file of `torch.save` holds: a state dict, or whatever has one in it.

    Raises:
        WeightsRefused: it is no such file, it is larger than `MAX_BYTES`, or it holds program code
            or something else than tensors, numbers, texts, lists and dicts.
    """
    if not content.startswith(b"PK"):
        raise WeightsRefused(_no_archive(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = _files(archive)
    except _NoZip as error:
        raise WeightsRefused(
            f"It is no whole file of torch.save ({error}): it was cut off or changed. Save it "
            "again."
        ) from None
    _check_pickle(files["data.pkl"])
    try:
        # Packed anew, so that PyTorch meets the very files that were looked at.
        return torch.load(_packed(files), map_location="cpu", weights_only=True)
    except _NoWeights as error:
        reason = str(error).split("\n", 1)[0][:150]
        raise WeightsRefused(f"PyTorch cannot load it ({reason}). {_HOW}") from None


def _no_archive(content: bytes) -> str:
    if not content.strip():
        return f"The file is empty. {_HOW}"
    if content.startswith(b"\x80"):
        return (
            "It is a pickle, and not the archive that torch.save writes since PyTorch 1.6; a "
            f"pickle may hold program code, which the lab does not run. {_HOW}"
        )
    return (
        "It begins neither as a file of torch.save nor as safetensors, whatever its name says. "
        + _HOW
    )


def _files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the files of an archive that PyTorch needs, by their names in its one folder."""
    entries = archive.infolist()
    names = [entry.filename.partition("/")[2] for entry in entries]
    if any(name == "constants.pkl" or name.startswith("code/") for name in names):
        raise WeightsRefused(f"It is TorchScript, which is program code. {_HOW}")
    if names.count("data.pkl") != 1:
        raise WeightsRefused(f"It is a zip file, and not one that torch.save has written. {_HOW}")
    if len(set(names)) != len(names) or len(entries) > _MAX_ENTRIES:
        raise WeightsRefused(
            f"Its archive has {len(entries):,} files, or some of one name; a file of torch.save "
            f"has at most {_MAX_ENTRIES:,}, one for each tensor. {_HOW}"
        )
    kept = [
        (entry, name) for entry, name in zip(entries, names, strict=True) if _NEEDED.fullmatch(name)
    ]
    size = sum(entry.file_size for entry, _ in kept)
    if size > MAX_BYTES:
        raise WeightsRefused(
            f"Unpacked it has {size / 1e6:,.0f} MB, and may have at most {MAX_BYTES / 1e6:,.0f}. "
            "Open a smaller network, and save its weights without those of the optimiser."
        )
    for entry, name in kept:
        if entry.flag_bits & 1 or entry.compress_type not in _METHODS:
            raise WeightsRefused(f"Its {name} is encrypted or packed in an unusual way. {_HOW}")
        if name == "data.pkl" and entry.file_size > _MAX_PICKLE:
            raise WeightsRefused(
                f"Beside the numbers it holds {entry.file_size / 1e6:,.1f} MB of names and "
                f"settings, and may hold at most {_MAX_PICKLE / 1e6:,.0f}. {_HOW}"
            )
    return {name: archive.read(entry) for entry, name in kept}


def _check_pickle(content: bytes) -> None:
    """Check that a pickle asks for dense tensors, numbers, texts, lists and dicts alone.

    It is only looked at: nothing that it asks for is made.
    """
    try:
        asked = list(pickletools.genops(content))
    except (ValueError, UnicodeDecodeError, IndexError, struct.error, OverflowError) as error:
        raise WeightsRefused(f"Its list of tensors is damaged ({error}). {_HOW}") from None
    _check_nesting((opcode.name, argument) for opcode, argument, _ in asked)
    for opcode, argument, _ in asked:
        if opcode.name not in _NAMING:
            continue
        module, _, name = str(argument).partition(" ")
        if (module, name) in _DENSE:
            continue
        found = f"{module}.{name}"[:60]
        if module.partition(".")[0] == "torch" and not module.startswith("torch.nn"):
            raise WeightsRefused(
                f"Its tensors are of an unusual kind ({found}), such as sparse or quantised ones; "
                "dense numbers would fit. Save model.float().state_dict() on the CPU."
            )
        raise WeightsRefused(
            f"It holds {found}, a class or function, as a whole model or its settings do; the lab "
            f"does not run the code of a file. {_HOW}"
        )


def _check_nesting(asked: Iterable[tuple[str, Any]]) -> None:
    """Check that tuples do not lie deep in each other, nor again and again.

    As a key of a dict such a tuple is hashed, which takes for ever or overflows the stack.
    """
    made = used_again = 0
    tuples: set[int] = set()
    memo, before = 0, ""
    for name, argument in asked:
        if name.startswith("TUPLE"):
            made += 1
        elif name == "MEMOIZE" or name.endswith("PUT"):
            place = memo if name == "MEMOIZE" else int(argument)
            memo += 1
            if before.startswith("TUPLE"):
                tuples.add(place)
            else:
                tuples.discard(place)
        elif name.endswith("GET") and int(argument) in tuples:
            used_again += 1
        before = name
    if made > _MAX_TUPLES or used_again > _MAX_TUPLES_USED_AGAIN:
        raise WeightsRefused(f"Its list of tensors is nested as none of torch.save is. {_HOW}")


def _packed(files: dict[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(f"archive/{name}", content)
    packed.seek(0)
    return packed
