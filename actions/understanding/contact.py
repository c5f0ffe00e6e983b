"""Telephone numbers in what a person wrote or spoke."""

import re
from collections.abc import Sequence

from actions.understanding.entity import Entity
from actions.understanding.numerals import digits_of

_GAP = r"[\s.\-·]{0,2}"
_FIGURES = "[0-9零〇一二三四五六七八九幺]"
_COUNTRY = rf"(?:(?<!\d)\(?(?:\+|00)?86\)?{_GAP}|(?<!\d))"
_MOBILE = re.compile(rf"{_COUNTRY}[1一幺]{_GAP}[3-9三四五六七八九](?:{_GAP}{_FIGURES}){{9}}(?!\d)")
# What was spoken has commas for pauses, between groups and nowhere else: 138,1234,5678.
_PAUSES = [(2, 4, 4), (2, 3, 5), (2, 3, 3, 2), (3, 3, 4), (2, 8), (6, 4)]
_IN_GROUPS = "|".join(
    r"\s?[,、]\s?".join(rf"{_FIGURES}{{{length}}}" for length in groups) for groups in _PAUSES
)
_SPOKEN = re.compile(
    rf"{_COUNTRY}(?<!{_FIGURES})[1一幺](?=[3-9三四五六七八九])(?:{_IN_GROUPS})(?!{_FIGURES}|\s?[元块])"
)
_LANDLINE = re.compile(
    r"(?<!\d)\(?(0(?:10|2\d|[3-9]\d{2}))\)?[\s\-]{0,2}(\d{3,4}[\s\-]?\d{4})(?:转|-)?(\d{1,4})?(?!\d)"
)
_HOTLINE = re.compile(r"(?<!\d)[48]00[\s\-]?\d{3,4}[\s\-]?\d{3,4}(?!\d)")
_LOCAL = re.compile(
    r"(?:电话|座机|固话|号码|家里电话|联系方式)(?:号码)?(?:是|为|:|\s){0,3}([2-8]\d{2,3}[\s\-]?\d{4})(?!\d)"
)
_LONG_NUMBER = re.compile(r"(?<!\d)\d{8}-?\d{6}(?!\d)|(?<!\d)\d{17}[\dXx]")  # 工单号, 身份证号

HOTLINE = 10  # figures of 400-820-8820
_BEFORE = r"[\s,:]{0,2}$"
_LINK = r"(?:的|了|那个|这个|号码?|手机号?|电话|座机|是|为)*"
_OWN = re.compile(
    rf"(?:我|我妈|我爸|本人|换|改|换成|改成|变成|(?<![不别])打|联系|拨|应该)(?:到|给)?{_LINK}{_BEFORE}"
)
_OTHERS = (
    r"(?:物业|客服|居委会?|社区|街道|派出所|报修|维修|热线"
    r"|保安|门岗|管理处|业委会|服务中心|开发商)"
)
_NOT_WANTED = re.compile(
    r"(?:(?:不要|别|不用|不能|甭|勿)再?(?:打|拨|联系|用|留)(?:给|我)?|(?:原来|原先|以前|之前|旧|老|换掉|去掉|删掉|删除)"
    rf"|{_OTHERS}(?:公司|办公室|中心|前台|值班)?){_LINK}[\s:]{{0,2}}$"
)
_USELESS = re.compile(
    r"(?:这个|那个|这|那|的|号码?|手机号?|电话|座机)*[\s,]?(?:已经|就|都|现在|老是?|一直|总是?|也|早就?)*"
    r"(?:(?:打不通|没人接|没有人接|不接|无人接听?|占线|关机)(?!的话|就|时|再|可以|请|才)"
    r"|不用了|不用的|停机|停用|空号|是空号|作废|注销|不是我|(?:写|打|说|填|报|留)?错了|不对)"
)


def own_contact(plain: str, contacts: Sequence[Entity]) -> str:
    """Return the number at which whoever writes wants to be reached; empty if there is none.

    Of several the first that is called their own counts, and none that is taken back, belongs
    to the property company or is a hotline.
    """
    wanted = [one for one in contacts if not _is_hotline(one) and not _is_unwanted(plain, one)]
    own = [one for one in wanted if _OWN.search(plain[: one.start])]
    return next((one.value for one in (*own, *wanted)), "")


def _is_hotline(contact: Entity) -> bool:
    return contact.value.startswith(("400", "800")) and len(contact.value) == HOTLINE


def _is_unwanted(plain: str, contact: Entity) -> bool:
    is_refused = _NOT_WANTED.search(plain[: contact.start])
    return bool(is_refused or _USELESS.match(plain, contact.end))


def find_contacts(plain: str) -> list[Entity]:
    """Return every telephone number in normalised text, in the order of the text."""
    open_text = _LONG_NUMBER.sub(lambda found: "*" * len(found[0]), plain)
    found: list[Entity] = []
    for start, end, value in _numbers(open_text):
        if all(end <= other.start or start >= other.end for other in found):
            found.append(Entity(entity="contact", value=value, start=start, end=end))
    return sorted(found, key=lambda entity: entity.start)


def _numbers(text: str) -> list[tuple[int, int, str]]:
    numbers = []
    for match in (*_MOBILE.finditer(text), *_SPOKEN.finditer(text)):
        value = re.sub(r"\D", "", digits_of(match[0]))[-11:]
        numbers.append((match.start(), match.end(), value))
    for match in _LANDLINE.finditer(text):
        area, number, extension = match[1], re.sub(r"\D", "", match[2]), match[3]
        value = f"{area}-{number}" + (f"-{extension}" if extension else "")
        numbers.append((match.start(), match.end(), value))
    for match in _HOTLINE.finditer(text):
        numbers.append((match.start(), match.end(), re.sub(r"\D", "", match[0])))
    for match in _LOCAL.finditer(text):
        numbers.append((match.start(1), match.end(1), re.sub(r"\D", "", match[1])))
    return numbers
