"""Reads the numbers of a text, alike however they are written, with what turns them round."""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

MANY = Decimal(10) ** 16  # a longer number is compared by its digits

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
# Words with a numeral in them that count nothing.
_IDIOMS = re.compile(
    rf"(?<![\d{_NUMERAL}])(?:一般|一定|一起|一些|一下|一样|一直|一并|一律|一旦|一致|一切|一边|一方面"
    "|统一|唯一|同一|之一|万一|进一步|第一时间|一次性|一站式|一体|一网通办|一件事|千万(?=[不别要])"
    "|十分(?![钟之])|百姓)"
)
_UNITS = (
    "个工作日|工作日|个自然日|自然日|平方米|周岁|公里|公斤|个月|小时|分钟|个小时|个百分点|星期|人次"
    "|元|块|圆|日|天|月|年|岁|周|点|时|分|秒|米|吨|级|户|层|楼|栋|号|室|人|名|份|张|次|条|款|项|章|节|页|本|件|套"
    "|档|折|倍|度|个|家|种|只|辆|台|步|%|‰"
)
_SAME_UNIT = {
    "天": "日", "个自然日": "日", "自然日": "日", "个工作日": "工作日", "周岁": "岁", "块": "元",
    "圆": "元", "个小时": "小时", "时": "点", "名": "人", "星期": "周",
}  # fmt: skip
_NUMBER = re.compile(
    rf"(?P<ordinal>第)?(?P<percent>百分之)?"
    rf"(?P<figure>\d+(?:\.\d+)?|[{_NUMERAL}]+(?:点[零〇一二三四五六七八九]+)?|半)"
    rf"(?P<scale>[百千万亿]{{0,2}})(?P<half>半)?(?P<unit>{_UNITS})?(?P<more>半(?![价数]))?"
)
# What stands before or after a number and turns it round: 5日内 is not 5日后.
_BEFORE = {
    "least": "至少|最少|不少于|不低于|不小于", "most": "最多|至多|不超过|不高于|不多于|不大于",
    "over": "(?<!不)(?:超过|高于|大于|多于)", "under": "不足|未满|不满|(?<!不)(?:低于|小于|少于)",
    "full": "(?<![不未])满",
}  # fmt: skip
_AFTER = {
    "up": "以上", "down": "以下", "within": "以内|之内|内(?!容)", "before": "以前|之前|前",
    "after": "以后|之后|后|起",
}  # fmt: skip
_LEAD = re.compile(
    "(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _BEFORE.items()) + ")$"
)
_TAIL = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _AFTER.items()))
_RATE = re.compile("每(?:一)?(?P<unit>平方米|季度|小时|月|年|日|天|周|人|户|次|份|证|元|米)")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?!\d)")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_CALL = re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}|1\d{2}-?\d{4}-?\d{4})(?!\d)")
_ENUMERATED = re.compile(rf"[(][\d{_NUMERAL}]{{1,3}}[)]")
_RANGE = re.compile(r"[至到~\-—－]+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit; two that mean the same are equal (五天, 5 日).

    ``bounds`` are what turns a number round, such as 至少 before it and 以内 after it.
    """

    value: str
    unit: str
    bounds: tuple[str, str] = ("", "")


def folded(text: str) -> str:
    """Return a text with figures, dates and hours written in one way."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _GROUPED.sub("", re.sub(r"[ \t\u3000]+", "", plain))
    plain = _DATE.sub(lambda d: f"{d[1]}年{int(d[2])}月{int(d[3])}日", plain)
    plain = _CLOCK.sub(
        lambda c: f"{int(c[1])}点{int(c[2])}分" if int(c[2]) else f"{c[1]}点", plain
    )
    return _CALL.sub(lambda c: c[0].replace("-", ""), plain)


def figures(text: str) -> list[Figure]:
    """Return the numbers of a text in their order, alike however they are written."""
    plain = _ENUMERATED.sub("\u0000", _IDIOMS.sub("\u0000", folded(text)))
    found: list[Figure] = []
    end = -1
    for match in _NUMBER.finditer(plain):
        figure = _figure(match)
        if figure is None:
            continue
        if found and not found[-1].unit and _RANGE.fullmatch(plain[end : match.start()]):
            found[-1] = replace(found[-1], unit=figure.unit)  # 80至89周岁
        found.append(replace(figure, bounds=_bounds(plain, match)))
        end = match.end()
    return found


def without_figures(text: str) -> str:
    """Return a text with its numbers cut out."""
    return _NUMBER.sub("\u0000", text)


def rates(text: str) -> set[str]:
    """Return what sums and times are counted by (每月, 每人)."""
    units = {found["unit"] for found in _RATE.finditer(text)}
    return {_SAME_UNIT.get(unit, unit) for unit in units}


def _bounds(text: str, match: re.Match[str]) -> tuple[str, str]:
    lead = _LEAD.search(text[max(0, match.start() - 3) : match.start()])
    tail = _TAIL.match(text, match.end())
    return (str(lead.lastgroup) if lead else "", str(tail.lastgroup) if tail else "")


def numeral(words: str) -> Decimal | None:
    """Return the value of a Chinese numeral (两百五十, 一百零八万); None if it is none."""
    whole, point, rest = words.partition("点")
    if point:
        before = numeral(whole)
        digits = "".join(str(_DIGITS[sign]) for sign in rest)
        return None if before is None else Decimal(f"{before}.{digits}")
    if not set(words) & {*_SCALES, *_LARGE}:
        return Decimal("".join(str(_DIGITS[sign]) for sign in words))
    return _scaled(words)


def _scaled(words: str) -> Decimal | None:
    total = section = digit = 0
    for sign in words:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _SCALES:
            section, digit = section + (digit or 1) * _SCALES[sign], 0
        else:
            if not (section or digit or total):
                return None
            total = (total + section + digit) * _LARGE[sign]
            section = digit = 0
    return Decimal(total + section + digit)


def _figure(match: re.Match[str]) -> Figure | None:
    value = _value(match["figure"])
    if value is None:
        return None
    for sign in match["scale"] or "":
        value *= _SCALES.get(sign) or _LARGE.get(sign, 1)
    if match["half"] or match["more"]:
        value += Decimal("0.5")
    unit = "%" if match["percent"] else match["unit"] or ""
    if len(match["figure"]) > 1 and match["figure"].startswith("0") and "." not in match["figure"]:
        return Figure(match["figure"], "")  # a telephone number begins with its zero
    written = match["figure"] if value >= MANY else f"{value.normalize():f}"
    return Figure(written, "第" if match["ordinal"] and not unit else _SAME_UNIT.get(unit, unit))


def _value(words: str) -> Decimal | None:
    if words == "半":
        return Decimal("0.5")
    try:
        return Decimal(words)
    except InvalidOperation:
        return numeral(words)


def is_same(one: Figure, other: Figure) -> bool:
    """Return whether two figures agree; a text may leave out a unit, and 满."""
    leads = {other.bounds[0]} | ({""} if other.bounds[0] == "full" else set())
    return (
        one.value == other.value
        and one.unit in {other.unit, ""}
        and one.bounds[0] in leads
        and one.bounds[1] in {other.bounds[1], ""}
    )
