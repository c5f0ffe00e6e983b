"""The head of a Chinese official text: its title, number, issuer and date."""

import re
from dataclasses import dataclass

from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.byline import SIGNATURE, decided_on, read_byline
from knowledge.reading.dates import is_day, iso_day
from knowledge.reading.marks import begins_clause, is_remark

NUMBER = re.compile(
    r"([\u4e00-\u9fff]{1,12}(?:发|办|函|规|字|通|令|告|民|人社|建|教|医保)?[\u4e00-\u9fff]{0,4}"
    r"[〔\[【（(]\s?(?:19|20)\d{2}\s?[〕\]】）)]\s?第?\d{1,4}号)"
)
ORDER = re.compile(r"([\u4e00-\u9fff]{2,16}令第?\s?\d{1,4}号)")
ISSUER_LINE = re.compile(
    r"^(?:发文机关|发布机构|发布单位|发文单位|制定机关|发布机关|单位|来源)\s*[:：]\s*(.+)$"
)
NUMBER_LINE = re.compile(r"^(?:文号|发文字号|编号)\s*[:：]\s*(.+)$")
DATE_LINE = re.compile(r"^(?:发布日期|成文日期|发文日期|印发日期|日期|发布时间)\s*[:：]\s*(.+)$")
_NEXT_LABEL = re.compile(
    r"[\s|]+(?=(?:发文机关|发布机构|发布单位|发文单位|制定机关|发布机关|来源|文号|发文字号"
    r"|发布日期|成文日期|发文日期|印发日期|日期|发布时间)\s*[:：])"
)
TITLE_LINE = re.compile(r"^(?:标题|名称)\s*[:：]\s*(.+)$")
SENTENCE_END = ("。", "；", ";", "，", "：", ":", "！", "？", "?")
_STRUCTURE = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]+[章条节]|[一二三四五六七八九十]、|[（(]一[)）]|1[.、．]|问[:：])"
)


LETTERHEAD = re.compile(r"^(.{2,60}?)\s*文件$")  # 发文机关标志, GB/T 9704-2012, 7.2.4
SIGNED = re.compile(r"\s*签发人\s*[:：]\s*[\u4e00-\u9fff ·]{2,10}$")
OFFICIAL_TITLE = re.compile(
    r"^[\w《》〈〉（）()〔〕、·—-]*"
    r"(?:通知|办法|公告|通告|公示|意见|细则|规定|方案|指南|条例|须知|决定|制度)[》）)]?$"
)
# The numbers of other texts stand in sentences; its own stands by itself, behind its title, where
# it is called so, or where a note below the title says how the text was made known.
_TITLE_NUMBER = re.compile(rf"(?<!》)[\s（(〔\[]{NUMBER.pattern}[）)]?$")
_NAMED_NUMBER = re.compile(rf"(?:文号|发文字号)\s*[:：]\s*{NUMBER.pattern}")
_MADE_KNOWN = re.compile(rf"{NUMBER.pattern}文?(?:公布|发布|印发|颁布)")
_REFERRING = re.compile("根据|依据|按照|参照|执行")
_PASSED_ON = re.compile("转发|贯彻|落实")
TITLE_WITHIN, HEAD_WITHIN, LONGEST = 6, 9, 60  # blocks, blocks, characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """What the first and last lines say about the document, and the blocks that are its text."""

    title: str
    body: tuple[Block, ...]
    number: str = ""
    issuer: str = ""
    issued: str = ""
    has_title: bool = False


def read_masthead(blocks: list[Block], file_stem: str) -> Masthead:
    """Return title, number, issuer and date as far as the text states them."""
    at, count, title = _title(blocks)
    found = {"number": "", "issuer": "", "issued": ""}
    above = [one for one in blocks[:at] if not _read_line(one, found)]
    heads = [name for one in above if (name := _letterhead(one))]
    below = blocks[_head_end(blocks, at + count, found, is_issued=bool(heads)) :]
    _read_signature(below, found)
    found["issued"] = found["issued"] or decided_on(below)
    found["number"] = found["number"] or _number(title, below)
    found["issuer"] = found["issuer"] or next(iter(heads), "")
    above = [one for one in above if not heads or _letterhead(one) != found["issuer"]]
    return Masthead(
        title=title or file_stem, body=(*above, *below), has_title=bool(title), **found
    )


def _head_end(blocks: list[Block], start: int, found: dict[str, str], *, is_issued: bool) -> int:
    """Take the lines of the head below a title; return where the text begins."""
    at = _labelled_end(blocks, start, found)
    known = is_issued or any(found.values())
    line = read_byline(
        blocks[at:],
        is_issued=is_issued or bool(found["issuer"]),
        is_dated=bool(found["issued"]),
    )
    end = at + line.length
    is_whole = bool(line.issuer and line.issued)
    if not line.length or not (known or is_whole or _is_below_byline(blocks[end : end + 1])):
        return at
    for name, value in (("issuer", line.issuer), ("issued", line.issued)):
        found[name] = found[name] or value
    return _labelled_end(blocks, end, found)


def _is_below_byline(blocks: list[Block]) -> bool:
    """Return whether the next block is what only stands below a head."""
    text = blocks[0].text if blocks else ""
    patterns = (ISSUER_LINE, NUMBER_LINE, DATE_LINE)
    return begins_clause(text) or any(pattern.match(text) for pattern in patterns)


def _labelled_end(blocks: list[Block], at: int, found: dict[str, str]) -> int:
    while at < min(len(blocks), HEAD_WITHIN) and _read_line(blocks[at], found):
        at += 1
    return at


def _title(blocks: list[Block]) -> tuple[int, int, str]:
    """Return where the title stands, how many blocks it takes, and the title."""
    if not blocks:
        return 0, 0, ""
    for at, block in enumerate(blocks[:TITLE_WITHIN]):
        if (match := TITLE_LINE.match(block.text)) and _is_within_head(blocks, at):
            return at, 1, match[1]
        if _is_title_heading(block) and _is_above_all(blocks, at):
            return at, 1, block.text
    at = _below_letterhead(blocks)
    if not _may_be_title(blocks[at]):
        return 0, 0, ""
    text = blocks[at].text
    is_broken = len(blocks) > at + 1 and _goes_on(blocks[at], blocks[at + 1])
    return (at, 2, text + blocks[at + 1].text) if is_broken else (at, 1, text)


def _is_title_heading(block: Block) -> bool:
    is_first = block.kind is BlockKind.HEADING and block.level == 1
    return is_first and not _STRUCTURE.match(block.text)


def _is_above_all(blocks: list[Block], at: int) -> bool:
    """Return whether what stands before a heading leaves it the title of the whole text."""
    is_alone = sum(map(_is_title_heading, blocks)) == 1
    return _is_within_head(blocks, at) or (not _may_be_title(blocks[0]) and is_alone)


def _is_within_head(blocks: list[Block], at: int) -> bool:
    """Return whether neither an official title nor a line of the text stands before a block."""
    is_titled = at > 0 and OFFICIAL_TITLE.match(blocks[0].text) is not None
    is_row = blocks[at].kind is BlockKind.ROW
    return not (is_titled or is_row or any(map(_is_body, blocks[:at])))


def _is_body(block: Block) -> bool:
    """Return whether a block is one that only stands below a title."""
    is_sentence = block.text.endswith(SENTENCE_END) or len(block.text) > LONGEST
    return block.kind is BlockKind.ROW or (block.kind is BlockKind.PARAGRAPH and is_sentence)


def _may_be_title(block: Block) -> bool:
    is_other = _STRUCTURE.match(block.text) is not None or is_remark(block.text)
    return not _is_body(block) and not is_other


def _goes_on(block: Block, after: Block) -> bool:
    """Return whether a title is broken over two lines: 关于印发《…》 / 的通知."""
    is_plain = block.kind is after.kind is BlockKind.PARAGRAPH
    ends = re.fullmatch(r".{0,20}的?(?:通知|办法|公告|意见|细则|规定)", after.text)
    is_whole = OFFICIAL_TITLE.match(block.text) and not after.text.startswith("的")
    return is_plain and ends is not None and not is_whole


def _below_letterhead(blocks: list[Block]) -> int:
    """Return where the title stands below the issuer's name and the number; 0 without them."""
    named = at = 1 if _letterhead(blocks[0]) else 0
    while at < min(len(blocks) - 1, TITLE_WITHIN) and _number_in(blocks[at].text):
        at += 1
    is_head = at > named or LETTERHEAD.match(blocks[0].text)
    return at if is_head and at < len(blocks) and _may_be_title(blocks[at]) else 0


def _letterhead(block: Block) -> str:
    """Return the issuer whose letterhead a line is: 幸福区民政局文件, or its name alone."""
    if block.kind is not BlockKind.PARAGRAPH:
        return ""
    match = LETTERHEAD.match(block.text)
    name = match[1] if match else block.text
    return name if SIGNATURE.match(name) else ""


def _number_in(line: str) -> str:
    """Return the number that a line is, without brackets and who signed for it."""
    text = SIGNED.sub("", line).strip("（）() ")
    is_number = NUMBER.fullmatch(text) or ORDER.fullmatch(text)
    return text if is_number and not _REFERRING.match(text) else ""


def _read_line(block: Block, found: dict[str, str]) -> bool:
    """Take one line of the head; return whether it was nothing but that."""
    text = block.text.strip("（）() ")
    if block.kind is not BlockKind.PARAGRAPH or len(text) > LONGEST:
        return False
    read: dict[str, str] = {}
    for part in _NEXT_LABEL.split(text):
        name, value = _labelled(part)
        if not value or found[name] or name in read:
            return False
        read[name] = value
    found.update(read)
    return True


def _labelled(part: str) -> tuple[str, str]:
    """Return what of the head a part of a line tells, and how; an empty text if nothing."""
    for name, pattern in (("issuer", ISSUER_LINE), ("number", NUMBER_LINE)):
        if match := pattern.match(part):
            return name, match[1].strip()
    if match := DATE_LINE.match(part):
        return "issued", iso_day(match[1].replace(" ", ""))
    return "number", _number_in(part)


def _read_signature(blocks: list[Block], found: dict[str, str]) -> None:
    for block in blocks[-4:]:
        text = block.text.strip()
        if len(text) > 40:
            continue
        if not found["issuer"] and SIGNATURE.match(text):
            found["issuer"] = text
        if not found["issued"] and is_day(text.replace(" ", "")):
            found["issued"] = iso_day(text.replace(" ", ""))


def _number(title: str, below: list[Block]) -> str:
    """Return the text's own number from its title or from what stands below it."""
    near = [block.text for block in below[:2]]
    note = next((text for text in near[:1] if re.fullmatch(r"[（(].*[）)]", text)), "")
    whole = "" if _PASSED_ON.search(title) else title
    return (
        _first(_TITLE_NUMBER, whole)
        or _first(_MADE_KNOWN, note)
        or _first(_NAMED_NUMBER, "\n".join(near))
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""
