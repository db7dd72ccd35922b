"""Draw pictures that a model has never seen, its answers, and how well scores tell them apart."""

from __future__ import annotations

import math
from collections.abc import Mapping

import streamlit as st
from torch import Tensor

from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.digits.choose import drawn, times_others
from app.digits.chosen import chosen_test_digits
from app.digits.unseen import Unseen, unseen_by
from app.runs.export import save_as
from app.server.models import TrainedModel
from app.server.novelty import reference
from app.ui.charts import draw_chart
from app.ui.choice import choose_one
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.result_first import controls, result_first, stacked_columns
from app.ui.source import formula_and_code
from app.views.never_seen_charts import errors_figure, roc_figure
from app.views.never_seen_scores import check_finite, known_pictures, scores_of
from core.analysis.latent import encode, reconstruct, reconstruction_errors
from core.analysis.novelty import NoveltyReference
from core.analysis.roc import RocCurve
from core.training.config import NO_CLASS

SHOWN = 10
#: The share of false alarms at which a sentence says how many are noticed.
FALSE_ALARMS = 0.05


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
            st.subheader(f"Does a score tell {unseen.words} from {known_pictures(model)}?")
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
        link="kind",
        persist_state="session",
        wrap=True,
        help="Test pictures of another data set, or of the class that was held out of training.",
        width="content",
    )
    return titles.get(title, groups[0]), times_others("never-seen", link="others")


def _draw_pictures(model: TrainedModel, unseen: Unseen, draws: int) -> None:
    """Draw some of the pictures, what the model makes of them, and how new they are to it."""
    chosen = chosen_test_digits(drawn(unseen.indices(), SHOWN, draws), unseen.data)
    rebuilt = reconstruct(model.model, chosen.pixels)
    errors = (rebuilt - chosen.pixels).square().mean(dim=1)
    codes = encode(model.model, chosen.pixels)
    check_finite(model, errors, codes)
    found = reference(model).judge(errors, codes)
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
        "Below each picture: mean squared error per pixel. Each of these "
        f"{len(found)} has a {term('novelty', 'novelty score')} of {_percent(least)} or more: so "
        f"many of the {known_pictures(model)} are less unusual."
    )


def _draw_scores(model: TrainedModel, unseen: Unseen) -> None:
    """Draw how the errors of both kinds are spread, and the ROC curve of each score."""
    scores = scores_of(model, unseen)
    curves = scores.curves
    known, new = scores.known["error"], scores.new["error"]
    left, right = stacked_columns("never-seen-charts", 2)
    with left:
        st.markdown("**Errors**")
        draw_chart(
            errors_figure(known, new, model, unseen),
            key="never-seen:errors",
            save_as=save_as(model, f"errors of {unseen.title}"),
        )
    with right:
        st.markdown(f"**{term('roc', 'ROC')}**")
        draw_chart(
            roc_figure(curves, model, unseen),
            key="never-seen:roc",
            save_as=save_as(model, f"ROC of {unseen.title}"),
        )
    st.markdown(_in_words(known, new, curves, model, unseen))


def _in_words(
    known: Tensor,
    new: Tensor,
    curves: Mapping[str, RocCurve],
    model: TrainedModel,
    unseen: Unseen,
) -> str:
    """Return what the errors and the curves say, as sentences with their numbers."""
    of_new, of_known = unseen.words, known_pictures(model)
    said = (
        f"The mean error is **{new.mean():.4f}** for {len(new):,} {of_new} and "
        f"**{known.mean():.4f}** for {len(known):,} {of_known}. The area under the curve is the "
        f"chance that one of the {of_new} scores higher than one of the {of_known}: "
        + ", ".join(f"{curve.area:.3f} by {title}" for title, curve in curves.items())
        + ". "
    )
    below = [title for title, curve in curves.items() if curve.area < 0.5]
    if below:
        said += (
            f"An area below 0.5 is worse than a guess: by {' and '.join(below)}, the model finds "
            f"the {of_new} less unusual than the {of_known}. "
        )
    noticed = [
        f"{100 * curve.noticed(FALSE_ALARMS):.0f} % by {title}" for title, curve in curves.items()
    ]
    return (
        f"{said}With {100 * FALSE_ALARMS:.0f} % false alarms, so many of the {of_new} are noticed: "
        f"{', '.join(noticed)}."
    )


def _learned(model: TrainedModel) -> str:
    held_out = model.training.held_out
    if held_out == NO_CLASS:
        return model.data.kind
    return f"{model.data.kind} without the class {model.data.classes[held_out]}"


def _percent(share: float) -> str:
    """Return a share in percent, rounded down: only all of them is 100 %."""
    percent = 100 * share
    if share == 1 or percent < 99:
        return f"{math.floor(percent)} %"
    return f"{math.floor(10 * percent) / 10:.1f} %"
