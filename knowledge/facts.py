"""Finds what a rephrased text says that its sources do not: numbers, names, permissions."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MANY = Decimal(10) ** 16  # a longer number is compared by its digits
COVERED = 0.5  # share of a text's pairs of characters that stand in its sources

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Words with a numeral in them that count nothing.
_IDIOMS = re.compile(
    "一般|一定|一起|一些|一下|一样|一直|一并|一律|一旦|一致|一切|一边|一方面|统一|唯一|同一|之一|万一"
    "|进一步|第一时间|一次性|一站式|一体|一网通办|一件事|千万(?=[不别要])|十分(?=[\u4e00-\u9fff])|百姓"
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
    rf"(?P<scale>[百千万亿]{{0,2}})(?P<half>半)?(?P<unit>{_UNITS})?"
)
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?!\d)")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_CALL = re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}|1\d{2}-?\d{4}-?\d{4})(?!\d)")
_LIST_MARK = re.compile(
    r"^\s*(?:[(（]?[\d一二三四五六七八九十]{1,3}[)）.、]|[①-⑳])\s*", re.MULTILINE
)
_LATIN = re.compile(r"[a-z][\w./:@+-]*", re.ASCII)
_QUOTED = re.compile(r"《([^《》]+)》|[“\"「『]([^“”\"「」『』]+)[”\"」』]")
_OFFICES = re.compile(
    r"[\u4e00-\u9fff]*?(?:委员会|居委会|村委会|业委会|办事处|派出所|公安局|法院|检察院|医院|银行|公司|中心"
    r"|大厅|部门|协会|学校|大学|街道办|[局厅署站](?![在到地点下上内外]))"
)
_BEFORE_NAME = re.compile(
    "前往|联系|咨询|拨打|可以|应当|需要|或者|以及|直接|提交|现场|当地|所在|[到向由在去找和或及与的至给从经往是请您就带让等交可需应为把将被当]"
)
_PERSON = re.compile(
    r"([\u4e00-\u9fff]{1,3})(?:先生|女士|小姐|主任|书记|经理|医生|老师|科长|所长|局长|站长|同志|师傅|网格员)"
)
_PIECES = re.compile(r"[。；;！!？?\n]+")

_NEGATORS = (
    "不可以|不能够|不允许|不需要|不应当|不应该|不能|不得|不可|不准|不许|不应|不必|不用|不需|不予|不再|不是"
    "|并非|禁止|严禁|无需|无须|毋须|免于|请勿|切勿|没有|未经|尚未|勿|别(?!人|的|处)|免(?!费|疫)|未(?!成年|来)|没|无(?!障碍|偿|线)|非(?!机动车|常|物质)|不(?!动产|足|同|限|论|管|但|仅|过|少于|低于|超过|满|及时)"
)
_MODALS = {
    "forbid": "不可以|不能够|不允许|不能|不得|不可|不准|不许|不应当|不应该|不应"
    "|禁止|严禁|请勿|切勿",
    "exempt": "不需要|不必|不用|不需|无需|无须|毋须|免于",
    "permit": "可以|允许|准许|有权|能够|可(?!能|以)|能(?!力|源|否)",
    "oblige": "应当|应该|必须|需要|务必|须|需(?!求)|应(?!急|用|对|届)",
}
_MODAL = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _MODALS.items()))
_NEGATED = re.compile(rf"(?:{_NEGATORS})(?P<object>[^，,。；;！!？?\n、:：]{{1,6}})")
_ASKED = re.compile(r"([\u4e00-\u9fff])不\1|是否|能否|可否")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit; two that mean the same are equal (五天, 5 日)."""

    value: str
    unit: str


def unsupported(text: str, sources: Sequence[str]) -> list[str]:
    """Return why a text must not be said; empty if everything in it stands in the sources.

    Each reason names what kind of thing it is and no word of the text: ``figures``, ``quotes``,
    ``offices``, ``people``, ``latin``, ``permission``, ``negation``, ``subject``.
    """
    said, known = folded(_LIST_MARK.sub("", text)), folded("\n".join(sources))
    checks = {
        "figures": _has_new_figures(said, known),
        "quotes": _has_new_quotes(said, known),
        "offices": _has_new(_offices(said), known),
        "people": _has_new((found[0] for found in _PERSON.finditer(said)), known),
        "latin": _has_new((found[0].strip("./:-") for found in _LATIN.finditer(said)), known),
        "permission": _changes_permission(said, known),
        "negation": _changes_negation(said, known),
        "subject": _coverage(said, known) < COVERED,
    }
    return [name for name, is_wrong in checks.items() if is_wrong]


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
    found = []
    for match in _NUMBER.finditer(_IDIOMS.sub("\u0000", folded(text))):
        figure = _figure(match)
        if figure is not None:
            found.append(figure)
    return found


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
    if match["half"]:
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


def _has_new_figures(said: str, known: str) -> bool:
    """Return whether some figures do not stand together in the sources as they do in the text.

    The figures of a sentence must stand in one sentence of the sources, or one after the other:
    otherwise the sum of one group of people could be given to another.
    """
    segments = [figures(segment) for segment in _PIECES.split(known)]
    run = [figure for segment in segments for figure in segment]
    for piece in _PIECES.split(said):
        wanted = figures(piece)
        if not wanted:
            continue
        if not any(_within(wanted, segment) for segment in segments) and not _follows(wanted, run):
            return True
    return False


def _within(wanted: Sequence[Figure], segment: Sequence[Figure]) -> bool:
    return all(any(_is_same(one, other) for other in segment) for one in wanted)


def _follows(wanted: Sequence[Figure], run: Sequence[Figure]) -> bool:
    length = len(wanted)
    return any(
        all(_is_same(one, other) for one, other in zip(wanted, run[at : at + length], strict=True))
        for at in range(len(run) - length + 1)
    )


def _is_same(one: Figure, other: Figure) -> bool:
    """Return whether two figures agree; 80至89周岁 has its unit only once."""
    return one.value == other.value and (one.unit == other.unit or not one.unit)


def _has_new_quotes(said: str, known: str) -> bool:
    return _has_new(
        ("".join(filter(None, found.groups())) for found in _QUOTED.finditer(said)), known
    )


def _offices(said: str) -> Iterator[str]:
    """Yield the names of offices, without the words before them."""
    for found in _OFFICES.finditer(said):
        name = _BEFORE_NAME.split(found[0])[-1]
        yield name or found[0]


def _has_new(names: Iterable[str], known: str) -> bool:
    return any(name not in known for name in names)


def _changes_permission(said: str, known: str) -> bool:
    """Return whether a text permits, demands or forbids what its sources do not.

    A permission may be said of what the sources state plainly; a duty or a ban may not.
    """
    allowed = _modals(known)
    for group, words in _modals(_ASKED.sub("\u0000", said)):
        about = [other for other, others in allowed if words & others]
        if group in about:
            continue
        if about or (group != "permit" and group not in {other for other, _ in allowed}):
            return True
    return False


def _modals(text: str) -> list[tuple[str, set[str]]]:
    """Return each modal verb's group with the pairs of characters after it."""
    found = []
    for match in _MODAL.finditer(text):
        after = re.split(r"[，,。；;！!？?\n、:：]", text[match.end() : match.end() + 6])[0]
        found.append((str(match.lastgroup), _pairs(after)))
    return found


def _changes_negation(said: str, known: str) -> bool:
    """Return whether what the sources deny is said, or the text denies what they do not deny."""
    said = _ASKED.sub("\u0000", said)
    denied_here, plain_here = _parted(said)
    denied_there, plain_there = _parted(known)
    everything_denied = set().union(*denied_there)
    if any(not words & everything_denied for words in denied_here if words):
        return True
    return bool((everything_denied & plain_here) - plain_there)


def _parted(text: str) -> tuple[list[set[str]], set[str]]:
    """Return the pairs of characters after each negation, and those of the rest."""
    denied = [_pairs(match["object"]) for match in _NEGATED.finditer(text)]
    return denied, _pairs(_NEGATED.sub("\u0000", text))


def _pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring Chinese characters."""
    return {
        text[at : at + 2]
        for at in range(len(text) - 1)
        if _HAN.match(text[at]) and _HAN.match(text[at + 1])
    }


def _coverage(said: str, known: str) -> float:
    pairs = _pairs(said)
    return len(pairs & _pairs(known)) / len(pairs) if pairs else 0.0
