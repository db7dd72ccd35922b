"""Programs that do something at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def said_at_once(imports: str, expression: str, *arguments: str, count: int) -> list[str]:
    """What `count` programs print of an expression that all of them compute at the same time.

    `imports` is done before; `arguments` are in `sys.argv`.
    """
    script = (
        f"import sys; {imports}; print('ready', flush=True); sys.stdin.readline(); "
        f"print({expression})"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    return said
