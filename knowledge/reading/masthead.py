"""The head of a Chinese official text: its title, number, issuer and date."""

import re
from dataclasses import dataclass

from knowledge.reading.blocks import Block, BlockKind

NUMBER = re.compile(
    r"([\u4e00-\u9fff]{1,12}(?:发|办|函|规|字|通|令|告|民|人社|建|教|医保)?[\u4e00-\u9fff]{0,4}"
    r"[〔\[【（(]\s?(?:19|20)\d{2}\s?[〕\]】）)]\s?第?\d{1,4}号)"
)
ORDER = re.compile(r"([\u4e00-\u9fff]{2,16}令第?\s?\d{1,4}号)")
DATE = re.compile(r"((?:19|20)\d{2})[年\-./](\d{1,2})[月\-./](\d{1,2})日?")
ISSUER_LINE = re.compile(
    r"^(?:发文机关|发布机构|发布单位|发文单位|制定机关|发布机关|单位|来源)\s*[:：]\s*(.+)$"
)
NUMBER_LINE = re.compile(r"^(?:文号|发文字号|编号)\s*[:：]\s*(.+)$")
DATE_LINE = re.compile(r"^(?:发布日期|成文日期|发文日期|印发日期|日期|发布时间)\s*[:：]\s*(.+)$")
TITLE_LINE = re.compile(r"^(?:标题|名称)\s*[:：]\s*(.+)$")
SIGNATURE = re.compile(
    r"^[\u4e00-\u9fff（）()、 ]{2,40}(?:局|办公室|政府|委员会|委|部|厅|中心|办事处|公司|学校"
    r"|医院|居委会|村委会|党委|支队|大队|派出所|民政局|物业服务中心)$"
)
SENTENCE_END = ("。", "；", ";", "，", "：", ":", "！", "？", "?")
_STRUCTURE = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]+[章条节]|[一二三四五六七八九十]、|[（(]一[)）]|1[.、．]|问[:：])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """What the first and last lines say about the document; ``length`` blocks are the head."""

    title: str
    number: str = ""
    issuer: str = ""
    issued: str = ""
    length: int = 0
    has_title: bool = False


def read_masthead(blocks: list[Block], file_stem: str) -> Masthead:
    """Return title, number, issuer and date as far as the text states them."""
    title, length = _title(blocks)
    found = {"number": "", "issuer": "", "issued": ""}
    while length < min(len(blocks), 9) and _read_line(blocks[length], found):
        length += 1
    _read_signature(blocks[length:], found)
    near = "\n".join([title, *(block.text for block in blocks[length : length + 2])])
    found["number"] = found["number"] or _first(NUMBER, near)
    return Masthead(title=title or file_stem, length=length, has_title=bool(title), **found)


def _title(blocks: list[Block]) -> tuple[str, int]:
    """Return the title and how many blocks it takes."""
    for at, block in enumerate(blocks[:6]):
        if block.kind is BlockKind.HEADING and block.level == 1:
            return block.text, at + 1
        if match := TITLE_LINE.match(block.text):
            return match[1], at + 1
    if not blocks or blocks[0].kind is BlockKind.ROW:
        return "", 0
    first = blocks[0]
    is_title = len(first.text) <= 60 and not first.text.endswith(SENTENCE_END)
    if first.kind is BlockKind.PARAGRAPH and (not is_title or _STRUCTURE.match(first.text)):
        return "", 0
    text = first.text
    follows = blocks[1].text if len(blocks) > 1 else ""
    # a title broken over two lines: 关于印发《…》 / 的通知
    if is_title and re.fullmatch(r".{0,20}的?(?:通知|办法|公告|意见|细则|规定)", follows):
        return text + follows, 2
    return text, 1


def _read_line(block: Block, found: dict[str, str]) -> bool:
    """Take one line of the head; return whether it was nothing but that."""
    text = block.text.strip("（）() ")
    if block.kind is not BlockKind.PARAGRAPH or len(text) > 60:
        return False
    for name, pattern in (("issuer", ISSUER_LINE), ("number", NUMBER_LINE)):
        if match := pattern.match(text):
            found[name] = match[1].strip()
            return True
    if match := DATE_LINE.match(text):
        found["issued"] = iso_date(match[1])
        return True
    if NUMBER.fullmatch(text) or ORDER.fullmatch(text):
        found["number"] = text
        return True
    return False


def _read_signature(blocks: list[Block], found: dict[str, str]) -> None:
    for block in blocks[-4:]:
        text = block.text.strip()
        if len(text) > 40:
            continue
        if not found["issuer"] and SIGNATURE.match(text):
            found["issuer"] = text
        if not found["issued"] and DATE.fullmatch(text.replace(" ", "")):
            found["issued"] = iso_date(text.replace(" ", ""))


def iso_date(text: str) -> str:
    """Return the first date in a text as ISO, or an empty string."""
    match = DATE.search(text.replace(" ", ""))
    return "" if match is None else f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""
