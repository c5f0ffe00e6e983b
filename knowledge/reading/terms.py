"""Reads of a document from when and until when it is in force, and where."""

import re
from calendar import monthrange
from datetime import date, timedelta

from knowledge.item import Audience
from knowledge.life import Terms
from knowledge.reading.document import Document

_DATE = r"((?:19|20)\d{2})\s?[年\-./]\s?(\d{1,2})\s?[月\-./]\s?(\d{1,2})\s?日?"
_SELF = r"本(?:办法|规定|细则|通知|意见|方案|条例|公告|通告|制度|规则|标准|规程|规范|决定|文件)"
_FROM = re.compile(rf"{_SELF}[^。；]{{0,12}}?(?:自|从){_DATE}起?(?:施行|实施|执行|生效|试行)")
_FROM_ISSUE = re.compile(
    rf"{_SELF}[^。；]{{0,12}}?自(?:发布|公布|印发|颁布)之日起(?:施行|实施|执行|生效|试行)"
)
_FROM_LINE = re.compile(rf"^(?:施行|实施|生效|执行)(?:日期|时间)\s*[:：]\s*{_DATE}")
_UNTIL_LINE = re.compile(
    rf"^(?:失效日期|废止日期|截止日期|有效期(?:限)?(?:截?至|到))\s*[:：]?\s*{_DATE}"
)
_UNTIL = re.compile(rf"{_SELF}[^。]{{0,60}}?有效期(?:限)?(?:为|是)?(?:截?至|到){_DATE}")
_ENDS = re.compile(rf"{_SELF}[^。]{{0,40}}?(?:自|于){_DATE}起?(?:废止|失效|停止执行)")
_SPAN = re.compile(
    rf"{_SELF}[^。]{{0,60}}?有效期(?:限)?(?:为|是)?([一二两三四五六七八九十\d]{{1,2}})年"
)
_NUMERALS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_PLACE = r"[\u4e00-\u9fff]{2,8}?"
_AREA = re.compile(
    rf"^((?:{_PLACE}(?:省|自治区))?(?:{_PLACE}(?:市|自治州|盟))?(?:{_PLACE}(?:区|县|旗))?"
    rf"(?:{_PLACE}(?:街道|镇|乡))?(?:{_PLACE}(?:社区|村))?)"
)
_OPENING = re.compile(r"^关于(?:修订|修改|调整|印发|发布|公布|做好|开展)*《?")
_NATION = ("国务院", "中华人民共和国", "全国人民代表大会", "中共中央")
_LABEL = re.compile(r"^适用(?:地区|范围|区域)\s*[:：]\s*(.{2,60}?)[。；]?$")


def terms_of(document: Document, *, audience: Audience) -> Terms:
    """Return what the text says of its own dates and place; a person may correct it later."""
    texts = [section.text for section in document.sections]
    effective = _effective(texts, document.issued)
    return Terms(
        title=document.title[:255],
        official_number=document.number[:100],
        issuer=document.issuer[:100],
        issued=document.issued,
        effective=effective,
        expires=_expires(texts, effective or document.issued),
        area=area_of([document.issuer, document.title], texts)[:100],
        audience=audience,
    )


def area_of(names: list[str], texts: list[str] | None = None) -> str:
    """Return the place that a text names for itself, or the place of its issuer or title."""
    for text in texts or ():
        for line in text.splitlines():
            if match := _LABEL.match(line.strip()):
                return match[1]
    for name in names:
        if name.startswith(_NATION):
            return "全国"
        match = _AREA.match(_OPENING.sub("", name))
        if match and match[1]:
            return match[1]
    return ""


def _effective(texts: list[str], issued: str) -> str:
    for text in texts:
        for line in text.splitlines():
            if match := _FROM_LINE.match(line.strip()) or _FROM.search(line):
                return _day(match)
            if _FROM_ISSUE.search(line):
                return issued
    return ""


def _expires(texts: list[str], begins: str) -> str:
    for text in texts:
        for line in text.splitlines():
            if match := _UNTIL_LINE.match(line.strip()) or _UNTIL.search(line):
                return _day(match)
            if match := _ENDS.search(line):
                ends = _day(match)
                return (date.fromisoformat(ends) - timedelta(days=1)).isoformat() if ends else ""
            if begins and (match := _SPAN.search(line)):
                return _after(begins, _number(match[1]))
    return ""


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return _NUMERALS.get(text, 0)
    return 10 * _NUMERALS.get(tens, 1) + _NUMERALS.get(ones, 0)


def _after(begins: str, years: int) -> str:
    """Return the last day of so many years that begin on a day."""
    day = date.fromisoformat(begins)
    if not years or day.year + years > 9999:
        return ""
    last = min(day.day, monthrange(day.year + years, day.month)[1])
    return (date(day.year + years, day.month, last) - timedelta(days=1)).isoformat()


def _day(match: re.Match[str]) -> str:
    """Return the date of a match, or an empty text where the calendar has no such day."""
    try:
        return date(*map(int, match.groups()[-3:])).isoformat()
    except ValueError:
        return ""
