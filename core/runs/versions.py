"""Note the versions that the numbers of a run depend on, and whether they changed on the way.

The same command gives other weights with another version of PyTorch, and on another type of
processor, such as one with AVX2 for one with AVX512. A run that goes on under other versions than
before keeps a note of them in its folder.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import torch

from core.files import replace_json
from core.runs.opening import read_json
from core.runs.record import RunRecord

#: The versions under which a run went on, where they were others than before; oldest first.
CONTINUED = "continued.json"
#: What numbers depend on, and how a sentence names it. Python's version is for the curious.
_WORDS = {"torch": "with PyTorch {}", "cpu": "on processor type {}"}


def versions_here() -> dict[str, str]:
    """Return the versions of Python and PyTorch, and the processor's capability."""
    return {
        "python": sys.version.split()[0],
        "torch": torch.__version__,
        "cpu": torch.backends.cpu.get_cpu_capability(),
    }


def note_versions(record: RunRecord, *, anew: bool) -> None:
    """Note under which versions the run is computed from now on.

    A run that starts `anew` is made under these alone, whichever the program has that queued it.
    """
    here = versions_here()
    if anew:
        (record.folder / CONTINUED).unlink(missing_ok=True)
        if record.request.versions != here:
            record.change_request(versions=here)
        return
    stages = _stages(record)
    # A run of an older version does not say on which processor it began; from here on it is known.
    if stages and (_varying([stages[-1], here]) or any(name not in stages[-1] for name in _WORDS)):
        replace_json(record.folder / CONTINUED, [*stages[1:], here])


def continued_elsewhere(record: RunRecord) -> str:
    """Return a sentence about a run that went on under other versions; else nothing."""
    stages = _stages(record)
    varying = _varying(stages)
    if not varying:
        return ""
    named = [
        " ".join(_WORDS[name].format(stage[name]) for name in varying if name in stage)
        for stage in stages
    ]
    first, *later = filter(None, named)
    began = "started" if named[0] else "was computed"
    return (
        f"This run {began} {first} and continued {', then '.join(later)}. "
        "The same settings computed in one go give other numbers."
    )


def _stages(record: RunRecord) -> list[Mapping[str, str]]:
    """Return the versions that a run was made under, in turn; none if the first are unknown."""
    first, later = record.request.versions, read_json(record.folder / CONTINUED)
    if not isinstance(first, Mapping):
        return []
    later = later if isinstance(later, list) else []
    return [first, *(stage for stage in later if isinstance(stage, dict))]


def _varying(stages: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the names of the versions that are known to differ between these stages."""
    return [name for name in _WORDS if len({str(s[name]) for s in stages if name in s}) > 1]
