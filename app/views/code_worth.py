"""Show what the code is worth: how well labels are read from it, and how it clusters by digit."""

from __future__ import annotations

import streamlit as st

from app.runs.export import save_as, save_run_as
from app.runs.file_names import file_name
from app.server.code_worth import measure_again, worths_of
from app.server.models import TrainedModel
from app.ui.charts import draw_chart
from app.ui.choice import choose_one
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.markdown import escape_markdown
from app.ui.result_first import controls, result_first, stacked_columns, words_of_result
from app.ui.source import formula_and_code
from app.views.code_worth_figures import CLASSIFIERS, by_epoch, by_labels, cluster_table, csv_of
from app.views.code_worth_words import (
    best_epoch,
    code_in_a_sentence,
    label_count,
    progress_in_words,
)
from core.analysis.clusters import adjusted_rand_index, k_means, normalised_mutual_information
from core.analysis.linear_probe import LinearProbe, linear_probe
from core.analysis.neighbours import nearest_neighbour_accuracy
from core.data.data_sets import DataSet
from core.execution.worth_queue import Worths
from core.runs.record import RunError
from core.training.code_worth import DRAWS, STARTS, label_counts
from core.training.code_worth import NEIGHBOURS as VOTES
from core.training.config import NO_CLASS

#: Seconds between two looks while something is measured.
EVERY = 2.0
#: The labels that the sentence is about; every run has more training digits.
SAID = 100
FORMULA = (
    r"\min_{W, b} \; -\frac{1}{N} \sum_{n=1}^{N} \log"
    r" \frac{e^{z_n^\top w_{y_n} + b_{y_n}}}{\sum_{c=0}^{9} e^{z_n^\top w_c + b_c}}"
    r" + \frac{1}{2N} \lVert W \rVert^2"
)


def draw(model: TrainedModel) -> None:
    """Draw what is read from the code, from PCA and from pixels, and how well each clusters.

    What is not known yet is measured in the background, and appears as it comes.
    """
    with result_first(
        f"How many labels does it take to read {_what(model.data)} from the code? Compare it with "
        f"{term('principal-component', 'PCA')} of as many numbers and with the pixels."
    ):
        worths = worths_of(model.record, model.epoch)
        with words_of_result("worth-sentence"):
            st.markdown(model.data.says(code_in_a_sentence(worths, model.epoch, SAID)))
        if worths.missing:
            _follow(model, worths)
        for problem in dict.fromkeys(worths.problems.values()):
            st.warning(escape_markdown(model.data.says(problem)))
        if worths.problems and st.button("Measure again", icon=":material/refresh:"):
            measure_again(model.record)
            st.rerun()
        _draw_results(model, worths)
    formula_and_code(
        FORMULA,
        [
            linear_probe,
            LinearProbe,
            nearest_neighbour_accuracy,
            k_means,
            adjusted_rand_index,
            normalised_mutual_information,
        ],
        note="z are codes, moved and scaled by one number so that the mean variance of their "
        "numbers is 1; y are labels, N is how many there are.",
    )


def _held_out(model: TrainedModel) -> str:
    """Return what is special where a class was held out of training; else nothing."""
    held_out = model.training.held_out
    if held_out == NO_CLASS:
        return ""
    return (
        f" The class {model.data.classes[held_out]} was held out of training. Here it has labels, "
        "too: they show whether the code tells apart what the model has never seen."
    )


def _what(data: DataSet) -> str:
    """Return what is read from codes."""
    return "digits" if data.shows_digits else "the class"


def _follow(model: TrainedModel, drawn: Worths) -> None:
    """Draw how far the measurement is; when more is known than was `drawn`, draw the page anew.

    The charts have no timer: to draw them every two seconds for a whole class takes time from the
    work that they wait for.
    """

    @st.fragment(run_every=EVERY)
    def bar() -> None:
        try:
            worths = worths_of(model.record, model.epoch)
        except RunError:
            st.rerun()  # the page says what is wrong, and has no timer
        if {*worths.missing} != {*drawn.missing}:
            st.rerun()
        share, words = progress_in_words(worths)
        st.progress(share, words)

    bar()


def _draw_results(model: TrainedModel, worths: Worths) -> None:
    """Draw both classifiers by labels, what is read by epoch, and the clusters."""
    for column, classifier in zip(stacked_columns("worth", 2), CLASSIFIERS, strict=True):
        with column:
            st.markdown(f"**{classifier}**")
            draw_chart(
                by_labels(worths, model, classifier),
                key=f"worth:labels:{classifier}",
                save_as=save_as(model, f"{classifier} by labels"),
            )
    st.caption(
        model.data.says(
            f"A {term('linear-probe')} is a linear classifier that is trained on the codes of "
            f"labelled training digits. The {term('k-nearest-neighbours')} takes the most frequent "
            f"label of the {VOTES} labelled digits nearest to a code. Both are tested on the "
            "10,000 test digits; guessing gives 10 %. As many digits of each class get a label; a "
            f"point with fewer labels than digits is the mean of {DRAWS} draws of these digits. "
            "The model itself was trained without labels."
        )
        + _held_out(model)
        + (
            f" The code is the mean of the {term('posterior')}."
            if model.model.has_posterior
            else ""
        )
    )
    left, right = stacked_columns("worth-below", 2)
    with left:
        if model.record.request.is_opened:
            st.subheader("By epoch")
            st.info("Opened weights are those of one moment, so there is no curve over epochs.")
        else:
            fragment(lambda: _draw_by_epoch(model, worths))()
    with right:
        _draw_clusters(model, worths)


def _draw_by_epoch(model: TrainedModel, worths: Worths) -> None:
    """Draw what is read from the codes after each kept epoch, with a chosen number of labels."""
    st.subheader("By epoch")
    chart = st.container()
    counts = label_counts(worths.digits)
    with controls("worth-epochs"):
        classifier = choose_one(
            "Read by",
            CLASSIFIERS,
            default=CLASSIFIERS[0],
            key="worth:classifier",
            link="by",
            help="The classifier that reads the labels from the codes.",
        )
        labels = choose_one(
            "Labels",
            counts,
            default=SAID,
            format_func=lambda count: label_count(count, worths.digits),
            key=f"worth:count:{worths.digits}",
            link="labels",
            help=model.data.says("How many training digits have a label."),
        )
    with chart:
        draw_chart(
            by_epoch(worths, model, str(classifier), int(labels)),
            key="worth:epochs",
            save_as=save_run_as(model.record, "what the code is worth by epoch"),
        )
        st.caption(best_epoch(worths, str(classifier), int(labels)))


def _draw_clusters(model: TrainedModel, worths: Worths) -> None:
    """Draw the table of how the clusters agree with the labels, and all numbers as a file."""
    st.subheader("Clusters without labels")
    st.table(cluster_table(worths, model), border="horizontal", hide_index=True)
    st.caption(
        f"{term('k-means')} divides the 10,000 test {model.data.nouns} into ten clusters, without "
        "labels. The "
        f"{term('adjusted-rand-index')} and the {term('normalised-mutual-information')} say how "
        "well the clusters agree with the labels: 1 is full agreement. Mean ± standard deviation "
        f"over {STARTS} starts of k-means."
    )
    st.download_button(
        "All numbers as CSV",
        csv_of(worths),
        f"{file_name(model.record, 'what the code is worth')}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="worth:csv",
        help="One row for each measurement: what was measured, at which epoch, with how many "
        "labels, in which draw or from which start.",
    )
