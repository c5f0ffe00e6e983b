"""How long each step may take: urgency and level to a deadline over the duty calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import yaml

from actions.tickets.ticket import Level

PATH = Path(__file__).with_name("clocks.yml")
Length = Mapping[str, int]  # one unit: {"work_days": 3}


@lru_cache(maxsize=1024)
def _published(day: date) -> bool | None:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # the package's word for a year that is not announced yet
        return None


class DutyCalendar:
    """Counts working time (工作时, 工作日) with public holidays and 调休 working weekends."""

    def __init__(self, *, opens: time, closes: time, timezone: ZoneInfo) -> None:
        self._opens, self._closes, self._timezone = opens, closes, timezone

    def is_workday(self, day: date) -> bool:
        """Return whether people are on duty; years without a published calendar go by weekday."""
        published = _published(day)
        return day.weekday() < 5 if published is None else published

    def is_known(self, day: date) -> bool:
        """Return whether the holidays of this day's year are published."""
        return _published(day) is not None

    def is_on_duty(self, moment: datetime) -> bool:
        """Return whether somebody is at work at this moment."""
        return self._on_duty(moment) == moment

    def after_work(self, start: datetime, span: timedelta) -> datetime:
        """Return when ``span`` of duty time has passed since ``start``, in UTC."""
        at, left = self._on_duty(start), span
        while True:
            closing = datetime.combine(at.date(), self._closes, self._timezone)
            if at + left <= closing:
                return (at + left).astimezone(start.tzinfo)
            left -= closing - at
            at = self._on_duty(closing)

    def after_days(self, start: datetime, days: int) -> datetime:
        """Return the same time ``days`` working days later; off duty counts as next opening."""
        at = self._on_duty(start)
        day = at.date()
        while days:
            day += timedelta(days=1)
            days -= self.is_workday(day)
        return datetime.combine(day, at.time(), self._timezone).astimezone(start.tzinfo)

    def worked(self, begin: datetime, end: datetime) -> timedelta:
        """Return how much duty time lies between two moments."""
        at, total = self._on_duty(begin), timedelta()
        while at < end:
            closing = datetime.combine(at.date(), self._closes, self._timezone)
            total += min(closing, end) - at
            at = self._on_duty(closing)
        return total

    def _on_duty(self, moment: datetime) -> datetime:
        """Return the moment itself if somebody is on duty then, or else the next opening."""
        at = moment.astimezone(self._timezone)
        if self.is_workday(at.date()):
            if at.time() < self._opens:
                return datetime.combine(at.date(), self._opens, self._timezone)
            if at.time() < self._closes:
                return at
        day = at.date() + timedelta(days=1)
        while not self.is_workday(day):
            day += timedelta(days=1)
        return datetime.combine(day, self._opens, self._timezone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """When a ticket has to be acknowledged, fed back and resolved, and why then."""

    acknowledge: datetime
    feedback: datetime
    due_at: datetime
    due_basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """While a ticket's clocks stood still."""

    began: datetime
    ended: datetime


class Clocks:
    """The table of ``clocks.yml`` over one duty calendar."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table
        duty = table["duty"]
        self.calendar = DutyCalendar(
            opens=time.fromisoformat(duty["opens"]),
            closes=time.fromisoformat(duty["closes"]),
            timezone=ZoneInfo(duty["timezone"]),
        )
        self._timezone = ZoneInfo(duty["timezone"])

    def deadlines(self, urgency: int, level: Level, start: datetime) -> Deadlines:
        """Return the deadlines of a ticket of this urgency and level that starts now."""
        length = self.length("resolve", urgency, level)
        due_at = self._after(start, length)
        return Deadlines(
            acknowledge=self._after(start, self.length("acknowledge", urgency, level)),
            feedback=self._after(start, self.length("feedback", urgency, level)),
            due_at=due_at,
            due_basis=self._basis(urgency, level, length, due_at),
        )

    def extended(self, due_at: datetime) -> datetime:
        """Return the deadline after its one extension."""
        return self._after(due_at, self._table["extension"])

    def after_pause(self, deadline: datetime, pause: Pause, length: Length) -> datetime:
        """Return a deadline after its clock stood still, counted as the clock counts.

        Only duty time was lost to a clock of working time; a night or a weekend was not.
        """
        if any(unit.startswith("work") for unit in length):
            lost = self.calendar.worked(pause.began, pause.ended)
            return self.calendar.after_work(deadline, lost)
        return deadline + (pause.ended - pause.began)

    def follow_up_until(self, resolved_at: datetime) -> datetime:
        """Return until when the reporter may say whether it is solved."""
        return self._after(resolved_at, self._table["follow_up"])

    def reopen_until(self, settled_at: datetime) -> datetime:
        """Return until when the reporter may have it reopened."""
        return self._after(settled_at, self._table["reopen"])

    def length(self, step: str, urgency: int, level: Level) -> Length:
        """Return how long ``acknowledge``, ``feedback`` or ``resolve`` may take."""
        entry: dict[str, Any] = self._table[step][urgency]
        chosen: Length = entry.get(level.value, entry)
        return chosen

    def _after(self, start: datetime, length: Length) -> datetime:
        (unit, count), *_ = length.items()
        if unit == "work_days":
            return self.calendar.after_days(start, count)
        if unit == "work_hours":
            return self.calendar.after_work(start, timedelta(hours=count))
        return start + timedelta(**{unit: count})

    def _basis(self, urgency: int, level: Level, length: Length, due_at: datetime) -> str:
        (unit, count), *_ = length.items()
        words = self._table["basis"]
        text: str = words["text"].format(
            urgency=words["urgencies"][urgency],
            level=level.label,
            length=words[unit].format(n=count),
        )
        last = due_at.astimezone(self._timezone).date()
        if unit.startswith("work") and not self.calendar.is_known(last):
            text += words["beyond"].format(year=last.year)
        return text


@cache
def load_clocks(path: Path = PATH) -> Clocks:
    """Return the clocks of ``clocks.yml``, read once."""
    return Clocks(yaml.safe_load(path.read_text(encoding="utf-8")))
