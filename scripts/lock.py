"""Write requirements.lock: what requirements.txt brings into the image, with hashes.

PyTorch and what only it needs are left out. Its builds for processors and for GPUs come from
different indexes under the same version, with other hashes and other needs, and the image takes
either (Dockerfile); requirements.txt pins its version.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[1]
_LOCK = _REPOSITORY / "requirements.lock"
#: Those of the image; hashes are of the files for every system.
_PYTHON, _PLATFORM = "3.11", "x86_64-manylinux_2_28"
_LEFT_OUT = re.compile(r"torch|torchvision|triton|(nvidia|cuda)-.*")
_HEAD = """\
# What the image installs besides PyTorch, with all that it needs. Made by `make lock`; what it is
# made from is requirements.txt.
"""


def main() -> None:
    """Resolve the requirements against the package index, and write the file."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "requirements.txt"]
    command += [f"--python-version={_PYTHON}", f"--python-platform={_PLATFORM}"]
    # Nothing of this computer, such as the address of its index, gets into the file.
    command += ["--generate-hashes", "--no-header", "--no-annotate", "--no-config", "--quiet"]
    done = subprocess.run(command, cwd=_REPOSITORY, check=True, stdout=subprocess.PIPE, text=True)
    _LOCK.write_text(_HEAD + "".join(kept(done.stdout)), encoding="utf-8")


def kept(lines: str) -> list[str]:
    """Return the entries, each of a line for the package and one for each hash, that are locked."""
    entries = re.findall(r"^\S.*\n(?:[ \t]+.*\n)*", lines, re.MULTILINE)
    return [one for one in entries if not _LEFT_OUT.fullmatch(one.partition("==")[0])]


if __name__ == "__main__":
    main()
