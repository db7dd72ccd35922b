"""The Python half of the live chart; tests/journeys/test_chart.py drives the other half."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.components import plotly_js
from app.components.chart import POINTS_PER_LINE, Line, decimate, payload
from app.components.message import pack
from tests.support.message import unpack


def test_decimate_leaves_short_lines_alone() -> None:
    x, y = np.arange(10.0), np.arange(10.0)
    assert decimate(x, y, 10) == (x, y)


@pytest.mark.parametrize("n", [101, 150, 1_000, 1_501, 20_011])
def test_decimate_keeps_ends_extremes_and_order(n: int) -> None:
    rng = np.random.default_rng(n)
    x, y = np.arange(n, dtype=float), rng.standard_normal(n)
    y[rng.integers(1, n - 1)] = 50  # one spike up, one down
    y[rng.integers(1, n - 1)] = -50
    kept_x, kept_y = decimate(x, y, 100)
    assert len(kept_x) == len(kept_y) <= 100
    assert (kept_x[0], kept_x[-1]) == (0, n - 1)
    assert (kept_y.min(), kept_y.max()) == (y.min(), y.max())
    assert (np.diff(kept_x) > 0).all()
    assert (y[kept_x.astype(int)] == kept_y).all()


def test_decimate_keeps_gaps_and_looks_past_what_is_not_finite() -> None:
    y = np.sin(np.linspace(0, 20, 5_000))
    y[1_000:2_000] = np.nan
    y[3_000] = np.inf
    y[-500:] = np.nan
    x, kept = decimate(np.arange(5_000.0), y, 200)
    assert len(kept) <= 200
    assert np.isnan(kept[(x > 1_050) & (x < 1_950)]).all()
    assert np.isnan(kept[-1])
    assert np.nanmax(kept) == y[np.isfinite(y)].max()


def test_decimate_survives_a_line_without_any_finite_value() -> None:
    x, y = decimate(np.arange(1_000.0), np.full(1_000, np.nan), 50)
    assert len(x) <= 50
    assert np.isnan(y).all()


def test_payload_has_the_points_of_each_line_with_its_gaps() -> None:
    lines = [
        Line(name="training", x=range(5), y=[1.0, float("nan"), float("inf"), 1e300, 0.5]),
        Line(name="validation", x=np.array([2]), y=np.array([0.25]), panel=1),
        Line(name="none yet", x=[], y=[]),
    ]
    data = payload(lines, panels=2)
    assert [line["count"] for line in data["lines"]] == [5, 1, 0]
    assert len({line["color"] for line in data["lines"]}) == 3
    first, second, third = unpack(pack(data))["lines"]
    np.testing.assert_array_equal(first["x"], [0, 1, 2, 3, 4])
    np.testing.assert_array_equal(first["y"], [1.0, np.nan, np.inf, np.inf, 0.5])
    np.testing.assert_array_equal(second["y"], [0.25])
    assert third["x"].size == third["y"].size == 0


def test_payload_thins_long_lines() -> None:
    data = payload([Line(name="steps", x=np.arange(20_000), y=np.ones(20_000))], panels=1)
    assert data["lines"][0]["x"].size == data["lines"][0]["count"] <= POINTS_PER_LINE


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (Line(name="a", x=[1, 2], y=[1]), "one length"),
        (Line(name="a", x=[1], y=[1], panel=1), "panels count from 0"),
        (Line(name="a", x=[1], y=[1], panel=-1), "panels count from 0"),
    ],
)
def test_payload_refuses_lines_that_do_not_fit(line: Line, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        payload([line], panels=1)


def test_live_chart_mounts_with_a_diverged_loss() -> None:
    def script() -> None:
        from app.components.chart import Line, live_chart

        live_chart(
            [Line(name="training", x=[1, 2, 3], y=[0.5, 0.25, float("nan")])],
            key="loss",
            x_title="epoch",
            y_titles=["mean squared error per pixel"],
            revision="run 1",
            description="Loss per epoch.",
        )

    at = AppTest.from_function(script).run()
    assert not at.exception
    proto = at.get("bidi_component")[0].proto
    assert proto.component_name == "latent_lab_chart"
    data = unpack(proto.bytes)
    assert data["revision"] == "run 1"
    assert data["scale"] == "log"
    np.testing.assert_array_equal(data["lines"][0]["y"], [0.5, 0.25, np.nan])


def test_streamlit_still_ships_plotly_as_a_chunk() -> None:
    chunk = plotly_js.streamlit_chunk()
    assert chunk is not None, "Streamlit renamed its Plotly chunk: look at app/components/plotly_js"
    assert chunk.startswith("static/js/PlotlyChart.")


def test_plotly_py_still_ships_the_stand_in() -> None:
    import plotly

    assert (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").stat().st_size > 1e6


def test_payload_has_ranges_and_dots() -> None:
    line = Line(
        name="mean", x=[1, 2], y=[3, 4], low=[2, 3], high=[4, 5.5], dots=True, ids=["a", "b"]
    )
    (sent,) = unpack(pack(payload([line], panels=1)))["lines"]
    np.testing.assert_array_equal(sent["low"], [2, 3])
    np.testing.assert_array_equal(sent["high"], [4, 5.5])
    assert (sent["dots"], sent["ids"]) == (True, ["a", "b"])
    with pytest.raises(ValueError, match="one length"):
        payload([Line(name="mean", x=[1, 2], y=[3, 4], low=[2], high=[4, 5])], panels=1)


def test_a_press_is_news_once_and_names_a_point_that_is_there() -> None:
    def script() -> None:
        import streamlit as st

        from app.components.chart import Line, live_chart

        answer = live_chart(
            [Line(name="runs", x=[1, 2], y=[3, 4], dots=True, ids=["one", "two"])],
            key="dots",
            x_title="value",
            y_titles=["error"],
            revision="a",
            description="Dots.",
            log_x=True,
            x_ticks={1: "one", 2: "two"},
        )
        st.text(str(answer))

    at = AppTest.from_function(script).run()
    data = unpack(at.get("bidi_component")[0].proto.bytes)
    assert data["logX"] is data["closest"] is True
    assert data["xTicks"] == [{"value": 1, "name": "one"}, {"value": 2, "name": "two"}]
    at.session_state["dots:browser"] = {"pressed": {"number": 1, "id": "two"}}
    assert at.run().text[0].value == "two"
    assert unpack(at.get("bidi_component")[0].proto.bytes)["number"] == 1
    assert at.run().text[0].value == "None"
    at.session_state["dots:browser"] = {"pressed": {"number": 2, "id": "one"}}
    assert at.run().text[0].value == "one"
    for number, bad in enumerate(("three", None, 1, True, ["one"], {"id": "one"}, "x" * 10**5), 3):
        at.session_state["dots:browser"] = {"pressed": {"number": number, "id": bad}}
        assert at.run().text[0].value == "None"
        assert not at.exception
