"""Doors (楼门): what a link on the QR code at an entrance says, ``?b=3-2`` for 3栋2单元."""

import re

from channels.texts import place_text

_CODE = re.compile(r"b?(?P<building>[0-9]{1,3})(?:-(?P<unit>[0-9]{1,2}))?")


def place_at(code: str) -> str:
    """Return the place that a code names, as its resident would say it; empty for any other."""
    found = _CODE.fullmatch(code)
    if found is None:
        return ""
    building, unit = int(found["building"]), int(found["unit"] or 0)
    return place_text("unit" if unit else "building").format(building=building, unit=unit)
