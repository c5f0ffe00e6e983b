"""Which of several things are not to be reported, each by the words that stand with it."""

import re

from actions.understanding.pointing import WHICH, drops, which_of

_CLAUSE = re.compile(r"[^,，。;；!！?？~\s]+")
_OPENING = re.compile(r"(?:算[了啦]|嗯+|那就?|这样|好吧?|行吧?|我)+")  # 算了第一个报吧
_KEEPS_IT = re.compile(r"(?:要|报|留|登记|提交|交|只|就|光)(?:下|着|一下)?$")
_ENOUGH = re.compile(r"^[就也都先]*不(?:用|必|需要)(?:了|啦|咯|吧|啊)*$")  # 第二个不用了
_JOINT = re.compile(r"[和跟与、及]?|还有|以及")
_THE_REST = re.compile(r"别的|其[他它余]|剩下|另外(?:的|那)")

Said = tuple[list[int], str]  # the rows that are meant, and the words about them


def left_out(plain: str, count: int) -> tuple[int, ...]:
    """Return which of ``count`` things are to be left out, from 0, in the order of the text.

    第一个报,第二个不报 leaves out the second, and so does 只报第一个不报第二个.
    """
    out: list[int] = []
    last: list[int] = []  # what a clause without a pointer goes on about: 第二个,不用报了
    for clause in _CLAUSE.findall(plain):
        said = _said(clause, count) or [(last, clause)]
        for rows, words in said:
            if rows and (drops(words) or _ENOUGH.search(words)):
                is_rest = _THE_REST.search(words) is not None
                out += [n for n in range(count) if (n in rows) is not is_rest]
        last = said[-1][0]
    return tuple(dict.fromkeys(out))


def _said(clause: str, count: int) -> list[Said]:
    """Return what a clause says of each thing, before it (不报第二个) or behind it."""
    groups = _groups(clause)
    if not groups:
        return []
    starts, ends = [one[0].start() for one in groups], [one[-1].end() for one in groups]
    lead = _OPENING.sub("", clause[: starts[0]], count=1)
    spans = [*zip(ends, [*starts[1:], len(clause)], strict=True)]
    if _KEEPS_IT.search(lead) or drops(lead):
        spans = [*zip([starts[0] - len(lead), *ends[:-1]], starts, strict=True)]
    rows = [[which_of(pointer[0], count) for pointer in group] for group in groups]
    return [
        ([row for row in some if row is not None], clause[start:end])
        for some, (start, end) in zip(rows, spans, strict=True)
    ]


def _groups(clause: str) -> list[list[re.Match[str]]]:
    """Return the pointers of a clause, those together that one word holds for (第一个和第三个)."""
    groups: list[list[re.Match[str]]] = []
    for pointer in WHICH.finditer(clause):
        if groups and _JOINT.fullmatch(clause, groups[-1][-1].end(), pointer.start()):
            groups[-1].append(pointer)
        else:
            groups.append([pointer])
    return groups
