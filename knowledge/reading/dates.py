"""Days as Chinese texts write them: 2024年3月1日, 2024-03-01, 二〇二四年三月一日."""

import re
from datetime import date

from knowledge.reading.numerals import counted

# The pattern of a day with three groups: year, month and day of the month.
DAY = (
    r"((?:19|20)\d{2}|[一二][一二三四五六七八九〇○零OＯ]{3})\s?[年\-./]"
    r"\s?(\d{1,2}|[一二三四五六七八九十]{1,2})\s?[月\-./]"
    r"\s?(\d{1,2}|[一二三四五六七八九十廿卅]{1,3})\s?日?"
)
_DAY = re.compile(DAY)


def day_of(year: str, month: str, day: str) -> str:
    """Return the groups of ``DAY`` as ISO, or an empty text where no calendar has such a day."""
    try:
        return date(counted(year), counted(month), counted(day)).isoformat()
    except ValueError:
        return ""


def iso_day(text: str) -> str:
    """Return the first day in a text as ISO, or an empty text."""
    match = _DAY.search(text)
    return "" if match is None else day_of(*match.groups())


def is_day(text: str) -> bool:
    """Return whether a text is nothing but a day of the calendar."""
    return _DAY.fullmatch(text) is not None and bool(iso_day(text))
