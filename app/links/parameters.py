"""Every parameter of an address, in one table.

An address holds what a page shows and nothing that is as it is at first. Names are short, since
links are sent around; controls that are never on a page together share one.
"""

from __future__ import annotations

from dataclasses import dataclass

from models import MODELS


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of the address.

    Attributes:
        about: What it says.
        is_step: Whether another value is a step in the browser's history, to which Back leads.
        is_always_there: Whether a page that shows anything has one. An address that lacks it is
            completed, which is no step.
        in_browser: Whether a component keeps it up to date in the browser, so that moving it needs
            no run of the script.
    """

    about: str
    is_step: bool = False
    is_always_there: bool = False
    in_browser: bool = False


PARAMETERS: dict[str, Parameter] = {
    "run": Parameter(about="id of the run", is_step=True, is_always_there=True),
    "sweep": Parameter(about="id of the sweep", is_step=True, is_always_there=True),
    "view": Parameter(about="what the run is looked at with", is_step=True),
    "compare": Parameter(about="ids of the runs side by side", is_step=True),
    "lesson": Parameter(about="lesson and step of the course", is_step=True),
    "data": Parameter(about="data set"),
    "model": Parameter(about="model, where it has no run yet"),
    "epoch": Parameter(about="epoch after which a model is looked at"),
    # Choices of a view.
    "digits": Parameter(about="test digits, see `app.digits.link`"),
    "from": Parameter(about="first digit, or where the code starts"),
    "to": Parameter(about="second digit"),
    "tl": Parameter(about="digit at the top left"),
    "tr": Parameter(about="digit at the top right"),
    "bl": Parameter(about="digit at the bottom left"),
    "br": Parameter(about="digit at the bottom right"),
    "with": Parameter(about="id of the run beside the chosen one"),
    **{f"with{n}": Parameter(about=f"id of run {n} beside the chosen one") for n in range(1, 6)},
    **{
        f"with-{model}": Parameter(about=f"id of the {model} run that looks at a digit")
        for model in MODELS
    },
    "mode": Parameter(about="mode of a view"),
    "show": Parameter(about="what a view shows"),
    "path": Parameter(about="path between two codes"),
    "kind": Parameter(about="kind of noise, or of unseen pictures"),
    "others": Parameter(about="how often other pictures were drawn"),
    "seed": Parameter(about="seed of random codes"),
    "plane": Parameter(about="plane of a map: two dimensions"),
    "rank": Parameter(about="unit of a histogram, by its mean activation"),
    "term": Parameter(about="number that curves or bars show"),
    "over": Parameter(about="horizontal axis of curves"),
    "on": Parameter(about="data of curves"),
    "by": Parameter(about="classifier that reads labels"),
    "labels": Parameter(about="how many digits have a label"),
    "pca": Parameter(about="PCA beside the maps"),
    "way": Parameter(about="where a digit comes from"),
    "prepared": Parameter(about="how a digit is prepared"),
    "map": Parameter(about="id of the t-SNE run that a digit is placed on"),
    "optimizer": Parameter(about="optimiser whose map it is"),
    "models": Parameter(about="how many runs are side by side"),
    # The table of runs.
    "search": Parameter(about="words that runs must have"),
    "family": Parameter(about="model of the listed runs"),
    "pictures": Parameter(about="data set of the listed runs"),
    "state": Parameter(about="state of the listed runs"),
    "whose": Parameter(about="whose runs are listed"),
    "order": Parameter(about="order of the listed runs"),
    # What components keep.
    "noise": Parameter(about="strength of noise", in_browser=True),
    "temperature": Parameter(about="temperature of random codes", in_browser=True),
    "z": Parameter(about="numbers of a code that were moved", in_browser=True),
    "at": Parameter(about="place on a square or on a map", in_browser=True),
    "frame": Parameter(about="picture of a film, or iteration of maps", in_browser=True),
    "pick": Parameter(about="picked picture", in_browser=True),
    "pick2": Parameter(about="picked picture of the second row", in_browser=True),
    "point": Parameter(about="digit that is followed on maps", in_browser=True),
    "lasso": Parameter(about="digits that are selected on maps", in_browser=True),
    "step": Parameter(about="step of a staircase", in_browser=True),
}

#: Characters of a value that are read; the rest of a longer one is cut off.
LONGEST = 2000
