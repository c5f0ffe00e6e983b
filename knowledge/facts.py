"""Finds what a rephrased text says that its sources do not: numbers, names, permissions."""

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.figures import (
    Figure,
    amounts_in_words,
    figures,
    folded,
    is_same,
    rates,
    without_figures,
)
from knowledge.relations import cases, is_backed

Told = tuple[Sequence[Figure], set[str], set[str]]  # figures, words of clause and of sentence
COVERED = 0.35  # share of a text's pairs of characters that stand in its sources

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LIST_MARK = re.compile(
    r"^\s*(?:[(（]?[\d一二三四五六七八九十]{1,3}(?:[)）、]|[.](?!\d))|[①-⑳])\s*", re.MULTILINE
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
_ADDRESS = re.compile(
    r"[\u4e00-\u9fff]{1,2}(?:路|街|巷|弄|道|里|村|园|苑|区)\d+(?:号楼|号院|号|弄|幢|栋|座)"
)
_PERSON = re.compile(
    r"([\u4e00-\u9fff]{1,3})(?:先生|女士|小姐|主任|书记|经理|医生|老师|科长|所长|局长|站长|同志|师傅|网格员)"
)
_HEAD = re.compile(r"[:：]\s*\n")  # what is below belongs to what stands before the colon
_PIECES = re.compile(r"[。；;！!？?\n]+")

# What a clause says of an act, longest first; what is in none of these is said plainly.
_STANCES = {
    "forbid": "不可以|不能够|不允许|不应当|不应该|不能|不得|不可|不准|不许|不应"
    "|禁止|严禁|请勿|切勿|勿",
    "exempt": "不需要|不必|不用|不需|无需|无须|毋须|免于",
    "denied": "没有|未经|尚未|不予|不再|不是|并非|免收|免交|别(?![人的处])|未(?!来)|没"
    "|无(?!障碍|偿|线)|非(?!机动车|常|物质|遗)|不(?!动产|同|限|论|管|但|仅|过)",
    "permit": "可以|允许|准许|有权|能够|可(?!能)|能(?!力|源|否)",
    "oblige": "应当|应该|必须|需要|务必|须|需(?!求)|应(?!急|用|对|届)",
}
_STANCE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _STANCES.items()))
# What takes back, beside a negative stance, what the words before or after it give.
_TAKING_BACK = re.compile("除外|例外|但是|但(?!凡)|停止|停发|取消|终止|撤销|注销|拒绝|扣减|仅限")
_LISTED = re.compile("下列|以下|如下|之一")
# An act that is denied, and neither a quality (无人抚养) nor a bound (不满, 不超过).
_DENIED = re.compile("不(?![满足到超动同限论管但仅过少低高大小])|禁止|严禁")
_LISTED_PARTS = re.compile("[，,、。；;]")
_NEGATIVE = frozenset({"forbid", "exempt", "denied"})
# What a text may make of a stance of its sources, besides the same; "" is said plainly.
_ALLOWED = {
    ("", "permit"), ("permit", ""), ("oblige", ""),
    ("forbid", "denied"), ("denied", "forbid"), ("exempt", "denied"), ("denied", "exempt"),
}  # fmt: skip
_CONTRARY = {
    frozenset({"permit", "forbid"}), frozenset({"oblige", "exempt"}),
    frozenset({"oblige", "forbid"}),
}  # fmt: skip
_ASKED = re.compile(r"([\u4e00-\u9fff])不\1|是否|能否|可否")
_CLAUSES = re.compile(r"[，,。；;！!？?\n:：]+")


def unsupported(text: str, sources: Sequence[str]) -> list[str]:
    """Return why a text must not be said; empty if everything in it stands in the sources.

    Each reason names what kind of thing it is and no word of the text: ``figures``, ``amounts``
    (free, at once), ``rates``, ``quotes``, ``offices``, ``people``, ``addresses``, ``latin``,
    ``stance`` (may, must, must not), ``subject``.
    """
    said, known = folded(_LIST_MARK.sub("", text)), folded("\n".join(sources))
    checks = {
        "figures": _has_new_figures(said, known) or _misplaces_figures(said, known),
        "amounts": not amounts_in_words(said) <= amounts_in_words(known),
        "rates": not rates(said) <= rates(known),
        "quotes": _has_new_quotes(said, known),
        "offices": _has_new(_offices(said), known),
        "people": _has_new((found[0] for found in _PERSON.finditer(said)), known),
        "addresses": _has_new((found[0] for found in _ADDRESS.finditer(said)), known),
        "latin": _has_new((found[0].strip("./:-") for found in _LATIN.finditer(said)), known),
        "stance": _changes_stance(said, known),
        "subject": _coverage(said, known) < COVERED,
    }
    return [name for name, is_wrong in checks.items() if is_wrong]


def turns(words: str) -> bool:
    """Return whether words deny, forbid or except, so that without them the rest means other."""
    return bool(_TAKING_BACK.search(words)) or bool(_stances(words) & _NEGATIVE)


def excludes(lead_in: str) -> bool:
    """Return whether a lead-in denies something to what is listed below it.

    That is said by its last part (有下列情形之一的，不予发放：); what is denied before it is a
    condition (不满40周岁的下列人员可以申领：).
    """
    last = _LISTED_PARTS.split(lead_in.rstrip(" \n\u3000:："))[-1]
    is_denied = bool(_DENIED.search(last)) and _stances(last) <= _NEGATIVE
    return bool(_LISTED.search(lead_in)) and (is_denied or bool(_TAKING_BACK.search(last)))


def are_contrary(one: str, other: str, *, alike: float) -> bool:
    """Return whether two sentences that are alike but for it say the contrary of one act.

    ``alike`` is the share of pairs of characters, 0 to 1, from which they speak of the same;
    those of 可以, 不得, 应当, 无需 are not counted. A clause that denies something besides
    (无证人员不得进入) is of other people, not of the contrary.
    """
    return _share(one, other) >= alike and any(
        frozenset((_alone(ours), _alone(theirs))) in _CONTRARY and _share(ours, theirs) >= alike
        for ours in _CLAUSES.split(folded(one))
        for theirs in _CLAUSES.split(folded(other))
    )


def _alone(clause: str) -> str:
    """Return the stance of a clause that has just one."""
    stances = _stances(clause)
    return next(iter(stances)) if len(stances) == 1 else ""


def _share(one: str, other: str) -> float:
    a, b = _content(one), _content(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _has_new_figures(said: str, known: str) -> bool:
    """Return whether some figures do not stand together in the sources as they do in the text.

    The figures of one case must stand in one case of the sources: otherwise the sum of one
    group of people could be given to another.
    """
    return not is_backed(
        [cases(one) for one in _sentences(said)], [cases(one) for one in _sentences(known)]
    )


def _misplaces_figures(said: str, known: str) -> bool:
    """Return whether a figure stands in a clause that is worded as that of another figure.

    Only the clauses of the sources that have a figure of the same dimension are compared; where
    a figure is the only one of its sentence, the sentences too.
    """
    theirs = [
        (figures(clause), _worded(clause), _worded(sentence))
        for sentence in _sentences(known)
        for clause in _CLAUSES.split(sentence)
    ]
    for sentence in _sentences(said):
        around = _worded(sentence) if len(figures(sentence)) == 1 else set()
        for clause in _CLAUSES.split(sentence):
            words = _worded(clause)
            if not all(_is_placed(one, words, around, theirs) for one in figures(clause)):
                return True
    return False


def _is_placed(one: Figure, words: set[str], around: set[str], theirs: Sequence[Told]) -> bool:
    rows = [
        (
            (len(words & clause), len(around & sentence)),
            any(is_same(one, figure) for figure in found),
        )
        for found, clause, sentence in theirs
        if any(not one.unit or figure.dimension == one.dimension for figure in found)
    ]
    most = max((shared for shared, _ in rows), default=(0, 0))
    return any(is_there for shared, is_there in rows if shared == most)


def _sentences(text: str) -> list[str]:
    return _PIECES.split(_HEAD.sub(":", text))


def _worded(clause: str) -> set[str]:
    return _pairs(without_figures(clause))


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


def _changes_stance(said: str, known: str) -> bool:
    """Return whether a text permits, demands, forbids or denies what its sources do not.

    Each clause of the text is held against the clauses of the sources that share most with it:
    they must agree on whether the act may, must or must not be done.
    """
    theirs = [(_stances(clause), _content(clause)) for clause in _CLAUSES.split(known)]
    for clause in _CLAUSES.split(_ASKED.sub("\u0000", said)):
        stances, content = _stances(clause), _content(clause)
        shared = [len(content & other) for _, other in theirs]
        most = max(shared, default=0)
        if not most:
            if stances - {"permit"}:
                return True
            continue
        nearest = [one for (one, _), count in zip(theirs, shared, strict=True) if count == most]
        if not all(_agree(stances, other) for other in nearest):
            return True
    return False


def _agree(said: frozenset[str], known: frozenset[str]) -> bool:
    """Return whether a text's stances may be made of those of its source."""
    if bool(known & _NEGATIVE) != bool(said & _NEGATIVE):
        return False
    return all(
        any(one == other or (other, one) in _ALLOWED for other in known or {""})
        for one in said or {""}
    )


def _stances(clause: str) -> frozenset[str]:
    return frozenset(str(found.lastgroup) for found in _STANCE.finditer(clause))


def _content(clause: str) -> set[str]:
    """Return the pairs of characters of a clause, without the words of its stances."""
    return _pairs(_STANCE.sub("\u0000", clause))


def _pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring Chinese characters."""
    return {
        text[at : at + 2]
        for at in range(len(text) - 1)
        if _HAN.match(text[at]) and _HAN.match(text[at + 1])
    }


def _coverage(said: str, known: str) -> float:
    pairs = _pairs(without_figures(said))
    return len(pairs & _pairs(known)) / len(pairs) if pairs else 0.0
