"""The address of a session: when it counts, what controls take of it, and what it says then."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from app.links import address
from app.links.parameters import LONGEST, PARAMETERS
from app.navigation import PAGES
from app.server import history
from tests.app.conftest import OpenPage, texts


def _page() -> None:
    """A page with a choice, a number below it in a part of its own, and what a component keeps."""
    import streamlit as st

    from app.links.address import address_of, ask, problem
    from app.links.values import number
    from app.server.history import came_back
    from app.ui.choice import choose_one
    from app.ui.fragments import fragment
    from app.ui.linked import linked_number, linked_toggle

    def part() -> None:
        if linked_toggle("PCA", link="pca", key="page:pca"):
            linked_number("Seed", 0, 9, 3, link="seed", key="page:seed")

    with address_of("page", came_back=came_back()):
        choose_one("View", ["a", "b"], default="a", key="page:view", link="view")
        fragment(part)()
        noise = ask("noise", "page:noise", number("noise", 0.0, 1.0))
        st.caption(f"noise {noise.value}")
    st.caption(f"problem {problem()}")


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=60)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    assert not app.exception
    return app


def query(app: AppTest) -> dict[str, str]:
    """The address as it is now, each parameter once."""
    return {
        name: text[-1] if isinstance(text, list) else text
        for name, text in app.query_params.items()
    }


def test_what_is_as_at_first_stays_out() -> None:
    app = opened()
    assert query(app) == {}
    app.button_group[0].set_value("b").run()
    assert query(app) == {"view": "b"}
    app.button_group[0].set_value("a").run()
    assert query(app) == {}


def test_a_link_sets_every_control_and_no_warning_is_drawn() -> None:
    app = opened(view="b", pca="1", seed="7", noise="0.25")
    assert app.button_group[0].value == "b"
    assert app.number_input[0].value == 7
    assert app.caption[0].value == "noise 0.25"
    assert not app.warning
    assert query(app) == {"view": "b", "pca": "1", "seed": "7", "noise": "0.25"}
    app.number_input[0].set_value(8).run()
    assert app.number_input[0].value == 8, "the address counts once"
    assert query(app)["seed"] == "8"


def test_a_control_that_is_gone_takes_its_parameter_along() -> None:
    app = opened(pca="1", seed="7")
    app.toggle[0].set_value(False).run()
    assert query(app) == {}
    app.toggle[0].set_value(True).run()
    assert app.number_input[0].value == 3, "a link counts once"


def _two() -> None:
    """Two controls that share a parameter, as in two views."""
    import streamlit as st

    from app.links.address import address_of
    from app.ui.linked import linked_number

    with address_of("page", came_back=False):
        name = "second" if st.session_state.get("turn") else "first"
        linked_number(name, 0, 9, 3, link="seed", key=name)


def test_a_link_is_for_the_control_that_it_came_for() -> None:
    app = AppTest.from_function(_two, default_timeout=60)
    app.query_params["seed"] = "7"
    app.run()
    assert app.number_input[0].value == 7
    app.session_state["turn"] = True
    app.run()
    assert (app.number_input[0].label, app.number_input[0].value) == ("second", 3)


def test_back_shows_what_the_address_does_not_name_as_at_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = opened(view="b", pca="1", seed="7")
    monkeypatch.setattr(history, "came_back", lambda: True)
    for name in ("view", "seed"):
        del app.query_params[name]
    app.run()
    assert app.button_group[0].value == "a"
    assert app.number_input[0].value == 3
    assert query(app) == {"pca": "1"}
    assert not app.warning


def test_a_link_within_the_lab_leaves_what_it_does_not_name() -> None:
    app = opened(pca="1", seed="7")
    app.query_params["view"] = "b"
    del app.query_params["seed"]
    app.run()
    assert app.number_input[0].value == 7
    assert query(app) == {"view": "b", "pca": "1", "seed": "7"}


@pytest.mark.parametrize(("seconds", "shown"), [(60.0, "a"), (0.0, "b")])
def test_an_address_that_was_just_left_does_not_count(
    seconds: float, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "STALE_SECONDS", seconds)
    app = opened(pca="1")
    app.button_group[0].set_value("b").run()
    app.button_group[0].set_value("a").run()
    app.query_params["view"] = "b"  # as a browser sends it that has not heard of the change
    app.run()
    assert app.button_group[0].value == shown


def test_an_old_address_counts_once_the_browser_has_the_new_one() -> None:
    app = opened(pca="1")
    app.button_group[0].set_value("b").run()
    app.button_group[0].set_value("a").run()
    app.run()  # with the address of the page
    app.query_params["view"] = "b"
    app.run()
    assert app.button_group[0].value == "b"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("view", "nonsense", "view (=nonsense) in the address is no choice of this page"),
        ("noise", "7", "noise (=7) in the address must be a number from 0 to 1"),
        ("pca", "yes", "pca (=yes) in the address must be a whole number from 0 to 1"),
    ],
)
def test_a_bad_value_is_a_sentence_until_something_is_chosen(
    name: str, text: str, said: str
) -> None:
    app = opened(**{name: text})
    assert app.caption[-1].value.startswith(f"problem {said}")
    assert set(query(app)) <= {"noise"}, "which its component takes out"
    app.run()
    assert said in app.caption[-1].value, "the next rerun may come at once"
    app.button_group[0].set_value("b").run()
    assert app.caption[-1].value == "problem"


def test_unknown_parameters_are_dropped() -> None:
    app = opened(evil="1", view="b")
    assert query(app) == {"view": "b"}
    assert app.caption[-1].value == "problem"


def test_a_long_value_is_told_in_part() -> None:
    app = opened(noise="0." + "1" * LONGEST, view="b")
    said = app.caption[-1].value
    assert said.startswith("problem noise (=0.111")
    assert len(said) < 200


HOSTILE = [
    "",
    "-1",
    "1e400",
    "nan",
    "٣",
    "../../etc",
    "<script>",
    "%00",
    "c99",
    "n99999",
    "p9",
    "_",
]


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    asked=st.dictionaries(
        st.sampled_from([name for name in PARAMETERS if name not in ("run", "view")]),
        st.sampled_from(HOSTILE) | st.text(max_size=30),
    )
)
@pytest.mark.parametrize(
    ("page", "fixed"),
    [
        ("vae", {"run": "vae", "view": "Generate"}),
        ("vae", {"run": "vae", "view": "Interpolate"}),
        ("vae", {"run": "vae", "view": "Latent sliders"}),
        ("vae", {"run": "vae", "view": "Map"}),
        ("autoencoders", {"run": "compression", "view": "Reconstruct"}),
        ("runs", {}),
        ("tsne", {}),
        ("digit", {}),
    ],
)
def test_anybody_can_write_any_address(
    page: str, fixed: dict[str, str], open_page: OpenPage, asked: dict[str, str]
) -> None:
    app = open_page(page, **{**asked, **fixed})  # which raises nothing
    assert len([warning for warning in app.warning if "in the address" in warning.value]) <= 1
    assert "Traceback" not in texts(app)


def test_every_page_leaves_the_parameters_of_others(open_page: OpenPage) -> None:
    every = {name: "1" for name in PARAMETERS if name not in ("run", "sweep", "compare")}
    for page in PAGES:
        app = open_page(page.name, **every)
        kept = set(query(app))
        assert kept <= {"run", "sweep", "data", "epoch", "pca", "frame", "point", "step", "search"}


def test_the_parameters_have_different_short_names() -> None:
    assert all(
        len(name) <= 16 and name == parse_qs(f"{name}=1").popitem()[0] for name in PARAMETERS
    )
