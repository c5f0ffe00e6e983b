"""Deadlines over the duty calendar."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from actions.tickets.clocks import Pause, load_clocks
from actions.tickets.ticket import Level

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("urgency", "level", "start", "due"),
    [
        (1, Level.GRID, "2026-06-06T23:00", "2026-06-07T01:00"),  # danger knows no weekend
        (2, Level.STREET, "2026-06-05T18:00", "2026-06-06T18:00"),
        (3, Level.GRID, "2026-06-01T12:00", "2026-06-02T12:00"),
        (3, Level.COMMUNITY, "2026-06-04T10:00", "2026-06-09T10:00"),  # over a weekend
        (
            3,
            Level.STREET,
            "2026-09-28T10:00",
            "2026-10-13T10:00",
        ),  # over 国庆, with a worked Saturday
        (3, Level.COMMUNITY, "2026-09-18T10:00", "2026-09-22T10:00"),  # 20 Sept is a worked Sunday
        (3, Level.COMMUNITY, "2026-06-06T10:00", "2026-06-11T08:30"),  # Saturday counts as Monday
        (4, Level.GRID, "2026-06-01T20:00", "2026-06-22T08:30"),  # 端午 is off duty
    ],
)
def test_a_deadline_counts_what_its_urgency_counts(
    urgency: int, level: Level, start: str, due: str
) -> None:
    assert load_clocks().deadlines(urgency, level, local(start)).due_at == local(due)


def test_working_hours_run_on_the_next_morning() -> None:
    deadlines = load_clocks().deadlines(3, Level.GRID, local("2026-06-05T16:30"))

    assert deadlines.acknowledge == local("2026-06-08T11:30")  # 1 h on Friday, 3 h on Monday


def test_the_basis_says_what_was_counted() -> None:
    deadlines = load_clocks().deadlines(3, Level.COMMUNITY, local("2026-06-04T10:00"))

    assert deadlines.due_basis == "一般·社区:3个工作日内办结"


def test_a_year_without_published_holidays_is_counted_by_weekday_and_says_so() -> None:
    deadlines = load_clocks().deadlines(3, Level.COMMUNITY, local("2035-10-01T10:00"))

    assert deadlines.due_at == local("2035-10-04T10:00")
    assert "2035年的节假日安排尚未公布" in deadlines.due_basis


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("urgency", [1, 2, 3, 4])
def test_every_urgency_and_level_has_its_deadlines_in_order(urgency: int, level: Level) -> None:
    start = local("2026-06-01T09:00")

    deadlines = load_clocks().deadlines(urgency, level, start)

    assert start < deadlines.acknowledge <= deadlines.feedback <= deadlines.due_at


@pytest.mark.parametrize(
    ("urgency", "level", "clock", "moved_to"),
    [
        (3, Level.COMMUNITY, "resolve", "2026-06-09T16:31"),  # 30 min on Friday, 1 on Monday
        (3, Level.GRID, "resolve", "2026-06-12T07:31"),  # counted round the clock
        (3, Level.GRID, "acknowledge", "2026-06-09T16:31"),
        (2, Level.GRID, "feedback", "2026-06-12T07:31"),
    ],
)
def test_a_pause_counts_what_its_clock_counts(
    urgency: int, level: Level, clock: str, moved_to: str
) -> None:
    clocks = load_clocks()
    pause = Pause(began=local("2026-06-05T17:00"), ended=local("2026-06-08T08:31"))
    length = clocks.length(clock, urgency, level)

    moved = clocks.after_pause(local("2026-06-09T16:00"), pause, length)

    assert moved == local(moved_to)


def test_a_pause_over_days_counts_their_duty_only() -> None:
    calendar = load_clocks().calendar

    assert calendar.worked(local("2026-06-05T10:00"), local("2026-06-09T10:00")) == timedelta(
        hours=18
    )
    assert calendar.worked(local("2026-06-06T10:00"), local("2026-06-07T10:00")) == timedelta()


def test_the_windows_of_the_reporter_are_one_working_day_and_three_days() -> None:
    friday = local("2026-06-05T15:00")

    assert load_clocks().follow_up_until(friday) == local("2026-06-08T15:00")
    assert load_clocks().reopen_until(friday) == friday + timedelta(hours=72)
