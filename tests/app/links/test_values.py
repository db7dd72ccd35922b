"""Values of addresses: what the page writes is read back, and anything else is a short sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.components.player.link import rows_reader, unpack_rows
from app.digits.link import DigitsLink, read_digits
from app.links.places import read_moved, read_pick, read_point
from app.links.values import number, numbers_in, one_of, whole

READERS: list[Callable[[str], object]] = [
    whole("seed", 0, 2**31 - 1),
    number("noise", 0.0, 1.0),
    one_of("view", ["Map", "Generate"]),
    read_digits,
    read_point,
    read_pick,
    read_moved,
    rows_reader(1000),
]
NUMBERS = st.integers(-5, 2**40).map(str) | st.floats().map(str)
PARTS = st.sampled_from(["", "_", ".", "-", "c", "p", "n", "mine", "e", "é", "٣", "\x00", "A", "="])
TEXTS = st.text(max_size=60) | st.lists(PARTS | NUMBERS, max_size=8).map("".join)


@given(TEXTS)
def test_any_text_is_a_value_or_one_short_sentence(text: str) -> None:
    for read in READERS:
        try:
            read(text)
        except ValueError as error:
            said = str(error)
            assert 20 < len(said) < 200
            assert said.endswith((".", "…"))


def test_a_long_value_is_quoted_in_part() -> None:
    with pytest.raises(ValueError, match=r"^seed \(=9{40}…\) in the address") as error:
        whole("seed", 0, 9)("9" * 5000)
    assert len(str(error.value)) < 160


@pytest.mark.parametrize(
    "text", ["", "1.5", "1e3", "+1", "0x10", " 1", "1_000", "٣", "nan", "-1", "11", "9" * 400]
)
def test_no_whole_number_within_the_bounds(text: str) -> None:
    with pytest.raises(ValueError, match="whole number from 0 to 10"):
        whole("seed", 0, 10)(text)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "1.01", "-0.01", "0,5", ""])
def test_no_number_within_the_bounds(text: str) -> None:
    with pytest.raises(ValueError, match="number from 0 to 1"):
        number("noise", 0.0, 1.0)(text)


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0.0), ("1", 1.0), ("0.35", 0.35), ("5e-2", 0.05)]
)
def test_numbers_within_the_bounds(text: str, value: float) -> None:
    assert number("noise", 0.0, 1.0)(text) == value


def test_options_are_read_as_they_are() -> None:
    assert one_of("epoch", [0, 5, 50])("50") == 50
    with pytest.raises(ValueError, match="no choice of this page"):
        one_of("epoch", [0, 5, 50])("6")


def test_no_more_numbers_than_asked_for() -> None:
    assert numbers_in("3_1.25_7_-0.5", 4) == [3, 1.25, 7, -0.5]
    with pytest.raises(ValueError, match="at most 3 numbers"):
        numbers_in("3_1.25_7_-0.5", 3)


@given(
    st.builds(
        DigitsLink,
        way=st.sampled_from(["c", "r", "n", "u", "mine", "each"]),
        number=st.none() | st.integers(0, 99_999),
        more=st.none() | st.integers(1, 99_999),
    )
)
def test_chosen_digits_come_back(link: DigitsLink) -> None:
    assert read_digits(str(link)) == link


def test_places_of_maps_and_squares() -> None:
    assert read_point("0.25_1") == (0.25, 1)
    for text in ("0.25_1.01", "0.25", "0.25_0.5_0.5", "-0.1_0"):
        with pytest.raises(ValueError, match=r"point|place"):
            read_point(text)
    assert read_pick("p57").point == 57
    pick = read_pick("1.2_-0.5")
    assert (pick.x, pick.y, pick.point) == (1.2, -0.5, None)
    assert read_moved("3_1.25_0_-0.5") == {3: 1.25, 0: -0.5}
    for text in ("3", "256_1", "-1_1", "3_1_2"):
        with pytest.raises(ValueError, match="z"):
            read_moved(text)


#: Rows and their text, as `tests/browser/player_link.test.js` has them.
ROWS = [
    ((0,), "AA"),
    ((1, 2, 3), "AQAA"),
    ((127, 128), "fwA"),
    ((128, 129), "gAEA"),
    ((5, 700, 69_999), "BbYFsp0E"),
]


@pytest.mark.parametrize(("rows", "text"), ROWS)
def test_rows_as_the_browser_writes_them(rows: tuple[int, ...], text: str) -> None:
    assert unpack_rows(text) == rows
    assert rows_reader(70_000)(text) == rows


@pytest.mark.parametrize("text", ["", "gA", "A", "A A", "AA==", "_____w", "é"])
def test_what_holds_no_rows(text: str) -> None:
    with pytest.raises(ValueError, match="not digits of this map"):
        rows_reader(1000)(text)


def test_rows_that_the_map_has_not() -> None:
    with pytest.raises(ValueError, match="not digits of this map"):
        rows_reader(128)("gAEA")
