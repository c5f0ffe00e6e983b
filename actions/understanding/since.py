"""Since when something has been so, as it was said and as an approximate date."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from actions.understanding.entity import Entity
from actions.understanding.frequency import DAILY
from actions.understanding.lexicon import alternatives, load_lexicon
from actions.understanding.numerals import CHINESE, number_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
_N = rf"(?:\d{{1,3}}|[{CHINESE}]{{1,4}})"
_PAIRS = {"俩": "两", "仨": "三"}  # a number that needs no 个
_HOURS = ("小时", "钟头", "分钟")
_UNITS = {"天": 1, "日": 1, "晚": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "年": 365}
_UNITS |= dict.fromkeys(_HOURS, 0)
_UNIT = r"(?P<unit>天(?!天)|日|晚上|晚|周|个?星期|个?礼拜|个?月|年|个?小时|个?钟头|分钟)"
_LAST = (
    rf"(?:快|都|有|已经|足足|大概|大约|差不多|整整|将近|近|约)*"
    rf"(?:(?P<half_only>半)(?P<half_unit>天|个?多?月|年|个?多?小时|个?多?钟头)|(?P<vague>好|几|好几|数|若干|多)(?:个)?"
    rf"(?P<vague_unit>小时|钟头|天|晚上|晚|周|星期|礼拜|月|年)"
    rf"|(?P<count>{_N}|[俩仨])(?:个)?(?P<more>多|来|几)?(?:个)?(?P<half>半)?{_UNIT}(?P<after_half>半)?)"
    rf"(?:多|来)?(?:了|以来|时间|有余)?"
)
_NOT_PAST = re.compile(
    r"^(?:以?之?内|后|以后|之后|前|以前|之前|一次|一趟|一回|一个|就|通知|一换"
    r"|的(?:老|旧)?(?:房|楼|小区|电梯|设备|管)|楼龄|房龄|产权)"
)
_DAY_WORDS = {"大前": 3, "前": 2, "昨": 1, "今": 0}
_DAY = r"(?P<day>大前|(?<![门楼店])前|昨|今)(?:天|日|儿|晚|夜|早)"
_PART = r"(?:一?早上?|凌晨|上午|中午|下午|傍晚|晚上|夜里|夜间|半夜|晚|早晨|夜)?"
_WEEKDAY = (
    r"(?P<which>上上|上|这|本)(?:个)?(?:周|星期|礼拜){1,2}(?P<weekday>[一二三四五六日天1-6])"
)
_BARE_WEEKDAY = r"(?<![上这本下每个到和])(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
_BEGINS = r"(?=就?(?:开始|起(?![来床夜])))"
_DAY_OF_MONTH = rf"(?<![\d月.\-/{CHINESE}])(?P<dom>3[01]|[12]\d|0?[1-9]|{_N})[号日]"
_MORNING = (
    r"(?<![天每到晚号日一二三四五六])(?:一?大?清?早上|早晨|上午|中午|下午|凌晨)"
    r"(?=就(?:开始|停|没|坏|断)|开始[的了])"
)
_PERIOD = (
    r"(?P<period>上上|上|这|本|前)(?:个)?(?P<of>周|星期|礼拜|月|季度)(?:月(?=[初底末中]))?"
    r"(?P<edge>初|底|中旬|末|中)?"
)
_YEAR = (
    r"(?P<year>大前年|前年|去年|今年|20\d{2}年|(?<![\d了])[12]\d年(?=就(?!能|可)|开始|年?[初底]|[上下]半年|[春夏秋冬]天))"
    r"(?P<of_year>年?初|年?底|上半年|下半年|春天|夏天|秋天|冬天)?"
)
_DATE = (
    rf"(?:(?P<full_year>20\d{{2}}|(?<!\d)[12]\d(?=年)|去|今)(?:年|-|\.|/))?"
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
_NOT_AFTER = re.compile(
    r"(?:第|每|还有|再|[0-9/\-月号.]|周|星期|礼拜|住了?|干了?|婚了?|作了?|休了?|买了?)$"
)
_FAILED = re.compile("[停漏断坏堵]了$")
_AGO = r"(?:以前|之前|前)"
_RECURRING = re.compile(
    rf"(?:每天|{DAILY}|每晚|每到|(?<![周期拜])一到(?![二三四五六七八九十\d]{{1,3}}[楼层栋单号])|每个?周末|每逢)(?:"
    r".{0,4}?(?:晚上|凌晨|半夜|夜里|早上|中午|下雨天?|周末|"
    r"\d{1,2}点(?:多|半)?))?|三天[两五]头|隔三差五|断断续续|时好时坏|长期|一直以来|好久|很久|老长时间"
)


_SHORT_YEAR = re.compile(r"\d{1,2}月|开始|年?[初底]|[上下]半年|[春夏秋冬]天")  # after 25年
_PLAUSIBLE_YEARS = 10  # so far back does 25年 mean a year
_BEGUN = re.compile(r"(?:了|以来|开始|起|到现在|至今|有余)$")
# 怀孕三个月, 2019年入住: how old somebody is or since when somebody lives here
_OF_A_PERSON = re.compile(
    r"(?:孩子|小孩|宝宝|娃|婴儿|女儿|儿子|孙子|孙女)(?:才|刚|只有|还?不到|快|满|有)+$"
    r"|(?:怀孕|有孕|身孕|怀了).{0,2}$"
)
_LIFE = re.compile(
    r".{0,3}(?:入住|搬[来进过]|住进|买的|买了?房|交房|收房|退休|结婚|出生|毕业|建成|建的|盖的)"
)
_LONG_AGO = timedelta(days=180)
# 今天下午在家, 这周能来吗: when somebody may come
_TO_COME = re.compile(
    r".{0,4}?(?:(?<!不)在家(?![待发听看闻吃睡做一])|有空|有时间|方便(?!面)|上门(?!.{0,3}[了过])|可以(?:来|修|过来)"
    r"|能(?:来|修|派|到|处理|解决|弄)|来(?:修|看|弄|人|处理)?(?:一下|一趟)?(?:吗|吧|行|不))"
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
    told = (since for reader in _READERS for since in reader(plain, today))
    found = [since for since in told if not _is_of_other_matter(plain, since, today)]
    if found:
        return _with_lead(plain, max(found, key=lambda since: _weight(plain, since)))
    habit = _RECURRING.search(plain)
    if not habit:
        return None
    return Since(phrase=habit[0], on=None, start=habit.start(), end=habit.end())


def _weight(plain: str, since: Since) -> tuple[bool, int, int]:
    """Prefer what says that it began or lasts (一周了, 上周开始), then the longest, the first."""
    has_begun = _BEGUN.search(_with_lead(plain, since).phrase) is not None
    return has_begun, since.end - since.start, -since.start


def _is_of_other_matter(plain: str, since: Since, today: date) -> bool:
    lead = re.match(r"(?:快|都|有|已经)*", since.phrase)
    before = plain[: since.start] + (lead[0] if lead else "")
    after = plain[since.end :]
    if _OF_A_PERSON.search(before):
        return True
    if since.on and since.on < today - _LONG_AGO and _LIFE.match(after):
        return True  # 上周搬来的租客 may well be when it began
    return since.phrase[0] in "今这本" and _TO_COME.match(after) is not None


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
    if _NOT_AFTER.search(before):
        return True
    unit = match["unit"] or match["half_unit"] or match["vague_unit"] or ""
    if unit == "年" and _SHORT_YEAR.match(plain[match.end() :]):
        return True
    if unit.endswith(_HOURS) and not match["vague"]:
        return not (match[0].endswith("了") or _FAILED.search(before))  # 24小时, 等了十分钟
    return unit == "日" or (unit == "月" and _is_month_of_year(match))


def _is_month_of_year(match: re.Match[str]) -> bool:
    if match["half_only"] is not None or match["count"] in _PAIRS:
        return False
    return "个" not in match[0]


def _days(match: re.Match[str]) -> int | None:
    if match["half_only"]:
        return {"月": 15, "年": 182}.get(match["half_unit"].lstrip("个多"), 0)
    if match["vague"]:
        return {"小时": 0, "钟头": 0}.get(
            match["vague_unit"], 4 * _UNITS.get(match["vague_unit"].removesuffix("上"), 1)
        )
    count = _least_of(match["count"])
    unit = match["unit"].removeprefix("个").removesuffix("上")
    if count is None or (unit == "年" and count > 80):
        return None
    share = 0.5 if match["half"] or match["after_half"] else 0.3 if match["more"] else 0
    return int((count + share) * _UNITS[unit])


def _least_of(count: str) -> int | None:
    """Return the number, of two beside each other the lower: 两三 is two, 十二三 is twelve."""
    count = re.sub(r"(?<=[一二两三四五六七八])[二三四五六七八九]$", "", count)
    return number_of(_PAIRS.get(count, count))


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


def _beginnings(plain: str, today: date) -> Iterator[Since]:
    """Find what is a time only because something began then: 周五开始, 5号起, 早上就停了."""
    for match in _compiled(_BARE_WEEKDAY + _PART + _BEGINS).finditer(plain):
        weekday = "一二三四五六日".find(match["weekday"].replace("天", "日"))
        yield _since(match, today - timedelta(days=(today.weekday() - weekday) % 7))
    for match in _compiled(_DAY_OF_MONTH + _PART + _BEGINS).finditer(plain):
        day = number_of(match["dom"]) or 0
        months = 0 if day <= today.day else 1
        first = _months_before(today.replace(day=1), months)
        if began := _valid(first.year, first.month, day):
            yield _since(match, began)
    for match in _compiled(_MORNING).finditer(plain):
        yield _since(match, today)


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
        year = today.year - back[name] if name in back else _full_year(name.removesuffix("年"))
        if len(name) == len("25年") and not 0 <= today.year - year < _PLAUSIBLE_YEARS:
            continue
        began = date(year, month.get(match["of_year"] or "", 1 if year == today.year else 6), 1)
        yield _since(match, min(today, began))


def _dates(plain: str, today: date) -> Iterator[Since]:
    for match in _compiled(rf"(?<![\d.\-/]){_DATE}(?![\d.\-/栋号单元])").finditer(plain):
        month, day = number_of(match["month"]), number_of(match["dom"] or "")
        if month is None or ("月" not in match[0] and not match["full_year"]):
            continue  # 3-2 may be a building and a unit
        said = {"去": today.year - 1, "今": today.year, None: None}.get(match["full_year"], 0)
        year = _full_year(match["full_year"]) if said == 0 else said
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


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) > 2 else 2000 + int(digits)


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
    _beginnings,
    _periods,
    _years,
    _dates,
    _festivals,
)
