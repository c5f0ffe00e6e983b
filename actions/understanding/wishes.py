"""What somebody wants done at home or settled with somebody: service, when, with whom."""

import re
from collections.abc import Iterable
from functools import cache

from actions.understanding.lexicon import alternatives, load_lexicon

_DAY = (
    r"(?:今|明|后|大后)[天日儿]|(?:今|(?<![说声证聪文透表])明)(?:早上?|晚上?)|(?:下下|下|这|本)?(?:个)?(?:周|星期|礼拜)[一二三四五六日天末]"
    r"|(?:1[0-2]|[1-9]|[一二三四五六七八九十]{1,2})月(?:[1-3]?\d|[一二三四五六七八九十]{1,3})[日号]?"
    r"|[1-3]?\d[日号](?!楼|院|门)|工作日|平时|周末|双休日?|节假日|每天|过(?:两|几|三)天|这(?:两|几)天|下(?:个)?(?:周|月)"
)
_HOUR = (
    r"(?:一?大?早上?|清早|早晨|上午|中午|下午|傍晚|晚上|晚饭[前后]|午饭[前后]|午睡[前后])?"
    r"(?:(?:[0-2]?\d|[一二三四五六七八九十两]{1,2})(?:点半?)?[-~到至])?"
    r"(?:(?<!\d)[0-2]?\d:[0-5]\d(?!\d)|(?:[0-2]?\d|[一二三四五六七八九十两]{1,2})点)(?:半|一刻|三刻|钟|[0-5]\d分?)?(?:左右|前后|以?[前后]|多)?"
    r"|一?大?早上|清早|早晨|上午|中午|下午|傍晚|晚上|全天|整天|白天"
)
_ANY = (
    r"(?:啥时候?|什么时候|哪天|几时|随时|何时)?都(?:行|可以|有空|方便|在家|成|中)"
    r"|随时|越快越好|尽快|看你们(?:方便|安排|时间)?|你们定|不限"
)
_BUT = (  # 除了周三都行: all but this, and so kept whole
    rf"除了?(?:{_DAY}|{_HOUR})(?:[、和,](?:{_DAY}|{_HOUR}))*(?:以外|之外|外)?,?"
    r"(?:其[他它]时[间候]|别的时[间候]|其[他它]|平时)?都(?:行|可以|有空|方便|在家|成)"
)
_MORE = rf"(?:(?:、|和|或者?|跟|到|至|-|,)(?:(?:{_DAY})(?:的?(?:{_HOUR}))?|{_HOUR}))*"
_WHEN = re.compile(
    rf"{_BUT}"
    rf"|(?:{_DAY})(?:[,、 ]?(?:的)?(?:{_HOUR}))?{_MORE}"
    rf"|(?:{_HOUR})(?:(?:、|和|或者?|到|至|-)(?:{_HOUR}))*|{_ANY}"
)
_DOES_NOT_SUIT = re.compile(
    r"(?:都|又|就)?(?:不(?:行|方便|在|可以|成|得空|合适)|没空|没时间|有事"
    r"|(?:要|得)?(?:上班|上学|出差|住院)(?![前后以之吗不])"
    r"|(?:千万|先)?(?:不要|别|甭|不用|不必)(?:再)?(?:来|上门|过来|打扰|敲门|约|安排))"
)
# 要不要, 能不能 and 是不是 ask and refuse nothing
_REFUSED = re.compile(
    r"(?:除了?|别|甭|(?<!要)不要|(?<!用)不用|不想|不需要|(?<!是)不是|(?<!能)不能)"
    r"(?:要|再|在|挑|选|约|安排|给我|帮我)?$"
)
_ADJOINS = re.compile(r"[、和跟或及 ]*")
_NOT_WITH = re.compile(r"(?:(?<!是)不是|并非|没有?|别|(?<!要)不要)(?:要|想)?$")
_QUARREL = (
    r"(?:老是?|总是?|天天|一直|又|经常)?(?:吵|闹|打架|扯皮|有矛盾|有纠纷|有点?矛盾|有点?纠纷|谈不|说不|合不|不和|欺负"
    r"|骂|结怨|有过节|处不|商量不|起了?(?:争执|冲突))"
)
_PARTY_AFTER = re.compile(
    rf"(?:跟|和|与|同|被)(?P<who>(?!我)[^,。!?;、\s]{{1,14}}?)"
    rf"(?={_QUARREL}|因为?|为了?|退|要|借|分|争|抢|的(?:矛盾|纠纷|事|问题))"
)
_PARTY_BEFORE = re.compile(
    rf"(?:^|[,。!;\s])(?P<who>[^,。!?;、\s]{{1,14}}?)(?:老是?|总是?|天天|一直|又|经常)?(?:跟|和|找|对)(?:我|俺|我们)(?:家|妈|爸)?(?={_QUARREL})"
)
_ENQUIRES = re.compile(
    r"怎么(?:申请|预约|约|弄|办|收|个)|如何|咋个?(?:申请|约|弄|办|收)|收费|不收钱|(?:掏|花|交|给|付|出)(?:多少)?钱|多少钱|要钱|要不要钱|什么材料|带什么|哪里|哪儿|几点"
    r"|有没有用|有用[吗不没]|算不算|效力|什么是|是什么|电话(?:是)?多少"
)
_PARTY_NAMED = re.compile(r"(?:对方|那家)(?:是|叫|就是)(?P<who>[^,。!?;、\s]{1,14})")


def find_appointment(plain: str) -> str:
    """Return when it suits, as it was said (周三上午); empty if nothing is said of it."""
    suiting = _suiting(plain, _accepted(plain, list(_WHEN.finditer(plain))))
    found = [match[0] for match in suiting]
    definite = [words for words in found if not re.fullmatch(_ANY, words)]
    return _listed(definite or found)


def find_service(plain: str) -> str:
    """Return the services that are named, as they were said; empty if none is."""
    found = _accepted(plain, list(_services().finditer(plain)))
    return _listed(match[0] for match in found)


def find_person(plain: str) -> str:
    """Return the first relative or neighbour that is spoken of; empty if none is."""
    found = _persons().search(plain)
    return found[0] if found else ""


_NOBODY = re.compile("[他她它](?:们|家)?")  # 跟他吵了三次 does not say with whom


def find_other_party(plain: str) -> str:
    """Return with whom there is a dispute, as it was said (楼上邻居老王); empty if not said."""
    patterns = (_PARTY_AFTER, _PARTY_BEFORE, _PARTY_NAMED)
    found = (match for pattern in patterns for match in pattern.finditer(plain))
    told = (match["who"] for match in found if not _NOT_WITH.search(plain[: match.start()]))
    return next((who for who in told if not _NOBODY.fullmatch(who)), "")


def _accepted(plain: str, matches: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return what was not refused beforehand; 别周三周四来 refuses both."""
    rows = _rows(plain, matches)
    told = (row for row in rows if not _REFUSED.search(plain[: row[0].start()]))
    return [match for row in told for match in row]


def _suiting(plain: str, matches: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return what was not refused afterwards; 周三周四都没空 refuses both."""
    rows = _rows(plain, matches)
    told = (row for row in rows if not _DOES_NOT_SUIT.match(plain[row[-1].end() :]))
    return [match for row in told for match in row]


def _rows(plain: str, matches: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Return the matches in rows of those that have nothing but a joining word between them."""
    rows: list[list[re.Match[str]]] = []
    for match in matches:
        if rows and _ADJOINS.fullmatch(plain, rows[-1][-1].end(), match.start()):
            rows[-1].append(match)
        else:
            rows.append([match])
    return rows


def _listed(words: Iterable[str]) -> str:
    comma: str = load_lexicon()["list_comma"]
    return comma.join(dict.fromkeys(words))


def _first_of(plain: str, *patterns: re.Pattern[str]) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.search(plain))), None)


def wish_of(plain: str) -> str:
    """Return the category that somebody asks for outright (申请调解); empty if none."""
    if asks_about_wish(plain):
        return ""
    kinds = _wishes()
    return next((code for code, pattern in kinds.items() if pattern.search(plain)), "")


def asks_about_wish(plain: str) -> bool:
    """Return whether somebody asks about a visit or a mediation (怎么约) and wants none yet."""
    return _ENQUIRES.search(plain) is not None


@cache
def _services() -> re.Pattern[str]:
    return re.compile(rf"陪.{{1,5}}?(?:去医院|看病|做透析|复查)|{alternatives('home_services')}")


@cache
def _persons() -> re.Pattern[str]:
    return re.compile(alternatives("relatives"))


@cache
def _wishes() -> dict[str, re.Pattern[str]]:
    rows = load_lexicon()["wishes"].items()
    return {code: re.compile("|".join(f"(?:{one})" for one in some)) for code, some in rows}
