"""Keep the secret that signs the identities of visitors, in the folder of the runs.

It must outlive the server: with another secret every visitor is somebody new.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from functools import lru_cache
from pathlib import Path

from core.files import beside, sync
from core.runs.errors import RuleBroken
from core.runs.folders import VISITORS
from core.runs.logs import log
from core.runs.opening import make_folder

#: The file of the secret, which nobody but its user may read.
SECRET = "secret"
#: As many bytes as the digest of SHA-256 has: a longer key makes its HMAC no stronger (RFC 2104).
SECRET_BYTES = 32
#: The shortest secret that can be given: hexadecimal digits of 16 bytes.
MIN_GIVEN = 32


def secret_of(runs: Path) -> bytes:
    """Return the secret of the lab with these runs: `LATENT_LAB_SECRET`, else the one in its file.

    The file is made at the first call. Where it cannot be, the secret lasts as long as this
    process.

    Raises:
        ValueError: LATENT_LAB_SECRET is too short.
    """
    given = os.environ.get("LATENT_LAB_SECRET") or ""
    if given and len(given) < MIN_GIVEN:
        raise ValueError(
            f"LATENT_LAB_SECRET has {len(given)} characters, and needs at least {MIN_GIVEN}, such "
            "as those of: openssl rand -hex 32"
        )
    return given.encode() if given else _kept(runs)


@lru_cache(maxsize=8)
def _kept(runs: Path) -> bytes:
    path = runs / VISITORS / SECRET
    try:
        make_folder(path.parent, mode=0o700)
        with contextlib.suppress(FileNotFoundError):
            if kept := _read(path):
                return kept
            log.warning("the secret of the lab was damaged; every visitor is somebody new")
            path.unlink()
        _make(path)
        kept = _read(path)
    except (OSError, RuleBroken) as error:
        log.warning(
            "the secret of the lab cannot be kept: %s", getattr(error, "strerror", None) or error
        )
        kept = b""
    return kept or secrets.token_bytes(SECRET_BYTES)


def _make(path: Path) -> None:
    """Write a new secret, unless another process is faster.

    Raises:
        OSError: it cannot be written.
    """
    new = beside(path)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
        sync(new)
        try:
            os.link(new, path)  # unlike a renaming, it leaves the one of a faster process
        except FileExistsError:
            pass
        except OSError:  # some file systems have no second names
            new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    sync(path.parent)


def _read(path: Path) -> bytes:
    """Return the secret in a file; empty where it is none, such as half of one, or a link.

    Raises:
        OSError: the file cannot be read.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return b""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(descriptor, "rb") as file:
        if os.fstat(descriptor).st_mode & 0o077 and os.name != "nt":
            with contextlib.suppress(OSError):  # somebody has copied it without its rights
                os.fchmod(descriptor, 0o600)
        content = file.read(SECRET_BYTES + 1)
    return content if len(content) == SECRET_BYTES else b""
