"""Words around the subject of a short question, and how a line shows what is asked for."""

import re

NAMES = re.compile(r"社区|物业|居委|违[法规]|合法|法律|规定|罚")  # no matter by themselves
WHETHER = re.compile(r"(\w)[不没]\1")
_BEFORE = re.compile(r"^(?:那么?|要是|如果|我要?|想|选|就|办理?|是|的|[\W_])+")
_BEHIND = re.compile(
    r"(?:那个|这个|那种|那项|的话|怎么样|办理?|什么?|啥|要|呢|的|吧|吗|啊|呀|嘛|了|行|[\W_])+$"
)
# How a line of a card shows what the card has no place of its own for, by the facet.
SHOWN = {
    "hours": re.compile(r"\d[:点].*\d[:点]|(?:办公|上班)时间|周[一二三四五六日末]"),
    "online": re.compile(r"网上|线上|掌上|小程序|预约"),
    "validity": re.compile(r"有效期"),
}


def without_lead(plain: str) -> str:
    """Return the words without those that only lead up to a name (那, 我要)."""
    return _BEFORE.sub("", plain)


def bare_name(plain: str) -> str:
    """Return the name in a few words (首次 in 那首次的呢)."""
    return _BEHIND.sub("", without_lead(plain.strip()))
