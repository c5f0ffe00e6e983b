"""Since when something has been so, as it was said and as an approximate date."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from actions.understanding.entity import Entity
from actions.understanding.lexicon import alternatives, load_lexicon
from actions.understanding.numerals import CHINESE, number_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
_N = rf"(?:\d{{1,3}}|[{CHINESE}]{{1,4}})"
_UNITS = {"天": 1, "日": 1, "晚": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "年": 365}
_UNIT = r"(?P<unit>天(?!天)|日|晚上|晚|周|个?星期|个?礼拜|个?月|年)"
_LAST = (
    rf"(?:快|都|有|已经|足足|大概|大约|差不多|整整|将近|近|约)*"
    rf"(?:(?P<half_only>半)(?P<half_unit>天|个?月|年)|(?P<vague>好|几|好几|数|若干|多)(?:个)?"
    rf"(?P<vague_unit>小时|钟头|天|晚上|晚|周|星期|礼拜|月|年)"
    rf"|(?P<count>{_N})(?:个)?(?P<more>多|来|几)?(?:个)?(?P<half>半)?{_UNIT}(?P<after_half>半)?)"
    rf"(?:多|来)?(?:了|以来|时间|有余)?"
)
_NOT_PAST = re.compile(r"^(?:以?之?内|后|以后|之后|前|以前|之前|一次|一趟|一回|一个|就|通知|一换)")
_DAY_WORDS = {"大前": 3, "前": 2, "昨": 1, "今": 0}
_DAY = r"(?P<day>大前|前|昨|今)(?:天|日|儿|晚|夜|早)"
_PART = r"(?:一?早上?|凌晨|上午|中午|下午|傍晚|晚上|夜里|夜间|半夜|晚|早晨|夜)?"
_WEEKDAY = r"(?P<which>上上|上|这|本)(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-6])"
_PERIOD = (
    r"(?P<period>上上|上|这|本|前)(?:个)?(?P<of>周|星期|礼拜|月|季度)(?P<edge>初|底|中旬|末|中)?"
)
_YEAR = (
    r"(?P<year>大前年|前年|去年|今年|20\d{2}年)"
    r"(?P<of_year>年?初|年?底|上半年|下半年|春天|夏天|秋天|冬天)?"
)
_DATE = (
    rf"(?:(?P<full_year>20\d{{2}}|去|今)(?:年|-|\.|/))?"
    r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
    rf"(?:月(?:份)?|-|\.|/)(?:(?P<dom>3[01]|[12]\d|0?[1-9]|{_N})[日号]?)?(?P<part_of_month>初|底|中旬|上旬|下旬)?"
)
_OF_TALK = (  # 刚才那个, 刚才说的, 刚提交的: about this conversation, not about the matter
    r"(?:我|你|您|咱)?(?:跟你|跟您|给你|给您|已经|不是)?(?:那(?:个|张|条|件|单|份|些|次|边)|这(?:个|张|条|件|单)|的|上面"
    r"|说|讲|问|报|提|填|写|留|选|点|交|输|登|反映|反应|投诉|发(?!现|生|出|臭|大水)|按|弄错|打错|搞错|记错)"
)
_JUST = rf"(?:刚刚|刚才|刚)(?!{_OF_TALK}|[刚才])|今早|昨晚|昨夜|昨儿|今儿|前儿"
_TAIL = (
    r"(?:前(?!能)|的时候|那会儿?|那天|左右|前后|之?后|以后|之前)?"
    r"(?:就?(?:开始|起|以来|到现在|至今))?"
)
_AGO = r"(?:以前|之前|前)"
_RECURRING = re.compile(
    r"(?:每天|天天|每晚|每到|一到|每个?周末|每逢)(?:.{0,4}?(?:晚上|凌晨|半夜|夜里|早上|中午|下雨天?|周末|"
    r"\d{1,2}点(?:多|半)?))?|三天[两五]头|隔三差五|断断续续|时好时坏|长期|一直以来|好久|很久|老长时间"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """A stretch of time up to now."""

    phrase: str  # the person's own words
    on: date | None  # about when it began; None for habits (每天晚上)
    start: int
    end: int

    def as_entity(self) -> Entity:
        """Return the phrase as an entity; the date is left to the caller."""
        return Entity(entity="since", value=self.phrase, start=self.start, end=self.end)


def find_since(plain: str, now: datetime) -> Since | None:
    """Return since when, as said in normalised text; the most telling phrase wins.

    Args:
        plain: what ``normalise`` returned.
        now: aware; dates are those of Shanghai.
    """
    today = now.astimezone(SHANGHAI).date()
    found = [since for reader in _READERS for since in reader(plain, today)]
    if found:
        longest = max(found, key=lambda since: (since.end - since.start, -since.start))
        return _with_lead(plain, longest)
    habit = _RECURRING.search(plain)
    if not habit:
        return None
    return Since(phrase=habit[0], on=None, start=habit.start(), end=habit.end())


def _with_lead(plain: str, since: Since) -> Since:
    lead = re.search(r"(?:自从|从|自|打)$", plain[: since.start])
    tail = re.match(_TAIL, plain[since.end :])
    start = lead.start() if lead else since.start
    end = since.end + (tail.end() if tail else 0)
    return Since(phrase=plain[start:end], on=since.on, start=start, end=end)


def _durations(plain: str, today: date) -> Iterator[Since]:
    for match in _compiled(_LAST + rf"(?P<ago>{_AGO})?").finditer(plain):
        days = _days(match)
        if days is None or _is_other_time(plain, match):
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip("有"))
        yield Since(
            phrase=plain[start : match.end()],
            on=today - timedelta(days=days),
            start=start,
            end=match.end(),
        )


def _is_other_time(plain: str, match: re.Match[str]) -> bool:
    if match["ago"] is None and _NOT_PAST.match(plain[match.end() :]):
        return True  # 三天内, 三天后
    if plain[match.end() :].startswith(("两头", "五头")):
        return True  # 三天两头 is how often
    before = plain[max(0, match.start() - 2) : match.start()]
    if re.search(r"(?:第|每|还有|再|[0-9/\-月号.]|住了?|干了?|婚了?|作了?|休了?|买了?)$", before):
        return True
    unit = match["unit"] or match["half_unit"] or match["vague_unit"] or ""
    return unit == "日" or (unit == "月" and "个" not in match[0] and match["half_only"] is None)


def _days(match: re.Match[str]) -> int | None:
    if match["half_only"]:
        return {"天": 0, "月": 15, "年": 182}[match["half_unit"].removeprefix("个")]
    if match["vague"]:
        return {"小时": 0, "钟头": 0}.get(
            match["vague_unit"], 4 * _UNITS.get(match["vague_unit"].removesuffix("上"), 1)
        )
    count = number_of(match["count"])
    unit = match["unit"].removeprefix("个").removesuffix("上")
    if count is None or (unit == "年" and count > 80):
        return None
    share = 0.5 if match["half"] or match["after_half"] else 0.3 if match["more"] else 0
    return int((count + share) * _UNITS[unit])


def _day_words(plain: str, today: date) -> Iterator[Since]:
    for match in _compiled(_DAY + _PART).finditer(plain):
        if plain[match.end() :].startswith(("前能", "内")):
            continue
        yield _since(match, today - timedelta(days=_DAY_WORDS[match["day"]]))
    for match in _compiled(_JUST).finditer(plain):
        yield _since(
            match, today - timedelta(days=match[0].startswith("昨") + 2 * (match[0][0] == "前"))
        )


def _weekdays(plain: str, today: date) -> Iterator[Since]:
    for match in _compiled(_WEEKDAY + _PART).finditer(plain):
        weekday = "一二三四五六日".find(match["weekday"].replace("天", "日"))
        weekday = int(match["weekday"]) - 1 if weekday < 0 else weekday
        weeks = {"上上": 2, "上": 1}.get(match["which"], 0)
        monday = today - timedelta(days=today.weekday() + 7 * weeks)
        yield _since(match, min(today, monday + timedelta(days=weekday)))


def _periods(plain: str, today: date) -> Iterator[Since]:
    for match in _compiled(_PERIOD).finditer(plain):
        back = {"上上": 2, "前": 2, "上": 1}.get(match["period"], 0)
        if match["of"] == "月":
            first = _months_before(today.replace(day=1), back)
            day = {"初": 1, "底": 28, "末": 28}.get(match["edge"] or "", 15 if back else 1)
            yield _since(match, min(today, first.replace(day=day)))
        elif match["of"] != "季度":
            yield _since(match, today - timedelta(days=today.weekday() + 7 * back))


def _years(plain: str, today: date) -> Iterator[Since]:
    back = {"今年": 0, "去年": 1, "前年": 2, "大前年": 3}
    month = {
        "初": 1,
        "年初": 1,
        "底": 12,
        "年底": 12,
        "上半年": 3,
        "下半年": 9,
        "春天": 3,
        "夏天": 7,
    }
    month |= {"秋天": 10, "冬天": 12}
    for match in _compiled(_YEAR).finditer(plain):
        name = match["year"]
        year = today.year - back[name] if name in back else int(name[:4])
        began = date(year, month.get(match["of_year"] or "", 1 if year == today.year else 6), 1)
        yield _since(match, min(today, began))


def _dates(plain: str, today: date) -> Iterator[Since]:
    for match in _compiled(rf"(?<![\d.\-/]){_DATE}(?![\d.\-/栋号单元])").finditer(plain):
        month, day = number_of(match["month"]), number_of(match["dom"] or "")
        if month is None or ("月" not in match[0] and not match["full_year"]):
            continue  # 3-2 may be a building and a unit
        said = {"去": today.year - 1, "今": today.year, None: None}.get(match["full_year"], 0)
        year = int(match["full_year"]) if said == 0 else said
        began = _valid(year or today.year, month, day or 1)
        if began and year is None and began > today:
            began = _valid(today.year - 1, month, day or 1)
        if began and began <= today:
            yield _since(match, began)


def _festivals(plain: str, today: date) -> Iterator[Since]:
    lexicon = load_lexicon()
    known: dict[str, list[int]] = lexicon["festivals"] | lexicon["rough_seasons"]
    names = alternatives("festivals").removesuffix(")") + "|" + alternatives("rough_seasons")[3:]
    for match in _compiled(rf"(?P<year>去年|今年)?(?P<name>{names})(?:节|期间)?").finditer(plain):
        month, day = known[match["name"]]
        began = date(today.year, month, day)
        if match["year"] == "去年" or began > today:
            began = date(today.year - 1, month, day)
        lead = plain[max(0, match.start() - 1) : match.start()]
        if (
            lead in {"从", "自", "打"}
            or re.match(_TAIL + "$", plain[match.end() :])
            or re.match(r"(?:前|后|以后|之后|的时候|就|到现在|至今|起|开始)", plain[match.end() :])
        ):
            yield _since(match, began)


def _since(match: re.Match[str], on: date) -> Since:
    return Since(phrase=match[0], on=on, start=match.start(), end=match.end())


def _months_before(first: date, months: int) -> date:
    month = first.year * 12 + first.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


_READERS: tuple[Callable[[str, date], Iterator[Since]], ...] = (
    _durations,
    _day_words,
    _weekdays,
    _periods,
    _years,
    _dates,
    _festivals,
)
