"""The figures that stand still: their axes, their levels and the names in them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from app.theme import BASELINE_COLOR, MODEL_COLORS
from app.ui.charts import activation_histogram, agreement_bars, class_heatmap, kl_bars
from app.ui.curve_names import apart
from app.ui.line_charts import Curve, curves_figure, noise_curves, unit_profiles
from app.ui.run_styles import BASELINE, LineStyle, run_styles
from app.views.rate_distortion import MIN_KL, RunPoint, rate_distortion, sides
from app.views.vae_learned import name_of_point, run_point
from core.data.data_sets import DATA_SETS, FASHION, MNIST
from core.training.config import TrainConfig
from models.vae import VAEConfig


def layout(figure: go.Figure) -> dict[str, Any]:
    """How a figure is laid out, as the browser gets it."""
    return figure.to_dict()["layout"]


def first_trace(figure: go.Figure) -> Any:
    """The bars or points of a figure with one kind of them."""
    return figure.data[0]


def point(name: str, kl: float, cross_entropy: float, chosen: bool = False) -> RunPoint:
    return RunPoint(name=name, kl=kl, cross_entropy=cross_entropy, chosen=chosen)


GALLERY = [
    point("β 0.001, 10 d", 18.3, 0.127, chosen=True),
    point("β 0.001, 2 d", 5.9, 0.191),
    point("β 0.01, 10 d", 3.6, 0.191),
]


BLUE = LineStyle("#0000ff")


def test_logarithmic_ticks_are_whole_decades() -> None:
    means = [np.array([0.4, 0.5]), np.array([0.02, 0.03])]
    axis = layout(unit_profiles(["a", "b"], means, [BLUE, BLUE], 0.05))["yaxis"]
    assert axis["ticktext"] == ["0.01", "0.1", "1"]
    assert axis["range"] == pytest.approx((-2, 0))


@pytest.mark.parametrize("values", [[0.0, 0.0], [1e-30, 0.03], [0.1, 0.1]])
def test_inactive_units_do_not_stretch_the_axis(values: list[float]) -> None:
    figure = unit_profiles(["a"], [np.array(values)], [BLUE], None)
    low, high = layout(figure)["yaxis"]["range"]
    assert -4.01 <= low < high <= 0.01


def test_activations_that_can_be_negative_have_a_linear_axis() -> None:
    figure = unit_profiles(["a"], [np.array([-0.9, 0.2])], [BLUE], None, (-1.0, 1.0))
    axis = layout(figure)["yaxis"]
    assert axis.get("type") != "log"
    low, high = axis["range"]
    assert low < -0.9 < 0.2 < high
    assert list(first_trace(figure).y) == [0.2, -0.9]


@pytest.mark.parametrize(
    ("limits", "title", "ends"),
    [
        ((0.0, 1.0), "Activation (0 to 1)", [0, 1]),
        ((-1.0, 1.0), "Activation (−1 to 1)", [-1, 1]),
        ((0.0, math.inf), "Activation (0 or more)", [0, 7]),
        ((-math.inf, math.inf), "Activation", [-2, 7]),
    ],
)
def test_a_histogram_spans_what_activations_can_be(
    limits: tuple[float, float], title: str, ends: list[float]
) -> None:
    codes = np.array([[0.5, max(limits[0], -2.0)], [min(limits[1], 7.0), 0.25]], np.float32)
    figure = activation_histogram(["a"], [codes], [BLUE], limits)
    axis = layout(figure)["xaxis"]
    assert axis["title"]["text"] == title
    assert list(axis["range"]) == pytest.approx(ends)
    assert sum(first_trace(figure).y) == pytest.approx(100), "no activation lies outside"


def test_units_that_are_never_active_have_a_histogram() -> None:
    figure = activation_histogram(["a"], [np.zeros((4, 2), np.float32)], [BLUE], (0.0, math.inf))
    assert list(layout(figure)["xaxis"]["range"]) == [0, 1]


def test_mean_activations_below_zero_are_told_from_zero() -> None:
    means = np.array([[0.5, -0.5]] * 10, np.float32)
    heatmap = first_trace(class_heatmap(means, DATA_SETS[MNIST]))
    assert (heatmap.zmin, heatmap.zmax) == (-0.5, 0.5)


def test_the_target_is_a_dashed_grey_line_with_its_name() -> None:
    figure = unit_profiles(["a"], [np.array([0.5, 0.6])], [BLUE], 0.05)
    target = figure.to_dict()["data"][1]
    assert (target["line"]["color"], target["line"]["dash"]) == (BASELINE_COLOR, "dash")
    assert list(target["y"]) == [0.05, 0.05]
    (words,) = (one for one in layout(figure)["annotations"] if one["text"] == "target ρ = 0.05")
    assert words["y"] == pytest.approx(math.log10(0.05)), "Plotly takes the logarithm here"


def test_curves_are_named_at_their_ends_and_not_in_a_legend() -> None:
    curves = [
        Curve(name="first", x=[0, 5], y=[1.0, 0.2], style=BLUE),
        Curve(name="a second one, much longer", x=[0, 9], y=[1.0, 0.201], style=BASELINE),
        Curve(name="gone", x=[0, 9], y=[math.nan, math.nan], style=BASELINE),
    ]
    figure = curves_figure(curves, x="Epoch", y="Error", hover="%{y}")
    assert layout(figure)["showlegend"] is False
    ends = [one for one in layout(figure)["annotations"] if one.get("xanchor") == "left"]
    ends = [one for one in ends if one.get("xref") != "paper"]
    assert [(one["x"], one["y"]) for one in ends] == [(5, 0.2), (9, 0.201)]
    assert ends[0]["font"]["color"] == BLUE.color
    assert ends[1]["yshift"] - ends[0]["yshift"] > 15, "they would lie on each other"
    assert layout(figure)["yaxis"]["range"][0] == 0, "zero is shown"
    assert list(layout(figure)["xaxis"]["range"]) == [0, 9]


def test_a_logarithmic_x_axis_has_a_tick_at_each_point() -> None:
    curve = Curve(name="one", x=[10, 100, 60_000], y=[1.0, 2.0, 3.0], style=BLUE)
    figure = curves_figure(
        [curve], x="labels", y="%", hover="%{y}", x_log=True, x_limits=(10, 60_000)
    )
    axis = layout(figure)["xaxis"]
    assert axis["type"] == "log"
    assert list(axis["ticktext"]) == ["10", "100", "60,000"]
    assert axis["range"] == pytest.approx((1, math.log10(60_000)))
    assert layout(figure)["annotations"][-1]["x"] == pytest.approx(math.log10(60_000))


def test_a_name_at_the_axis_stands_above_its_point_and_not_in_the_axis() -> None:
    curves = [
        Curve(name="high", x=[0, 5], y=[0.5, 1.0], style=BLUE),
        Curve(name="low", x=[0, 5], y=[0.01, 1.0], style=BASELINE),
    ]
    figure = curves_figure(curves, x="Epoch", y="Error", hover="%{y}", named_at=0)
    high, low = (
        next(one for one in layout(figure)["annotations"] if one["text"] == name)
        for name in ("high", "low")
    )
    assert high["yshift"] < 0, "below its point, where a rising curve is not"
    assert (low["yanchor"], low["yshift"]) == ("bottom", 0)


def test_each_curve_can_have_its_name_at_a_place_of_its_own() -> None:
    curves = [
        Curve(name="first", x=[0, 1, 2], y=[3.0, 0.5, 0.0], style=BLUE),
        Curve(name="second", x=[0, 1, 2], y=[0.0, 2.0, 0.0], style=BASELINE),
    ]
    figure = curves_figure(curves, x="Error", y="Share", hover="%{y}", named_at=[0, 1])
    places = {one["text"]: (one["x"], one["y"]) for one in layout(figure)["annotations"][1:]}
    assert places == {"first": (0, 3.0), "second": (1, 2.0)}


def test_a_logarithmic_axis_spans_whole_decades() -> None:
    curve = Curve(name="a", x=[0, 1, 2], y=[0.24, 0.0067, 0.0], style=BLUE)
    axis = layout(curves_figure([curve], x="Epoch", y="Error", hover="%{y}", log=True))["yaxis"]
    assert list(axis["range"]) == [-3, 0]
    assert list(axis["ticktext"]) == ["0.001", "0.01", "0.1", "1"]


def test_words_are_moved_apart_as_little_as_needed() -> None:
    assert apart([0.0, 100.0], [15, 15]).tolist() == [0, 100]
    found = apart([50.0, 50.0, 51.0], [15, 15, 30])
    assert found[1] - found[0] >= 14.9
    assert found[2] - found[1] >= 22.4
    assert found.mean() == pytest.approx(151 / 3)


def test_a_model_has_one_colour_and_two_of_its_runs_differ_in_the_dash() -> None:
    styles = run_styles(["sparse", "vae", "sparse"])
    assert [style.color for style in styles] == [
        MODEL_COLORS["sparse"],
        MODEL_COLORS["vae"],
        MODEL_COLORS["sparse"],
    ]
    assert [style.dash for style in styles] == ["solid", "solid", "dash"]


def test_units_stand_by_the_digit_for_which_they_are_most_active() -> None:
    means = np.zeros((10, 3), np.float32)
    means[7, 0], means[0, 1], means[3, 2] = 0.9, 0.5, 0.2
    heatmap = first_trace(class_heatmap(means, DATA_SETS[MNIST]))
    assert heatmap.customdata[0].tolist() == [1, 2, 0]
    assert heatmap.z[7].tolist() == pytest.approx([0, 0, 0.9])
    assert (heatmap.zmin, heatmap.zmax) == (0, pytest.approx(0.9))


def test_the_rows_of_the_heatmap_are_the_classes() -> None:
    clothes = class_heatmap(np.zeros((10, 3), np.float32), DATA_SETS[FASHION])
    assert first_trace(clothes).y == DATA_SETS[FASHION].classes
    assert "igit" not in str(clothes.to_dict())
    digits = class_heatmap(np.zeros((10, 3), np.float32), DATA_SETS[MNIST])
    assert first_trace(digits).y == tuple("0123456789")
    assert first_trace(digits).hovertemplate.startswith("digit %{y}: unit ")


def test_bars_have_the_names_of_the_sliders() -> None:
    figure = kl_bars([0.01, 2.0, 0.3, 0.05], 0.05)
    bars = first_trace(figure)
    assert bars.x == ("z1", "z2", "z3", "z0")
    assert bars.y == pytest.approx([2.0, 0.3, 0.05, 0.01])
    assert len({*bars.marker.color[:3]}) == 1, "from the limit on they are active"
    assert bars.marker.color[3] != bars.marker.color[0]
    (line,) = layout(figure)["shapes"]
    (words,) = (one for one in layout(figure)["annotations"] if "active" in one["text"])
    assert line["y0"] == words["y"] == 0.05
    assert (line["line"]["dash"], line["line"]["color"]) == ("dash", BASELINE_COLOR)


def test_all_runs_of_the_gallery_have_their_names() -> None:
    figure = rate_distortion(GALLERY)
    assert first_trace(figure).text == tuple(one.name for one in GALLERY)
    assert "type" not in layout(figure)["xaxis"]
    for axis in ("xaxis", "yaxis"):
        assert layout(figure)[axis]["range"][0] == 0, "zero is shown"


def test_a_far_run_does_not_squash_the_others() -> None:
    far = [*GALLERY, point("β 0, 10 d", 1400.0, 0.09), point("β 1, 10 d", 1e-6, 0.263)]
    figure = rate_distortion(far)
    axis, dots = layout(figure)["xaxis"], first_trace(figure)
    assert axis["type"] == "log"
    assert min(dots.x) == MIN_KL
    assert min(custom[1] for custom in dots.customdata) == 1e-6, "it says what it is"
    low, high = axis["range"]
    assert all(low < math.log10(x) < high for x in dots.x)
    gap = (math.log10(18.3) - math.log10(3.6)) / (high - low)
    assert gap > 0.1


def test_of_many_runs_on_one_spot_the_chosen_one_is_named() -> None:
    many = [point(f"β {number}, 10 d", 18.0, 0.127, chosen=number == 7) for number in range(30)]
    named = [text for text in first_trace(rate_distortion(many)).text if text]
    assert "β 7, 10 d" in named
    assert len(named) <= 4
    assert len(first_trace(rate_distortion([])).x) == 0


SIDES = ("top right", "bottom left", "bottom right", "top left")


def box(across: float, up: float, name: str, side: str) -> tuple[float, float, float, float]:
    """Return where a name lies beside a point: left, low, right, high, in shares of the chart."""
    width, height = 0.02 * len(name), 0.07
    left = across + 0.025 if side.endswith("right") else across - 0.025 - width
    low = up + 0.03 if side.startswith("top") else up - 0.03 - height
    return left, low, left + width, low + height


def test_names_lie_on_no_other_and_in_the_chart() -> None:
    random = np.random.default_rng(0)
    across, up = random.random((2, 40))
    name = "β 0.001, 10 d"
    found = sides(across, up, [name] * 40, first=[False] * 40)
    named = {index: side for index, side in enumerate(found) if side}
    boxes = {index: box(across[index], up[index], name, side) for index, side in named.items()}

    def is_free(index: int, side: str) -> bool:
        left, low, right, high = box(across[index], up[index], name, side)
        others = [other for other in range(40) if other != index]
        on_point = any(
            left - 0.0125 < across[other] < right + 0.0125
            and low - 0.015 < up[other] < high + 0.015
            for other in others
        )
        on_name = any(
            left < boxes[other][2]
            and boxes[other][0] < right
            and low < boxes[other][3]
            and boxes[other][1] < high
            for other in others
            if other in boxes
        )
        return min(left, low) >= 0 and max(right, high) <= 1 and not on_point and not on_name

    assert all(is_free(index, side) for index, side in named.items())
    for index in set(range(40)) - set(named):
        assert not any(is_free(index, side) for side in SIDES), "there was room for its name"
    assert set(named.values()) == set(SIDES)


def test_runs_that_say_nothing_are_no_points() -> None:
    training, config = TrainConfig(epochs=5), VAEConfig(latent_dim=2, kl_weight=0.0)

    def at(epoch: int, kl: float | None, cross_entropy: float | None) -> RunPoint | None:
        terms = {"kl_to_prior": kl, "cross_entropy": cross_entropy}
        last = {"epoch": epoch, "validation": terms}
        name = name_of_point(config, training, last)
        return run_point(name, last, chosen=False)

    assert at(5, None, None) is None
    assert at(5, 3.0, 7.0) is None
    done, going = at(5, 3.0, 0.2), at(2, 3.0, 0.2)
    assert done is not None
    assert going is not None
    assert (done.name, going.name) == ("β 0, 2 d", "β 0, 2 d, epoch 2")


def test_the_title_of_a_run_is_no_html() -> None:
    title = '<a href="https://evil.example">A & B</a>'
    codes = np.full((3, 2), 0.5, np.float32)
    curve = Curve(name=title, x=[0.0, 1.0], y=[0.1, 0.2], style=BLUE)
    figures = [
        unit_profiles([title], [codes.mean(axis=0)], [BLUE], None),
        activation_histogram([title], [codes], [BLUE]),
        noise_curves([curve], trained=None, x="Noise", most=1.0),
    ]
    names = [first_trace(figure).name for figure in figures]
    names += layout(agreement_bars([(title, 0.5)], ["red"]))["yaxis"]["ticktext"]
    ends = [one["text"] for figure in figures for one in layout(figure)["annotations"]]
    assert not any("<a" in text for text in ends)
    shown = '&lt;a href="https://evil.example"&gt;A &amp; B&lt;/a&gt;'
    assert names == [shown] * 4
