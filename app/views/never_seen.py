"""What it has never seen: other pictures through a model, and how well scores give them away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from torch import Tensor

from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.digits.choose import chosen_test_digits
from app.digits.unseen import Unseen, unseen_by
from app.runs.export import save_as
from app.server.models import BY_ID_AND_EPOCH, TrainedModel
from app.server.novelty import reference
from app.theme import BASELINE_COLOR, LINE_COLORS, YARDSTICK_COLOR, model_color
from app.ui.charts import draw_chart, lay_out
from app.ui.choice import choose_one
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.line_charts import Curve, curves_figure
from app.ui.result_first import controls, result_first, stacked_columns
from app.ui.run_styles import BASELINE, LineStyle
from app.ui.source import formula_and_code
from core.analysis.latent import encode, reconstruct, reconstruction_errors
from core.analysis.novelty import Novelty, NoveltyReference
from core.analysis.roc import RocCurve
from core.execution.turns import heavy_work
from core.training.config import NO_CLASS

#: So many pictures of either kind are scored: their share is exact to about one percent.
SCORED = 1000
SHOWN = 10
#: The share of false alarms at which a sentence says how many are noticed.
FALSE_ALARMS = 0.05
_BINS = 50
#: What a picture is judged by, and the field of `Novelty` that holds it.
SCORES = {
    "error": "error",
    "distance of the code": "distance",
    "novelty score": "percentile",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """The novelty of pictures of a kind that a model knows, and of others, new to it."""

    known: tuple[Novelty, ...]
    new: tuple[Novelty, ...]

    def columns(self, name: str) -> tuple[Tensor, Tensor]:
        """Return a field of `Novelty` for the known and for the new pictures, float64 each."""
        known, new = (
            torch.tensor([getattr(each, name) for each in kind], dtype=torch.float64)
            for kind in (self.known, self.new)
        )
        return known, new

    @property
    def curves(self) -> dict[str, RocCurve]:
        """Return the ROC curve of each score, by its name on the page."""
        return {title: RocCurve.of(*self.columns(name)) for title, name in SCORES.items()}


def draw(model: TrainedModel) -> None:
    """Draw pictures that the model has never seen, what it makes of them, and the ROC curves."""
    data = model.data
    with result_first(
        f"The model learned from {_learned(model)} alone. What comes out when something else goes "
        f"in? A large {term('mse', 'error')} can serve as an alarm: the picture is of a kind that "
        "the model does not know."
    ):

        @fragment
        def view() -> None:
            pictures = st.container()
            with controls("never-seen"):
                unseen, draws = _choose(unseen_by(model))
            with pictures:
                _draw_pictures(model, unseen, draws)
            st.subheader(f"Does a score tell {unseen.words} from {_known(model)}?")
            _draw_scores(model, unseen)

        view()
    note = (
        "To hold a class out of training, choose it under More settings where a model is trained: "
        "then the view shows what the model makes of that class."
    )
    formula_and_code(
        r"e(x) = \frac{1}{784} \lVert \hat x - x \rVert^2, \qquad \mathrm{AUC} = "
        rf"P\left(e(x_{{\text{{new}}}}) > e(x_{{\text{{{data.noun}}}}})\right)",
        [reconstruction_errors, NoveltyReference.judge, RocCurve.of],
        note=note,
    )


def _choose(groups: list[Unseen]) -> tuple[Unseen, int]:
    """Draw the choice of what the model has never seen; return it, and how often to draw anew."""
    titles = {group.title: group for group in groups}
    title = choose_one(
        "Pictures",
        list(titles),
        default=groups[0].title,
        key=f"never-seen:{','.join(titles)}",
        persist_state="session",
        wrap=True,
        help="Test pictures of another data set, or of the class that was held out of training.",
        width="content",
    )
    draws = st.session_state.setdefault("never-seen:draws", 0)
    if st.button("Others", icon=":material/shuffle:", key="never-seen:others"):
        draws += 1
        st.session_state["never-seen:draws"] = draws
    return titles.get(title, groups[0]), draws


def _draw_pictures(model: TrainedModel, unseen: Unseen, draws: int) -> None:
    """Draw some of the pictures, what the model makes of them, and how new they are to it."""
    pool = unseen.indices()
    picked = np.random.default_rng(draws).choice(len(pool), SHOWN, replace=False)
    chosen = chosen_test_digits(pool[picked], unseen.data)
    rebuilt = reconstruct(model.model, chosen.pixels)
    errors = reconstruction_errors(model.model, chosen.pixels)
    found = reference(model).judge(errors, encode(model.model, chosen.pixels))
    digit_tiles(
        [
            TileRow(title="Input", pictures=to_uint8(chosen.pixels)),
            TileRow(title="Output", pictures=to_uint8(rebuilt)),
            TileRow(
                title="Difference: orange is ink it added, blue is ink it left out",
                pictures=difference(chosen.pixels.numpy(), rebuilt.numpy()),
                colors="diverging",
            ),
        ],
        key="never-seen:pictures",
        description="Pictures that the model has never seen, and its reconstructions.",
        captions=[f"{each.error:.4f}" for each in found],
        names=[
            f"{name}, error {each.error:.4f}, novelty {_percent(each.percentile)}"
            for name, each in zip(chosen.names, found, strict=True)
        ],
        save_as=save_as(model, f"never seen {unseen.title}"),
    )
    least = min(each.percentile for each in found)
    st.caption(
        "Below each picture: mean squared error per pixel. The lowest "
        f"{term('novelty', 'novelty score')} of these {len(found)} is {_percent(least)}: that "
        f"share of {_known(model)} is less unusual."
    )


def _draw_scores(model: TrainedModel, unseen: Unseen) -> None:
    """Draw how the errors of both kinds are spread, and the ROC curve of each score."""
    scores = _scores(model, unseen)
    curves = scores.curves
    known, new = scores.columns("error")
    left, right = stacked_columns("never-seen-charts", 2)
    with left:
        st.markdown("**Errors**")
        draw_chart(
            _errors_figure(known, new, model, unseen),
            key="never-seen:errors",
            save_as=save_as(model, f"errors of {unseen.title}"),
        )
    with right:
        st.markdown(f"**{term('roc', 'ROC')}**")
        draw_chart(
            _roc_figure(curves, model, unseen),
            key="never-seen:roc",
            save_as=save_as(model, f"ROC of {unseen.title}"),
        )
    st.markdown(_in_words(known, new, curves, model, unseen))


def _errors_figure(known: Tensor, new: Tensor, model: TrainedModel, unseen: Unseen) -> go.Figure:
    most = float(torch.cat([known, new]).quantile(0.995))
    edges = np.linspace(0, most, _BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    shares = [100 * np.histogram(errors.numpy(), edges)[0] / len(errors) for errors in (known, new)]
    return curves_figure(
        [
            Curve(
                name=_known(model), x=middles, y=shares[0], style=LineStyle(model_color(model.name))
            ),
            Curve(name=unseen.words, x=middles, y=shares[1], style=LineStyle(BASELINE_COLOR)),
        ],
        x="Mean squared error per pixel",
        y="Share of the pictures (%)",
        hover="%{y:.1f} % have an error near %{x:.4f}",
    )


def _roc_figure(curves: Mapping[str, RocCurve], model: TrainedModel, unseen: Unseen) -> go.Figure:
    figure = go.Figure()
    colors = (model_color(model.name), YARDSTICK_COLOR, LINE_COLORS[0])
    for (title, curve), color, dash in zip(
        curves.items(), colors, ("solid", "dot", "dash"), strict=True
    ):
        figure.add_scatter(
            name=f"{title}: area {curve.area:.3f}",
            x=(100 * curve.false_positives).tolist(),
            y=(100 * curve.true_positives).tolist(),
            mode="lines",
            line={"color": color, "dash": dash, "width": 2.5},
            hovertemplate="%{y:.1f} % noticed with %{x:.1f} % false alarms<extra></extra>",
        )
    figure.add_scatter(
        name="chance: area 0.5",
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"color": BASELINE.color, "dash": "dashdot", "width": 1.5},
        hoverinfo="skip",
    )
    lay_out(
        figure,
        x=f"False alarms (% of {_known(model)})",
        y=f"Noticed (% of {unseen.words})",
    )
    # No curve that is worth a look comes near the lower right corner.
    figure.update_layout(legend={"x": 1, "y": 0.02, "xanchor": "right", "yanchor": "bottom"})
    figure.update_xaxes(range=[-1, 101])
    figure.update_yaxes(range=[-1, 103])
    return figure


def _in_words(
    known: Tensor,
    new: Tensor,
    curves: Mapping[str, RocCurve],
    model: TrainedModel,
    unseen: Unseen,
) -> str:
    """Return what the errors and the curves say, as sentences with their numbers."""
    best = max(curves, key=lambda title: curves[title].area)
    noticed = 100 * curves[best].noticed(FALSE_ALARMS)
    return (
        f"The mean error is **{new.mean():.4f}** for {len(new):,} {unseen.words} and "
        f"**{known.mean():.4f}** for {len(known):,} {_known(model)}. The area under the curve is "
        "the chance that one of the first scores higher than one of the second: "
        + ", ".join(f"{curve.area:.3f} by {title}" for title, curve in curves.items())
        + f". By {best}, {noticed:.0f} % of the {unseen.words} are noticed with "
        f"{100 * FALSE_ALARMS:.0f} % false alarms."
    )


@st.cache_resource(
    max_entries=16,
    show_spinner="Scoring pictures …",
    hash_funcs={**BY_ID_AND_EPOCH, Unseen: lambda unseen: (unseen.data.name, unseen.label)},
)
def _scores(model: TrainedModel, unseen: Unseen) -> Scores:
    judge = reference(model)
    places = unseen.indices()[:SCORED]
    new = digits_of(unseen, places)
    test, held_out = model.test, model.training.held_out
    known = test.pixels[(test.labels != held_out).nonzero()[:, 0][:SCORED]]
    with heavy_work:
        judged = [
            tuple(judge.judge(reconstruction_errors(model.model, x), encode(model.model, x)))
            for x in (known, new)
        ]
    return Scores(known=judged[0], new=judged[1])


def digits_of(unseen: Unseen, places: Tensor) -> Tensor:
    """Return the pictures at these places of an unseen group's data set, (N, 784)."""
    return chosen_test_digits(places, unseen.data).pixels


def _learned(model: TrainedModel) -> str:
    held_out = model.training.held_out
    if held_out == NO_CLASS:
        return model.data.kind
    return f"{model.data.kind} without the class {model.data.classes[held_out]}"


def _known(model: TrainedModel) -> str:
    return "test digits" if model.data.shows_digits else f"test pictures of {model.data.kind}"


def _percent(share: float) -> str:
    """Return a share in percent, in which only all of them is 100."""
    percent = 100 * share
    return f"{percent:.0f} %" if percent > 99.95 or percent < 99 else f"{percent:.1f} %"
