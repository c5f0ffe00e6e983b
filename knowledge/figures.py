"""Reads the numbers of a text, alike however they are written, with what turns them round."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

MANY = Decimal(10) ** 16  # a longer number is compared by its digits

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
# 大写: how sums are written on receipts. Alone these are also parts of names (队伍, 大陆).
_FORMAL = dict(
    zip("壹贰貳叁肆伍陆陸柒捌玖拾佰仟萬億", "一二二三四五六六七八九十百千万亿", strict=True)
)
_FORMAL_RUN = re.compile(
    rf"[{''.join(_FORMAL)}]+(?=[万亿元圆角份张次个名户天日月年岁])|[{''.join(_FORMAL)}]{{2,}}"
)
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
# Words with a numeral in them that count nothing.
_IDIOMS = re.compile(
    rf"(?<![\d{_NUMERAL}])(?:一般|一定|一起|一些|一下|一样|一直|一并|一律|一旦|一致|一切|一边|一方面"
    "|统一|唯一|同一|之一|万一|进一步|第一时间|一次性|一站式|一体|一网通办|一件事|千万(?=[不别要])"
    "|十分(?![钟之])|百姓)"
)
_UNITS = (
    "个工作日|工作日|个自然日|自然日|平方米|立方米|周岁|公里|公斤|个月|小时|分钟|个小时|个百分点|星期|人次"
    "|美元|港元|港币|欧元|日元|英镑|个?季度|学期|号楼|号院|单元|毫升|毫米|厘米|千米|千克|千瓦|公顷|课时|人份"
    "|元|块|圆|角|毛|日|天|月|年|岁|周|点|时|分|秒|米|吨|级|户|层|楼|栋|号|室|人|名|份|张|次|条|款|项|章|节|页|本|件|套"
    "|档|折|倍|度|个|家|种|只|辆|台|步|寸|斤|克|升|亩|幢|座|期|批|笔|位|岁|厘|代|类|成|%|‰"
)
_SAME_UNIT = {
    "天": "日", "个自然日": "日", "自然日": "日", "个工作日": "工作日", "周岁": "岁", "块": "元",
    "圆": "元", "个小时": "小时", "时": "点", "名": "人", "位": "人", "星期": "周", "毛": "角",
    "个季度": "季度", "季": "季度", "港币": "港元",
}  # fmt: skip
# 上万, 几百, 数十, 成千上万; not 人数十人, 以上百分之十.
_VAGUE = (
    "(?:(?<![以网线])上(?!百分)[百千万亿]|(?<![人户次份件总个基倍指])数(?!百分)[十百千万亿]"
    "|几[十百千万亿]|成[百千]上[千万])[百千万亿]*"
)
_NUMBER = re.compile(
    rf"(?P<ordinal>第)?(?P<percent>百分之)?"
    rf"(?P<figure>(?P<vague>{_VAGUE}|几(?={_UNITS}))"
    rf"|\d+(?:\.\d+)?|[{_NUMERAL}]+(?:点[零〇一二三四五六七八九]+)?|半)"
    rf"(?P<scale>[百千万亿]{{0,2}})(?P<half>半)?(?P<odd>[多余来](?={_UNITS}))?"
    rf"(?P<unit>{_UNITS})?(?P<more>半(?![价数]))?"
)
# What may follow a number that has no unit; any other character is taken for its unit.
_NO_UNIT = frozenset("的至到及或和与并且起前后内外以之为是在上下不则可就即都也按由从每等左")
_PLAIN_DIGITS = frozenset("一二两三四五六七八九零〇")
# What stands before or after a number and turns it round: 5日内 is not 5日后.
_BEFORE = {
    "least": "至少|最少|不少于|不低于|不小于", "most": "最多|至多|不超过|不高于|不多于|不大于",
    "over": "(?<!不)(?:超过|高于|大于|多于)", "under": "不足|未满|不满|(?<!不)(?:低于|小于|少于)",
    "full": "(?<![不未])满", "about": "大约|大概|差不多|将近|约|近",
}  # fmt: skip
_AFTER = {
    "up": "以上", "down": "以下", "within": "以内|之内|内(?!容)", "before": "以前|之前|前",
    "after": "以后|之后|后|起", "about": "左右|上下",
}  # fmt: skip
_LEAD = re.compile(
    "(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _BEFORE.items()) + ")$"
)
_TAIL = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _AFTER.items()))
_PERIODS = frozenset({"月", "年", "季度", "日", "周", "小时", "学期", "半年", "一次性"})
_COUNTED = (
    "平方米|立方米|半年|季度|学期|小时|月|年|季|日|天|周|星期|人|户|次|份|证|元|米|件|张|本|辆|个"
)
_RATE = re.compile(
    rf"每一?(?:个(?=[月季学小]))?(?P<each>{_COUNTED})"
    rf"|[/·](?P<slash>{_COUNTED})"
    "|[按逐](?P<by>半年|季度|学期|小时|月|年|季|日|天|周|人|户|次|件|份)(?!龄|限|初|底|末)"
    "|(?P<once>一次性)"
)
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?!\d)")
_HALF_HOUR = re.compile(rf"(?<=[\d{_NUMERAL}])点半")
_DAYS_OF_WEEK = "一二三四五六日天"
SUNDAY = 6  # has two words
_DAY_RANGE = re.compile(
    rf"((?:周|星期|礼拜)[{_DAYS_OF_WEEK}][至到~\-—－]+)(?=[{_DAYS_OF_WEEK}](?![个次回]))"
)
_WEEKDAY = re.compile(rf"(?:周|星期|礼拜)([{_DAYS_OF_WEEK}])(?![{_NUMERAL}次回期个])")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_CALL = re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}|1\d{2}-?\d{4}-?\d{4})(?!\d)")
_ENUMERATED = re.compile(rf"[(][\d{_NUMERAL}]{{1,3}}[)]")
_RANGE = re.compile(r"[至到~\-—－]+")


# Words that say whose or of when a number is; those of one kind exclude each other.
_KIND = re.compile(
    "(?P<sex_male>男(?!女))|(?P<sex_female>(?<![子儿男父母孙侄])女(?![儿婿士]))"
    "|(?P<hours_morning>上午|早上|早晨)|(?P<hours_noon>中午)|(?P<hours_afternoon>下午)"
    "|(?P<hours_evening>晚上|夜间)|(?P<home_town>城镇|城市)|(?P<home_country>农村|乡村)"
    "|(?P<turn_first>首次|初次|第一次)|(?P<turn_again>再次)"
    "|(?P<grown_not>未成年)|(?P<grown_up>(?<!未)成年)"
)
PERIOD, EACH = "每段", "每个"  # units of rates: by time, by anything else
YEARS = 1900  # 年 from here on is a date
_NEXT_SCALE = {"百": "十", "千": "百", "万": "千", "亿": "千万"}
_DIMENSIONS = {
    **dict.fromkeys(("元", "角", "厘", "美元", "港元", "欧元", "日元", "英镑"), "money"),
    **dict.fromkeys(("年", "季度", "个月", "周", "日", "工作日", "小时", "分钟", "学期"), "time"),
    **dict.fromkeys(("年份", "月", "日期"), "date"),
    **dict.fromkeys(("点", "分"), "clock"),
}


FREE = "free"
_COSTS_NOTHING = (
    "免费|免收|免交|免缴|不(?:再|予|需)?(?:收取?|交|缴)(?:任何)?(?:费|钱)|不花钱|无需[交缴]费"
)
_CHARGE = re.compile(rf"{_COSTS_NOTHING}|[收缴]取?纳?[\u4e00-\u9fff]{{0,3}}?费用?")
_IN_WORDS = re.compile(
    f"(?P<{FREE}>{_COSTS_NOTHING})"
    "|(?P<at_once>当场|即时|立等|立即|立刻|马上|即刻)|(?P<same_day>当天|当日)"
    "|(?P<next_day>次日|翌日|隔天|第二天)|(?P<any_time>随时|全天)"
    "|(?P<for_ever>终身|永久|长期|常年)|(?P<in_full>全额|全免)"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit; two that mean the same are equal (五天, 5 日).

    ``bounds`` are what turns a number round, such as 至少 before it and 以内 after it.
    """

    value: str
    unit: str
    bounds: tuple[str, str] = ("", "")

    @property
    def dimension(self) -> str:
        """What it measures; 5日 and 5个工作日 both are a time, 年 may be one or a date."""
        return _DIMENSIONS.get(self.unit, self.unit)


def folded(text: str) -> str:
    """Return a text with figures, dates and hours written in one way."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _GROUPED.sub("", re.sub(r"[ \t\u3000]+", "", plain))
    plain = _FORMAL_RUN.sub(lambda run: "".join(_FORMAL[sign] for sign in run[0]), plain)
    plain = _DATE.sub(lambda d: f"{d[1]}年{int(d[2])}月{int(d[3])}日", plain)
    plain = _CLOCK.sub(
        lambda c: f"{int(c[1])}点{int(c[2])}分" if int(c[2]) else f"{c[1]}点", plain
    )
    plain = _DAY_RANGE.sub(r"\1周", _HALF_HOUR.sub("点30分", plain))
    return _CALL.sub(lambda c: c[0].replace("-", ""), plain)


def figures(text: str) -> list[Figure]:
    """Return the numbers of a text in their order, alike however they are written."""
    return [figure for _, figure in _placed(folded(text))]


def marks(text: str) -> list[Figure]:
    """Return the numbers of a text with the rates and kinds between them, in their order.

    每人每月 and 女性 stand there like figures, because they say what a number is of.
    """
    plain = folded(text)
    placed = [*_placed(plain), *_rates(plain), *_kinds(plain)]
    return [figure for _, figure in sorted(placed, key=lambda one: one[0])]


def _placed(plain: str) -> Iterator[tuple[int, Figure]]:
    """Yield the numbers and the days of the week of a folded text with their places."""
    days = [(match.start(), _weekday(match)) for match in _WEEKDAY.finditer(plain)]
    for pattern in (_WEEKDAY, _RATE, _IDIOMS, _ENUMERATED):
        plain = pattern.sub(lambda match: "\u0000" * len(match[0]), plain)
    found: list[tuple[int, Figure]] = []
    end = 0
    for match in _NUMBER.finditer(plain):
        figure = _figure(match)
        if figure is None:
            continue
        if found:
            at, before = found[-1]
            between = plain[end : match.start()]
            if not before.unit and _RANGE.fullmatch(between):
                found[-1] = at, replace(before, unit=figure.unit)  # 80至89周岁
            if figure.unit == "月" and before.unit == "年" and not between:
                found[-1] = at, replace(before, unit="年份")  # 24年3月
            if figure.unit in {"日", "号"} and before.unit == "月" and not between:
                figure = replace(figure, unit="日期")  # 4月2日 is no two days
        found.append((match.start(), replace(figure, bounds=_bounds(plain, match))))
        end = match.end()
    yield from sorted([*days, *found], key=lambda one: one[0])


def _weekday(match: re.Match[str]) -> Figure:
    return Figure(str(min(_DAYS_OF_WEEK.index(match[1]), SUNDAY)), "星期")


def _rates(plain: str) -> Iterator[tuple[int, Figure]]:
    for match in _RATE.finditer(plain):
        word = next(filter(None, match.groups()))
        unit = _SAME_UNIT.get(word, word)
        yield match.start(), Figure(unit, PERIOD if unit in _PERIODS else EACH)


def _kinds(plain: str) -> Iterator[tuple[int, Figure]]:
    for match in _KIND.finditer(plain):
        value = str(match.lastgroup)
        yield match.start(), Figure(value, value.partition("_")[0])


def without_figures(text: str) -> str:
    """Return a text with its numbers cut out."""
    return _NUMBER.sub("\u0000", text)


def amounts_in_words(text: str) -> set[str]:
    """Return which amounts a text names without a number: at once, on the day, free, in full."""
    return {str(found.lastgroup) for found in _IN_WORDS.finditer(text)}


def is_free(text: str) -> bool:
    """Return whether a text says that something costs nothing."""
    return FREE in amounts_in_words(text)


def without_charge(text: str) -> str:
    """Return a text without the words that say whether something costs anything."""
    return _CHARGE.sub("\u0000", text)


def rates(text: str) -> set[str]:
    """Return what sums and times are counted by (每月, 每人, 按季度, 一次性)."""
    return {figure.value for _, figure in _rates(text)}


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
        if len(words) == 2:
            return None  # 三五天 is no 35 days, 一两天 no 12
        return Decimal("".join(str(_DIGITS[sign]) for sign in words))
    return _scaled(words)


def _scaled(words: str) -> Decimal | None:
    if len(words) > 1 and words[-1] in _DIGITS and (words[-2] in _LARGE or words[-2] in "百千"):
        words += _NEXT_SCALE[words[-2]]  # 一万二
    total = section = digit = 0
    for sign in words:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _SCALES:
            section, digit = section + (digit or 1) * _SCALES[sign], 0
        else:
            if not (section or digit or total):
                return None
            own = section + digit
            if sign == "万" and own:
                total += own * _LARGE[sign]  # 一亿二千万
            else:
                total = (total + own) * _LARGE[sign]
            section = digit = 0
    return Decimal(total + section + digit)


def _figure(match: re.Match[str]) -> Figure | None:
    value = _value(match["figure"])
    if value is None:
        return _vague(match)
    for sign in match["scale"] or "":
        value *= _SCALES.get(sign) or _LARGE.get(sign, 1)
    if match["half"] or match["more"]:
        value += Decimal("0.5")
    unit = "%" if match["percent"] else match["unit"] or ""
    if len(match["figure"]) > 1 and match["figure"].startswith("0") and "." not in match["figure"]:
        return Figure(match["figure"], "")  # a telephone number begins with its zero
    written = match["figure"] if value >= MANY else f"{value.normalize():f}"
    if match["ordinal"] and not unit:
        return Figure(written, "第")
    if unit == "年" and YEARS <= value < MANY:
        return Figure(written, "年份")
    unit = _SAME_UNIT.get(unit, unit) or _next_sign(match, value)
    return Figure(written + (match["odd"] or ""), unit)


def _vague(match: re.Match[str]) -> Figure | None:
    """Return a number that has no value (上万, 几十, 三五), which is only the same as itself."""
    words = match["figure"]
    if not match["vague"] and not (len(words) > 1 and set(words) <= _PLAIN_DIGITS):
        return None
    unit = match["unit"] or ""
    return Figure(words + (match["scale"] or ""), _SAME_UNIT.get(unit, unit))


def _next_sign(match: re.Match[str], value: Decimal) -> str:
    """Return what follows a small number that has none of our units, as if it were one.

    A long number without a unit is one that is dialled.
    """
    sign = match.string[match.end() : match.end() + 1]
    is_unit = value < 100 and "\u4e00" <= sign <= "\u9fff" and sign not in _NO_UNIT
    return sign if is_unit else ""


def _value(words: str) -> Decimal | None:
    if words == "半":
        return Decimal("0.5")
    try:
        return Decimal(words)
    except InvalidOperation:
        return numeral(words) if set(words) <= {*_NUMERAL, "点"} else None


def is_same(one: Figure, other: Figure) -> bool:
    """Return whether two figures agree; a text may leave out a unit, and 满."""
    leads = {other.bounds[0]} | ({""} if other.bounds[0] == "full" else set())
    return (
        one.value == other.value
        and one.unit in {other.unit, ""}
        and one.bounds[0] in leads
        and one.bounds[1] in {other.bounds[1], ""}
    )
