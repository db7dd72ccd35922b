"""A large t-SNE run that nobody has computed: its folder, with maps that are made up."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from core.data.digits import digits_at
from core.runs.record import RunRecord
from core.tsne.config import TSNEConfig

#: Iterations between two frames.
EVERY = 20


def large_run(folder: Path, *, digits: int, frames: int, maps: int = 1) -> RunRecord:
    """Write a run whose classes run apart from a small cloud into round groups, some digits lost.

    The digits are the first ones of MNIST, behind the training digits those of the test set.
    """
    folder.mkdir(parents=True)
    indices = torch.arange(digits)
    labels = digits_at(indices).labels
    rng = np.random.default_rng(1)
    angle = 2 * np.pi * labels.numpy() / 10 + np.pi / 20
    middle = 60 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    spread = rng.normal(scale=7, size=(digits, 2))
    goal = (
        middle + spread + rng.normal(scale=30, size=(digits, 2)) * (rng.random((digits, 1)) < 0.02)
    )
    start = rng.normal(scale=1e-2, size=(digits, 2))
    config = TSNEConfig(
        digits=digits,
        iterations=EVERY * (frames - 1),
        affinity="perplexity",
        optimizers=tuple(f"sgd:lr={1000 * (1 + number)}" for number in range(maps)),
    )
    rows = []
    with (folder / "frames.f16").open("wb") as file:
        for frame in range(frames):
            share = (1 - np.exp(-4 * frame / max(1, frames - 1))) / (1 - np.exp(-4))
            for number in range(maps):
                turn = np.array(
                    [[np.cos(number), -np.sin(number)], [np.sin(number), np.cos(number)]]
                )
                file.write(
                    ((start * (1 - share) + goal * share) @ turn).astype(np.float16).tobytes()
                )
            by_map = dict.fromkeys(config.names, 0.1 + 0.85 * share)
            row = {
                "event": "frame",
                "iteration": EVERY * frame,
                "frame": frame,
                "kl_divergence": dict.fromkeys(config.names, 6 - 3 * share),
                "gradient_norm": dict.fromkeys(config.names, 0.01),
                "learning_rate": dict.fromkeys(config.names, 1000.0),
            }
            measured = {"agreement": by_map, "trustworthiness": by_map}
            first = {"perplexity": dict.fromkeys(("median", "lowest", "highest"), 30.0)}
            rows.append(row | (measured if frame % 5 == 0 else {}) | ({} if frame else first))
    (folder / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    save_file({"labels": labels, "indices": indices}, folder / "points.safetensors")
    state = {"status": "done", "progress": 1.0, "seconds": 20.0, "error": ""}
    (folder / "state.json").write_text(json.dumps(state))
    run = {
        "format": 1,
        "kind": "tsne",
        "title": f"{digits:,} digits",
        "settings": {"config": config.to_dict()},
        "visitor": "",
        "created_at": 1_795_436_082.0,
        "versions": {},
    }
    (folder / "run.json").write_text(json.dumps(run))
    return RunRecord(folder)
