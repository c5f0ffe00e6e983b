"""Reads of a document from when and until when it is in force, and where."""

import re
from calendar import monthrange
from datetime import date, timedelta

from knowledge.item import Audience
from knowledge.life import Terms
from knowledge.reading.dates import DAY, day_of, iso_day
from knowledge.reading.document import Document
from knowledge.reading.numerals import counted

_SELF = r"本(?:办法|规定|细则|通知|意见|方案|条例|公告|通告|制度|规则|标准|规程|规范|决定|文件)"
_FORCE = r"(?:施行|实施|执行|生效|试行)"
_FROM = re.compile(rf"{_SELF}[^。；]{{0,12}}?(?:自|从){DAY}起?{_FORCE}")
_FROM_ISSUE = re.compile(rf"{_SELF}[^。；]{{0,12}}?自(?:发布|公布|印发|颁布)之日起{_FORCE}")
_FROM_LINE = re.compile(rf"^(?:施行|实施|生效|执行)(?:日期|时间)\s*[:：]\s*{DAY}")
_UNTIL_LINE = re.compile(
    rf"^(?:失效日期|废止日期|截止日期|有效期(?:限)?(?:截?至|到))\s*[:：]?\s*{DAY}"
)
# The text is the subject of its own end only where nothing else comes between: 本办法自…起施行，
# 由…解释，有效期五年; but not 按照本办法核发的许可证有效期三年, nor 本办法自…施行，原《…》…废止.
_ABOUT = (
    r"(?:并|同时)?(?:(?:自|从|于)[^。；，,]{1,24}?"
    + _FORCE
    + r"|由[^。；，,]{1,24}?解释|经[^。；，,]{1,30})"
)
_OWN = (
    rf"(?<![\u4e00-\u9fff]){_SELF}(?:[（(][^（）()]{{1,6}}[）)])?(?:{_ABOUT})?"
    rf"(?:[，,；;]\s*{_ABOUT})*[，,；;。]?\s*(?:的|其)?"
)
_VALID = r"有效期(?:限)?(?:为|是)?"
_UNTIL = re.compile(rf"{_OWN}{_VALID}(?:截?至|到){DAY}")
_ENDS = re.compile(rf"{_OWN}(?:并|同时)?(?:自|于|至)?{DAY}起?(?:废止|失效|停止执行)")
_SPAN = re.compile(rf"{_OWN}{_VALID}([一二两三四五六七八九十\d]{{1,2}})年")
# What titles do and speak of in general, which no place is called by.
_DOING = (
    "进一步|切实|全面|扎实|大力|持续|加强|加快|推进|推动|推广|做好|开展|规范|完善|提高|提升|调整|促进|支持|落实"
    "|贯彻|深化|实施|建立|健全|优化|改进|强化|启动|组织|修订|修改|印发|发布|公布|公开|征求|征集|申报|统筹|创建"
)
_GENERAL = (
    "关于|的|居民|业主|物业|住宅|老旧|小区|社区|街道|城市|城乡|城镇|乡镇|农村|乡村|行政村|自然村"
    "|智慧|完整|示范|商品房"
)
_SIGN = rf"(?:(?!{_DOING}|{_GENERAL})[\u4e00-\u9fff])"
_PLACE = rf"{_SIGN}{{2,8}}?"
_CITY = r"(?:市(?!场|容|级|区|内|民(?!政))|自治州|盟)"
_DISTRICT = r"(?:(?<![小辖校景片库院病厂灾疫园街])区(?![域分间别划块])|县(?![级域城])|旗)"
_AREA = re.compile(
    rf"^(?![全本我各][省市区县镇乡])"
    rf"((?:{_PLACE}(?:省|自治区))?(?:{_PLACE}{_CITY})?(?:{_PLACE}{_DISTRICT})?"
    rf"(?:{_PLACE}(?:街道|镇|乡))?(?:{_PLACE}(?:社区|村))?)"
)
_OPENING = re.compile(rf"^关于(?:{_DOING}|在|对|为)*《?")
_NATION = ("国务院", "中华人民共和国", "全国人民代表大会", "中共中央")
# A place without its name (本市, 全街道, 各社区), or a sentence about people (在…居住的);
# but 本溪市 and 全州县 are names.
UNNAMED = re.compile(
    r"本(?!溪)|[我各该在凡]|居住|常住|具有|全(?:省|市|区|县|旗|街道|镇|乡|社区|村|小|辖|体)"
    r"|.+[本我各该](?:省|市|区|县|旗|街道|镇|乡|社区|村)"
)
_LABEL = re.compile(r"^适用(?:地区|范围|区域)\s*[:：]\s*(.{2,60}?)[。；]?$")


def terms_of(document: Document, *, audience: Audience) -> Terms:
    """Return what the text says of its own dates and place; a person may correct it later."""
    # what a table tells of an item, such as how long its certificate holds, is not said of itself
    texts = [section.text for section in document.sections if not section.service]
    issued = iso_day(document.issued)
    effective = _effective(texts, issued)
    return Terms(
        title=document.title[:255],
        official_number=document.number[:100],
        issuer=document.issuer[:100],
        issued=issued,
        effective=effective,
        expires=_expires(texts, effective or issued),
        area=area_of([document.issuer, document.title], texts)[:100],
        audience=audience,
    )


def area_of(names: list[str], texts: list[str] | None = None) -> str:
    """Return the place that a text names for itself, or the place of its issuer or title."""
    for text in texts or ():
        for line in text.splitlines():
            if (match := _LABEL.match(line.strip())) and _is_named(match[1]):
                return match[1]
    for name in names:
        if name.startswith(_NATION):
            return "全国"
        match = _AREA.match(_OPENING.sub("", name))
        if match and match[1]:
            return match[1]
    return ""


def _is_named(text: str) -> bool:
    """Return whether a text begins with a place by its name; 本社区 may be anybody's."""
    place = _AREA.match(text)
    is_place = bool(place and place[1] and not UNNAMED.match(place[1]))
    return is_place or text.startswith("全国")


def _effective(texts: list[str], issued: str) -> str:
    for text in texts:
        for line in text.splitlines():
            if match := _FROM_LINE.match(line.strip()) or _FROM.search(line):
                return day_of(*match.groups()[-3:])
            if _FROM_ISSUE.search(line):
                return issued
    return ""


def _expires(texts: list[str], begins: str) -> str:
    for text in texts:
        for line in text.splitlines():
            if match := _UNTIL_LINE.match(line.strip()) or _UNTIL.search(line):
                return day_of(*match.groups()[-3:])
            if match := _ENDS.search(line):
                ends = day_of(*match.groups()[-3:])
                return (date.fromisoformat(ends) - timedelta(days=1)).isoformat() if ends else ""
            if begins and (match := _SPAN.search(line)):
                return _after(begins, counted(match[1]))
    return ""


def _after(begins: str, years: int) -> str:
    """Return the last day of so many years that begin on a day."""
    day = date.fromisoformat(begins)
    if not years or day.year + years > 9999:
        return ""
    last = min(day.day, monthrange(day.year + years, day.month)[1])
    return (date(day.year + years, day.month, last) - timedelta(days=1)).isoformat()
