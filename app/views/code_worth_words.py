"""Say what a code is worth, with the numbers of the run that is shown."""

from __future__ import annotations

from statistics import mean

from app.ui.glossary import term
from app.views.code_worth_figures import reading_of, shares
from core.execution.worth_queue import Worths
from core.training.code_worth import Kind
from models import PIXELS


def code_in_a_sentence(worths: Worths, epoch: int, labels: int) -> str:
    """Say what a linear classifier reads with so many labels from the code, PCA and pixels."""
    code = worths.epochs.get(epoch)
    if code is None:
        if epoch in worths.problems:
            return "How much a linear classifier reads from this code could not be measured."
        return (
            f"How much a linear classifier reads with {labels} labels will stand here when it is "
            "measured."
        )
    own = reading_of(code, labels).probe
    said = (
        f"With {labels} labels a {term('linear-probe', 'linear classifier')} reads "
        f"**{_percent(own)}** of the test digits from the code's {_numbers(worths.numbers)}"
    )
    others: list[str] = []
    if worths.pca is not None:
        read = reading_of(worths.pca, labels).probe
        others.append(f"from PCA's {_numbers(worths.numbers)} {_percent(read)}")
    if worths.pixels is not None:
        read = reading_of(worths.pixels, labels).probe
        others.append(f"from all {PIXELS} pixels {_percent(read)}")
    said += f"; {', '.join(others)}." if others else "."
    if worths.pca is not None:
        pca = reading_of(worths.pca, labels).probe
        wins = sum(mine > other for mine, other in zip(own, pca, strict=True))
        said += (
            f" The code is better than PCA in {wins or 'none'} of {len(own)} draws of {labels} "
            "labelled digits."
        )
    return said


def best_epoch(worths: Worths, classifier: str, labels: int) -> str:
    """Say after which of the kept epochs the most is read with so many labels, and how much."""
    found = {
        epoch: mean(shares(reading_of(worth, labels), classifier))
        for epoch, worth in worths.epochs.items()
    }
    if not found:
        if not any(isinstance(kind, int) for kind in worths.missing):
            return "No epoch could be measured."
        return "The curve appears here when the first epoch is measured."
    best = max(sorted(found), key=lambda epoch: found[epoch])
    first = min(found)
    said = (
        f"With {label_count(labels, worths.digits)} labels the most is read after epoch {best}: "
        f"{100 * found[best]:.1f} %"
    )
    if first != best:
        untrained = "from the untrained code" if first == 0 else f"after epoch {first}"
        said += f"; {untrained} {100 * found[first]:.1f} %"
    return f"{said}."


def progress_in_words(worths: Worths) -> tuple[float, str]:
    """Return how much is measured, 0 to 1, and what is measured now."""
    known = len(worths.epochs) + (worths.pca is not None) + (worths.pixels is not None)
    total = known + len(worths.missing) + len(worths.problems)
    share = (total - len(worths.missing) + worths.share) / total
    words = (
        f"Measuring {_in_words(worths.missing[0])}; {total - len(worths.missing)} of {total} are "
        "done. The work goes on if you leave this page."
    )
    if worths.others:
        others = "another run" if worths.others == 1 else f"{worths.others} other runs"
        words += f" It takes turns with {others}."
    return share, words


def label_count(labels: int, digits: int) -> str:
    """Return a number of labels as a choice shows it."""
    return f"all {labels:,}" if labels == digits else f"{labels:,}"


def _in_words(kind: Kind) -> str:
    if isinstance(kind, int):
        return f"the codes after epoch {kind}"
    return "PCA" if kind == "PCA" else "the pixels"


def _percent(values: tuple[float, ...]) -> str:
    return f"{100 * mean(values):.1f} %"


def _numbers(count: int) -> str:
    return f"{count} numbers" if count > 1 else "one number"
