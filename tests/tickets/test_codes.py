"""Numbers and codes people read out."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from actions.tickets.codes import (
    ALPHABET,
    check_character,
    new_code,
    number_for,
    parse_code,
    parse_number,
    spoken,
)

bodies = st.text(st.sampled_from(ALPHABET), min_size=8, max_size=8)


def test_the_number_carries_the_date_in_shanghai() -> None:
    late = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai

    assert number_for(late, 123) == "20261122-000123"


@given(
    st.datetimes(timezones=st.just(UTC)).filter(lambda now: 1999 < now.year < 9999),
    st.integers(1, 999999),
)
def test_every_number_is_found_in_what_people_write(now: datetime, sequence: int) -> None:
    number = number_for(now, sequence)

    assert parse_number(f"我的工单{number}怎么样了") == number
    assert parse_number(number.replace("-", "")) == number
    assert parse_number(number.replace("-", "-")) == number


@given(st.text())
def test_the_number_parser_takes_any_text(text: str) -> None:
    number = parse_number(text)

    assert number is None or len(number) == 15


def test_a_longer_row_of_digits_is_no_number() -> None:
    assert parse_number("110101199003070000") is None


@given(bodies)
def test_a_code_is_read_in_any_spelling(body: str) -> None:
    code = body + check_character(body)

    assert parse_code(f" {spoken(code).lower()} ") == code


@given(bodies, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(body: str, place: int, wrong: str) -> None:
    code = body + check_character(body)
    changed = code[:place] + wrong + code[place + 1 :]

    assert (parse_code(changed) == code) == (wrong == code[place])
    assert wrong == code[place] or parse_code(changed) is None


def test_two_neighbours_that_change_places_are_nearly_always_noticed() -> None:
    pairs = [(first, second) for first in ALPHABET for second in ALPHABET if first != second]

    missed = sum(
        check_character(f"{before}{first}{second}") == check_character(f"{before}{second}{first}")
        for before in ALPHABET
        for first, second in pairs
    )

    assert missed / (len(pairs) * len(ALPHABET)) < 0.005


@given(st.text(max_size=40))
def test_the_code_parser_takes_any_text(text: str) -> None:
    code = parse_code(text)

    assert code is None or parse_code(code) == code


def test_new_codes_differ_and_hold_no_look_alikes() -> None:
    codes = {new_code() for _ in range(2000)}

    assert len(codes) == 2000
    assert not set("".join(codes)) & set("01OILU")
    assert all(parse_code(code) == code for code in codes)
