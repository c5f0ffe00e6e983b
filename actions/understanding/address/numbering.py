"""Numbers of streets, buildings, units, floors and rooms, as people write them."""

import random
from collections.abc import Callable

import cn2an

_LETTERS = "ABCDEFGHabc"
Parts = list[tuple[str, str]]
DASH = ("-", "redundant")


def chinese(number: int) -> str:
    """Return 十二 for 12."""
    spoken = str(cn2an.an2cn(number))
    return spoken.removeprefix("一") if 10 <= number < 20 else spoken


def street_number(draw: random.Random) -> str:
    """Return a number on a street or in a village: 128号, 12-3号, 128."""
    number = str(int(draw.lognormvariate(4.6, 1.4)) + 1)
    if draw.random() < 0.04:
        number = chinese(min(int(number), 99))
    if draw.random() < 0.05:
        number = f"{number}{draw.choice('--之')}{draw.randint(1, 40)}"
    return number + ("号" if draw.random() < 0.93 else "")


def indoors(draw: random.Random) -> Parts:
    """Return the parts behind the door of a community or an office building."""
    ways: list[tuple[float, Callable[[random.Random], Parts]]] = [
        (20, _dashed),
        (14, _building_unit_room),
        (22, _building_room),
        (8, _building_only),
        (10, _floor),
        (7, _floor_room),
        (12, _room_only),
        (7, _building_number),
        (5, _building_floor),
        (3, _unit_room),
    ]
    weights, makers = zip(*ways, strict=True)
    maker: Callable[[random.Random], Parts] = draw.choices(makers, weights)[0]
    while True:
        parts = maker(draw)
        if not any(map(_are_glued, parts, parts[1:])):
            return parts


def _are_glued(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Say whether nobody could tell where the one ends: B and F839."""
    last, first = one[0][-1], other[0][0]
    return (last.isdigit() and first.isdigit()) or (
        last.isascii() and last.isalpha() and first.isascii() and first.isalpha()
    )


def _dashed(draw: random.Random) -> Parts:
    """Return 8-2-501, 8-501 or 8-2-501室."""
    house = str(draw.randint(1, 160))
    if draw.random() < 0.15:
        house = draw.choice(_LETTERS) + (house if draw.random() < 0.5 else "")
    if draw.random() < 0.12:
        house += draw.choice("幢栋")
    parts: Parts = [(house, "houseno")]
    if draw.random() < 0.65:
        parts += [DASH, (str(draw.randint(1, 14)), "cellno")]
    return [*parts, DASH, (_room(draw, 0.25), "roomno")]


def _building_unit_room(draw: random.Random) -> Parts:
    parts: Parts = [(_building(draw), "houseno"), (_unit(draw), "cellno")]
    if draw.random() < 0.1:
        parts.append((_storey(draw), "floorno"))
    return [*parts, (_room(draw), "roomno")] if draw.random() < 0.85 else parts


def _building_room(draw: random.Random) -> Parts:
    return [(_building(draw), "houseno"), (_room(draw), "roomno")]


def _building_only(draw: random.Random) -> Parts:
    return [(_building(draw), "houseno")]


def _building_number(draw: random.Random) -> Parts:
    """Return 12幢3号: the number is a door or a stair of the building."""
    number = draw.randint(1, 180)
    said = chinese(number) if draw.random() < 0.1 else str(number)
    return [(_building(draw, with_bare=False), "houseno"), (said + "号", "cellno")]


def _building_floor(draw: random.Random) -> Parts:
    parts: Parts = [(_building(draw), "houseno"), (_storey(draw), "floorno")]
    return [*parts, (_room(draw), "roomno")] if draw.random() < 0.4 else parts


def _floor(draw: random.Random) -> Parts:
    return [(_storey(draw), "floorno")]


def _floor_room(draw: random.Random) -> Parts:
    return [(_storey(draw), "floorno"), (_room(draw), "roomno")]


def _room_only(draw: random.Random) -> Parts:
    return [(_room(draw, 0.5), "roomno")]


def _unit_room(draw: random.Random) -> Parts:
    return [(_unit(draw), "cellno"), (_room(draw), "roomno")]


def _building(draw: random.Random, *, with_bare: bool = True) -> str:
    kind = draw.random()
    number = draw.randint(1, 30) if draw.random() < 0.7 else draw.randint(1, 200)
    if kind < 0.12:
        said = chinese(min(number, 30))
    elif kind < 0.3:
        letter = draw.choice(_LETTERS)
        if draw.random() < 0.6 or not with_bare:
            return letter + draw.choice(["座", "座", "幢", "栋", "楼", "区", "栋"])
        return letter + (str(draw.randint(1, 20)) if draw.random() < 0.4 else "")
    elif kind < 0.34:
        said = draw.choice(_LETTERS) + str(number)
    elif kind < 0.37:
        return draw.choice("东西南北") + draw.choice(["楼", "座", "幢"])
    else:
        said = str(number)
    return said + draw.choice(["幢", "幢", "幢", "幢", "栋", "栋", "栋", "栋", "号楼", "号楼",
                               "号", "楼", "#", "排", "座", "号院"])  # fmt: skip


def _unit(draw: random.Random) -> str:
    number = draw.randint(1, 12)
    said = chinese(number) if draw.random() < 0.2 else str(number)
    said = draw.choice("ABC") if draw.random() < 0.03 else said
    return said + ("单元" if draw.random() < 0.95 else draw.choice(["门", "梯", "街"]))


def _storey(draw: random.Random) -> str:
    number = draw.randint(1, 16) if draw.random() < 0.85 else draw.randint(17, 160)
    said = chinese(number) if draw.random() < 0.3 and number < 20 else str(number)
    return said + draw.choice(["楼"] * 22 + ["层", "F", "f"])


def _room(draw: random.Random, with_word: float = 0.3) -> str:
    digits = draw.choices([3, 4, 5, 2, 1], [45, 45, 3, 4, 3])[0]
    number = str(draw.randint(10 ** (digits - 1), 10**digits - 1))
    if draw.random() < 0.05:
        number = draw.choice(_LETTERS) + number
    elif draw.random() < 0.02:
        number += draw.choice("AB")
    if digits < 3:
        return number + draw.choice(["号", "室"])
    return number + (
        draw.choice(["室"] * 8 + ["号", "号", "房"]) if draw.random() < with_word else ""
    )
