"""The routes by which a browser gets the maps of a large run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.server import addresses, map_parts, map_versions, maps
from core.data.digits import load_digits
from core.runs.record import RunRecord
from core.tsne.coarse_to_fine import STEPS
from core.tsne.recording import load_recording
from tests.support.maps_lab import Lab, cookie
from tests.support.message import unpack
from tests.support.recorded_run import DIGITS, ITERATIONS, record_run


def test_the_start_has_the_last_frame_and_all_that_was_measured(
    lab: Lab, address: str, record: RunRecord
) -> None:
    answer = lab.get(f"{address}/start")
    assert (answer.status, answer.headers["content-encoding"]) == (200, "deflate")
    start = unpack(answer.content)
    recording = load_recording(record)
    np.testing.assert_array_equal(start["labels"], recording.labels)
    assert start["indices"] is None  # the first digits, one after the other
    np.testing.assert_array_equal(start["frameIterations"], recording.iterations)
    np.testing.assert_allclose(np.stack(start["kl"], 1), recording.kl, rtol=1e-6)
    last = start["last"]
    planes = last["planes"].reshape(2, -1).astype(np.int64)
    zigzag = planes[0] | planes[1] << 8
    steps = ((zigzag >> 1) ^ -(zigzag & 1)).reshape(2, DIGITS, 2)
    found = steps * last["scales"][:, None, None] / STEPS
    np.testing.assert_allclose(found, recording.positions[-1], atol=1e-3)
    for extent, positions in zip(start["extents"], recording.positions.swapaxes(0, 1), strict=True):
        x, y = positions.reshape(-1, 2).T
        assert extent == pytest.approx([x.min(), x.max(), y.min(), y.max()])


def test_every_frame_can_be_had_and_none_beyond(lab: Lab, address: str) -> None:
    frame = unpack(lab.get(f"{address}/frames/{ITERATIONS // 2}").content)
    assert frame["planes"].shape == (2 * 2 * DIGITS * 2,)
    assert frame["factors"].shape == (4,)
    assert lab.get(f"{address}/frames/{ITERATIONS + 1}").status == 404


def test_pictures_are_those_of_the_rows(lab: Lab, address: str) -> None:
    pixels = (load_digits("train").pixels[[3, 0, 7]] * 255).round().byte().numpy()
    assert lab.get(f"{address}/pictures?rows=3,0,7").content == pixels.tobytes()


def test_digits_behind_the_training_digits_are_test_digits(
    lab: Lab, address: str, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = map_parts.maps_of(record)
    monkeypatch.setitem(opened.__dict__, "indices", np.arange(DIGITS) + 60_000 - 1)
    content = lab.get(f"{address}/pictures?rows=1,0").content
    expected = [load_digits("test").pixels[0], load_digits("train").pixels[-1]]
    wanted = b"".join((pixels * 255).round().byte().numpy().tobytes() for pixels in expected)
    assert content == wanted


def test_a_part_is_kept_by_the_browser_and_named_by_its_content(lab: Lab, address: str) -> None:
    first, second = lab.get(f"{address}/frames/0"), lab.get(f"{address}/frames/1")
    assert "immutable" in first.headers["cache-control"]
    assert first.headers["etag"] != second.headers["etag"]
    again = lab.get(f"{address}/frames/0", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert lab.get(f"{address}/frames/0", if_none_match='"other"').status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/maps/none/{version}/start", 404),
        ("/maps/..%2f..%2fetc/{version}/start", 404),
        ("/maps/{run}/0/start", 409),
        ("/maps/{run}/{version}/frames/-1", 400),
        ("/maps/{run}/{version}/frames/1.0", 400),
        ("/maps/{run}/{version}/frames/٣", 400),
        ("/maps/{run}/{version}/frames/" + "9" * 400, 400),
        ("/maps/{run}/{version}/pictures", 400),
        ("/maps/{run}/{version}/pictures?rows=", 400),
        ("/maps/{run}/{version}/pictures?rows=1,,2", 400),
        ("/maps/{run}/{version}/pictures?rows=120", 404),
        ("/maps/{run}/{version}/pictures?rows=-1", 400),
        ("/maps/{run}/{version}/pictures?rows=1e3", 400),
        ("/maps/{run}/{version}/pictures?rows=" + "1," * 100_000, 400),
        ("/maps/{run}/newest?after=x", 400),
        ("/maps/none/newest", 404),
    ],
)
def test_a_request_that_cannot_be_gets_a_sentence(
    lab: Lab, record: RunRecord, path: str, status: int
) -> None:
    version = map_versions.version_of(record)
    answer = lab.get(path.format(run=record.id, version=version))
    assert answer.status == status
    assert len(answer.body) < 500
    assert answer.body.decode().rstrip().endswith(".")


def test_only_pages_of_the_lab_get_maps(lab: Lab, address: str) -> None:
    assert lab.get(f"{address}/start", cookie="").status == 403
    assert lab.get(f"{address}/start", cookie=cookie()[:-2] + "!").status == 403
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
        assert lab.get(f"{address}/start", sec_fetch_site=site).status == status


def test_a_run_that_has_recorded_more_since_has_another_version(
    lab: Lab, address: str, record: RunRecord
) -> None:
    path = record.folder / "frames.f16"
    path.write_bytes(path.read_bytes() + bytes(4 * 2 * DIGITS))
    answer = lab.get(f"{address}/frames/0")
    assert answer.status == 409
    assert "reload the page" in answer.body.decode()


def test_the_newest_frame_comes_once(lab: Lab, record: RunRecord) -> None:
    answer = lab.get(f"/maps/{record.id}/newest?after=3&labels=1")
    assert answer.headers["cache-control"] == "no-store"
    newest = unpack(answer.content)
    assert newest["iteration"] == ITERATIONS
    np.testing.assert_array_equal(newest["labels"], load_recording(record).labels)
    assert unpack(lab.get(f"/maps/{record.id}/newest").content)["labels"] is None
    assert lab.get(f"/maps/{record.id}/newest?after={ITERATIONS}").status == 204


def test_noise_has_no_pictures(lab: Lab, record: RunRecord, tmp_path: Path) -> None:
    noise = record_run(tmp_path / "20261127-101501-tsne-noise", source="noise", iterations=2)
    address = f"/maps/{noise.id}/{map_versions.version_of(noise)}"
    assert unpack(lab.get(f"{address}/start").content)["pictures"] is False
    assert lab.get(f"{address}/pictures?rows=1").status == 404


def test_a_long_run_is_thinned_to_what_may_travel(
    record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_parts, "MAX_BYTES", 2 * DIGITS * 2.2 * 8.5)
    map_parts._maps.cache_clear()
    found = map_parts.maps_of(record)
    assert len(found.iterations) == 8
    assert (found.iterations[0], found.iterations[-1]) == (0, ITERATIONS)


def test_the_routes_are_under_the_base_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses.config, "get_option", {"server.baseUrlPath": "/lab/"}.get)
    assert {route.path.partition("{")[0] for route in maps.routes()} == {"/lab/maps/"}
