"""Compile loops over numbers with Numba, where it is installed.

Each compiled loop has a twin in PyTorch beside it, which is the version to read, which a GPU runs,
and which runs where Numba is missing. A loop releases the interpreter's lock, so that pages stay
quick while it runs.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., Any])

#: The Docker image comes with loops compiled into this folder, and cannot write to it.
_BUILT = Path(__file__).resolve().parents[2] / "data" / ".cache" / "numba"


def _cache_folder() -> Path:
    """Return a folder that compiled loops can be written to and are read from.

    It is NUMBA_CACHE_DIR where that is set, else data/.cache/numba, else a folder of this user
    among the temporary files, which begins with what data/.cache/numba holds.
    """
    if named := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(named)
    try:
        _BUILT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=_BUILT):
            return _BUILT
    except OSError:
        own = Path(tempfile.gettempdir()) / f"latent-lab-numba-{os.getuid()}"
        if _BUILT.is_dir() and not own.exists():
            shutil.copytree(_BUILT, own, dirs_exist_ok=True)
        return own


def are_kept() -> bool:
    """Return whether loops were compiled here before."""
    return any(Path(os.environ["NUMBA_CACHE_DIR"]).glob("*/*.nbc"))


try:
    os.environ["NUMBA_CACHE_DIR"] = str(_cache_folder())
    import numba
except ImportError:
    numba = None

#: Whether loops are compiled here.
AVAILABLE = numba is not None


def loop(*, inline: bool = False) -> Callable[[Loop], Loop]:
    """Return a decorator that compiles a function with Numba at its first call.

    Without Numba the function stays what it is: far too slow to be called. `inline` ones can be
    called by other compiled functions only.
    """

    def compiled(function: Loop) -> Loop:
        if numba is None:
            return function
        # fastmath: sums may be taken in another order, so that they are vectorised; the order is
        # the same each time. error_model: a division by zero gives infinity, without a check that
        # would keep divisions from being vectorised.
        options: dict[str, Any] = {"fastmath": True, "nogil": True, "error_model": "numpy"}
        options |= {"inline": "always"} if inline else {"cache": True}
        return cast(Loop, numba.njit(**options)(function))

    return compiled
