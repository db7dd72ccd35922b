"""What the image installs is what requirements.txt names, each with its hashes."""

from __future__ import annotations

import re
from pathlib import Path

from scripts.lock import kept

ROOT = Path(__file__).resolve().parents[1]
ENTRY = re.compile(
    r"([a-z0-9-]+)==([a-z0-9.]+) \\\n((?: {4}--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
)


def test_the_lock_names_what_is_required_and_nothing_without_a_hash() -> None:
    comments, entries = "", ""
    for line in (ROOT / "requirements.lock").read_text().splitlines(keepends=True):
        if line.startswith("#"):
            comments += line
        else:
            entries += line
    locked = {found[1]: found[2] for found in ENTRY.finditer(entries)}
    assert ENTRY.sub("", entries) == ""
    assert "make lock" in comments
    required = re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.M)
    torch = {name for name, _ in required if name.startswith("torch")}
    assert {name: version for name, version in required if name not in torch}.items() <= (
        locked.items()
    ), "requirements.txt has changed since `make lock`"
    assert torch.isdisjoint(locked)
    assert len(locked) > len(required)


def test_what_depends_on_the_build_of_pytorch_is_left_out() -> None:
    names = ["torch", "nvidia-cublas", "triton", "torchvision", "cuda-toolkit", "cudatext", "tqdm"]
    lines = "".join(f"{name}==1 \\\n    --hash=sha256:0\n" for name in names)
    assert [entry.partition("==")[0] for entry in kept(lines)] == ["cudatext", "tqdm"]
