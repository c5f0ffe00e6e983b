"""Days and hours as people in China read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(at: datetime) -> str:
    """Return the day, without the year."""
    return at.astimezone(SHANGHAI).strftime("%-m月%-d日")


def hour(at: datetime) -> str:
    """Return the day and the time of day."""
    return at.astimezone(SHANGHAI).strftime("%-m月%-d日 %H:%M")
