"""Which run a page shows, where the address and what was pressed differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.links import address
from tests.app.conftest import OpenPage, copied

MINE = "20260701-120500-compression-a0"


@pytest.mark.parametrize(("seconds", "shown"), [(60.0, MINE), (0.0, "compression")])
def test_an_address_that_the_page_has_just_left_leads_nowhere(
    seconds: float, shown: str, open_page: OpenPage, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "STALE_SECONDS", seconds)
    copied(runs, "compression", MINE)
    app = open_page("autoencoders", run="compression")
    app.selectbox[0].select(app.selectbox[0].options[1]).run()
    assert app.query_params["run"] in (MINE, [MINE])
    # A rerun that a timer of the browser has asked for before it had the new address.
    app.query_params["run"] = "compression"
    app.run()
    assert not app.exception
    assert app.query_params["run"] in (shown, [shown])
    assert app.selectbox[0].value == shown


def _picks() -> None:
    """A page on which Start has shown another run, while a list for the run before was drawn."""
    from app.links.address import address_of
    from app.runs import picker

    with address_of("page", came_back=False):
        picker.show_run("page", "group", "started")
        picker._show_picked("page", "group", drawn_for="before", picked="before")


def test_a_list_that_was_drawn_for_the_run_before_leads_nowhere() -> None:
    app = AppTest.from_function(_picks).run()

    assert not app.exception
    assert app.query_params["run"] in ("started", ["started"])


def test_an_address_that_another_data_set_has_replaced_leads_nowhere(
    open_page: OpenPage, runs: Path
) -> None:
    app = open_page("autoencoders", run="fashion-compression")
    app.button_group(key="data:autoencoders").set_value("mnist").run()
    assert app.query_params["run"] in ("compression", ["compression"])
    # A rerun with the address from before, as a timer of the browser may have asked for it.
    app.query_params["run"] = "fashion-compression"
    app.query_params["data"] = "fashion"
    app.run()
    assert app.query_params["run"] in ("compression", ["compression"])
    assert app.button_group(key="data:autoencoders").value == "mnist"


def test_a_data_set_to_which_a_visitor_comes_back_shows_the_run_chosen_there(
    open_page: OpenPage, runs: Path
) -> None:
    copied(runs, "compression", MINE)
    app = open_page("autoencoders")
    app.selectbox[0].select(next(o for o in app.selectbox[0].options if "Gallery" not in o)).run()
    assert app.selectbox[0].value == MINE
    app.button_group(key="data:autoencoders").set_value("fashion").run()
    assert app.selectbox[0].value == "fashion-compression"
    app.button_group(key="data:autoencoders").set_value("mnist").run()
    assert app.selectbox[0].value == MINE
    assert app.query_params["run"] in (MINE, [MINE])
