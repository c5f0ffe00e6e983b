"""When a failed delivery is tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from actions.tickets.retry import SCHEDULE_S, RetryPolicy, parse_retry_after

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


def test_the_pauses_are_those_of_the_contract() -> None:
    policy = RetryPolicy(max_attempts=9)

    pauses = [policy.pause(attempts, chance=0) for attempts in range(1, 9)]

    seconds = [pause.total_seconds() for pause in pauses if pause]
    assert seconds == [5, 300, 1800, 7200, 18000, 36000, 36000, 36000]


@given(st.integers(1, 11), st.floats(0, 1))
def test_jitter_only_ever_waits_longer(attempts: int, chance: float) -> None:
    pause = RetryPolicy().pause(attempts, chance=chance)

    assert pause is not None
    planned = SCHEDULE_S[min(attempts, 6)]
    assert planned <= pause.total_seconds() <= planned * 1.2 + 1e-6


def test_the_last_attempt_has_no_next() -> None:
    assert RetryPolicy(max_attempts=3).pause(3, chance=0) is None


@pytest.mark.parametrize(("asked", "waited"), [(2, 5), (90, 90), (10**9, 86400)])
def test_what_the_target_asks_for_is_honoured_within_a_day(asked: float, waited: float) -> None:
    pause = RetryPolicy().pause(1, chance=0, retry_after_s=asked)

    assert pause == timedelta(seconds=waited)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Mon, 01 Jun 2026 04:02:00 GMT", 120),
        ("Mon, 01 Jun 2026 03:00:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@given(st.text())
@example("0\x1f")  # a blank to strip, and none to float
def test_any_retry_after_is_survived(value: str) -> None:
    seconds = parse_retry_after(value, NOW)

    assert seconds is None or seconds >= 0
