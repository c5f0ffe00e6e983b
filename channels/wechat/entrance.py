"""Entrance codes: what a QR code at a building's door says, the same in every messenger."""

import re
from dataclasses import dataclass

from channels.wechat.words import words

# b3 · b3-2 (3栋2单元) · elder · elder-b3-2 (the same, in 长辈模式)
_CODE = re.compile(r"(?P<elder>elder)?-?(?:b(?P<building>\d{1,3})(?:-(?P<unit>\d{1,2}))?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """The place in words, empty if the code names none."""

    place: str = ""
    is_elder: bool = False


def place_of(code: str) -> Entrance:
    """Return what ``code`` says; an unknown one says nothing."""
    found = _CODE.fullmatch(code)
    if found is None:
        return Entrance()
    place = ""
    if found["building"]:
        template = words().said["unit" if found["unit"] else "building"]
        place = template.format(building=int(found["building"]), unit=int(found["unit"] or 0))
    return Entrance(place=place, is_elder=bool(found["elder"]))
