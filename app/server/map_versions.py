"""Which version of a run's maps a browser has: a part of one never fits another."""

from __future__ import annotations

import hashlib

from app.server.shared import store
from core.runs.record import RunError, RunRecord
from core.tsne.frame import FRAMES_FILE, POINTS_FILE

#: Ends the version in which PCA of the digits stands beside the run's maps.
PCA_SUFFIX = "-pca"


class NotNowError(Exception):
    """Says in a sentence for readers that what is asked for is no longer there."""


def version_of(record: RunRecord, *, beside_pca: bool = False) -> str:
    """Return what changes whenever the run's recorded frames do.

    Raises:
        RunError: the run has no map yet.
    """
    digest = hashlib.blake2s(record.id.encode(), digest_size=8)
    try:
        for name in (FRAMES_FILE, POINTS_FILE):
            status = (record.folder / name).lstat()
            digest.update(f"{status.st_size} {status.st_mtime_ns}".encode())
    except OSError:
        raise RunError(f"Run {record.id} has no map yet; wait for its first iteration.") from None
    return digest.hexdigest() + (PCA_SUFFIX if beside_pca else "")


def check(run_id: str, version: str) -> None:
    """Check that a run is there, and has this version.

    Raises:
        NotNowError: the run has recorded more, or something else, since.
        RunError: there is no such run, or it has no maps.
    """
    if version.removesuffix(PCA_SUFFIX) != version_of(store().get(run_id)):
        raise NotNowError("The run has changed since the page was opened; reload the page.")
