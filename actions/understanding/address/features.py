"""What the model sees of each token: its neighbours, names it stands in, shapes of numbers."""

import re
from collections.abc import Iterator, Sequence

from actions.understanding.address.divisions import find_names
from actions.understanding.address.tokens import Token

_REACH = 3  # neighbours on each side
_SIGNS = frozenset("省市区县镇乡村路街道巷弄号楼栋幢座室层组园厦苑城场院厂店司寓桥口里期旁门面")
_NUMERALS = re.compile(r"[零〇一二三四五六七八九十百]")
_AHEAD = 8
_EDGE = "^"


def features_of(plain: str, tokens: Sequence[Token]) -> list[list[str]]:
    """Return the features of each token; ``plain`` is what ``normalise`` returned."""
    seen = [_EDGE] * (_REACH + 1) + [_look(token) for token in tokens] + [_EDGE] * (_REACH + 1)
    shapes = [_shape(token) for token in tokens]
    names = _names_at(plain, tokens)
    ahead, behind = _signs_ahead(tokens), _signs_behind(tokens)
    features = []
    for i, token in enumerate(tokens):
        found = list(_window(seen, i + _REACH + 1))
        found += [f"{place}{name}" for place, at in (("", i), ("<", i - 1), (">", i + 1))
                  if 0 <= at < len(tokens) for name in names[at]]  # fmt: skip
        found += _figures(token)
        found.append("tail=" + "".join(shapes[i : i + 7]))
        found.append("tail4=" + "".join(shapes[i : i + 4]))
        found.append("head=" + "".join(shapes[max(0, i - 4) : i + 1]))
        found += ahead[i]
        found += behind[i]
        features.append(found)
    return features


def _look(token: Token) -> str:
    if token.words.isdigit():
        return f"N{min(len(token.words), 5)}"
    return token.words.upper() if len(token.words) == 1 else "L"


def _shape(token: Token) -> str:
    look = _look(token)
    if look[0] == "N":
        return look
    if token.words.isascii() and token.words.isalpha():
        return "L"
    if look in _SIGNS or not ("\u4e00" <= look <= "\u9fff"):
        return look
    return "n" if _NUMERALS.match(look) else "x"


def _window(seen: Sequence[str], at: int) -> Iterator[str]:
    yield "bias"
    for d in range(-_REACH, _REACH + 1):
        yield f"{d}={seen[at + d]}"
    for d in range(-_REACH, _REACH):
        yield f"{d}2={seen[at + d]}{seen[at + d + 1]}"
    for d in range(-_REACH, _REACH - 1):
        yield f"{d}3={seen[at + d]}{seen[at + d + 1]}{seen[at + d + 2]}"
    yield f"f4={''.join(seen[at : at + 4])}"
    yield f"b4={''.join(seen[at - 3 : at + 1])}"


def _names_at(plain: str, tokens: Sequence[Token]) -> list[list[str]]:
    """Return for each token the divisions it stands in, and where in them."""
    found: list[set[str]] = [set() for _ in tokens]
    index = {token.start: i for i, token in enumerate(tokens)}
    for start, end, kinds in find_names(plain):
        if start not in index:
            continue
        for position in range(start, end):
            if position in index:
                place = "B" if position == start else "E" if position == end - 1 else "I"
                found[index[position]] |= {f"{place}:{kind}" for kind in kinds}
                if position == start:
                    found[index[position]] |= {f"B{end - start}:{kind}" for kind in kinds}
    return [sorted(one) for one in found]


def _figures(token: Token) -> Iterator[str]:
    if token.words.isdigit():
        yield "digits"
        if len(token.words) <= 2:
            yield f"value={token.words}"
        yield f"zeros={token.words[-2:-1]}" if len(token.words) > 2 else "short"


def _signs_ahead(tokens: Sequence[Token]) -> list[list[str]]:
    """Return for each token the next telling character and how far it is, and what remains."""
    found = []
    for i in range(len(tokens)):
        coming = [
            (d, token.words)
            for d, token in enumerate(tokens[i + 1 : i + 1 + _AHEAD], 1)
            if token.words in _SIGNS or token.words.isdigit()
        ]
        signs = ["#" if word.isdigit() else word for _, word in coming]
        near = f"{signs[0]}{min(coming[0][0], 6)}" if coming else "none"
        figures = sum(token.words.isdigit() for token in tokens[i + 1 :])
        found.append([
            f"next={near}",
            f"sign={''.join(signs[:1])}",
            f"signs={''.join(signs[:2])}",
            f"left={min(figures, 4)}",
            f"end={min(len(tokens) - 1 - i, 4)}",
        ])  # fmt: skip
    return found


def _signs_behind(tokens: Sequence[Token]) -> list[list[str]]:
    """Return for each token the last telling characters before it, and how far in it stands."""
    found = []
    signs: list[str] = []
    last = 0
    for i, token in enumerate(tokens):
        numbers = sum(sign == "#" for sign in signs)
        found.append([
            f"after={''.join(signs[-1:])}{min(i - last, 6)}",
            f"after2={''.join(signs[-2:])}",
            f"after3={''.join(signs[-3:])}",
            f"numbers={min(numbers, 4)}",
            f"start={min(i, 4)}",
            *(f"had={sign}" for sign in set(signs) if sign in "路街镇村号区"),
        ])  # fmt: skip
        if token.words in _SIGNS or token.words.isdigit():
            signs.append("#" if token.words.isdigit() else token.words)
            last = i
    return found
