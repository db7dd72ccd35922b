"""Record the moving picture of the README: a t-SNE replay of the gallery, in the real app.

`.venv/bin/python -m scripts.record_replay` writes docs/replay.webp. The replay is moved frame by
frame, so that the recording looks the same on a slow machine.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Page, ViewportSize

from bench.browser.chromium import chromium
from bench.browser.server import lab_server

TARGET = Path(__file__).resolve().parents[1] / "docs" / "replay.webp"
RUN = "tsne-perplexity-30"
#: The window in CSS pixels: two maps fit beside each other, and text stays readable on GitHub.
WINDOW: ViewportSize = {"width": 1320, "height": 1000}
#: Pixels of the finished picture; GitHub shows a README at about 900.
WIDTH = 880
#: Iterations to show. The maps change fastest at the beginning.
ITERATIONS = (*range(0, 40, 4), *range(40, 200, 8), *range(200, 701, 50))
MILLISECONDS = 110
#: How long the first and the last picture stay.
STAY_MILLISECONDS = 1500


def main() -> None:
    """Serve the lab, record the replay and write the picture."""
    with lab_server() as server, chromium() as browser:
        page = browser.new_page(viewport=WINDOW)
        page.set_default_timeout(120_000)
        page.goto(f"{server.url}/tsne?run={RUN}")
        # The maps grow tenfold: with fixed axes the first ones would be small.
        page.get_by_role("button", name="Axes: fit").click()
        pictures = [_picture(page, iteration) for iteration in ITERATIONS]
    durations = [MILLISECONDS] * len(pictures)
    durations[0] = durations[-1] = STAY_MILLISECONDS
    pictures[0].save(
        TARGET,
        save_all=True,
        append_images=pictures[1:],
        duration=durations,
        loop=0,
        quality=62,
        method=6,
        minimize_size=True,
    )
    print(f"{TARGET}: {len(pictures)} pictures, {TARGET.stat().st_size / 1e6:.2f} MB")


def _picture(page: Page, iteration: int) -> Image.Image:
    """Move the replay to an iteration, wait until it is drawn, and return the maps as they look.

    The run keeps every iteration, so the number of a frame is that of its iteration.
    """
    player = page.locator(".latent-player")
    controls = player.locator(".latent-player-controls")
    controls.locator("input").evaluate(
        "(slider, at) => { slider.value = at; slider.dispatchEvent(new Event('input')); }",
        iteration,
    )
    page.locator(f'.latent-player[data-state="paused"][data-frame="{iteration}"]').wait_for()
    page.locator(".latent-player-covered").wait_for(state="detached")
    top, bottom = player.bounding_box(), controls.bounding_box()
    assert top
    assert bottom
    clip = {**top, "height": bottom["y"] + bottom["height"] - top["y"]}
    taken = Image.open(io.BytesIO(page.screenshot(clip=FloatRect(**clip)))).convert("RGB")
    height = round(taken.height * WIDTH / taken.width)
    return taken.resize((WIDTH, height), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
