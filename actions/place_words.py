"""The words of a place, and how they follow when a part of its door is told or put right."""

from actions.tickets.ticket import Place
from actions.understanding.door import find_doors
from actions.understanding.normalise import normalise


def without_doors(words: str) -> str:
    """Return the words with buildings and units blanked, spelt out or misspelt (2冻3单元)."""
    spoken = list(words)
    for door in find_doors(normalise(words)):  # 八栋一单元
        spoken[door.start : door.end] = " " * (door.end - door.start)
    return "".join(spoken)


def with_door(address: str, old: str, new: str) -> str:
    """Return the words of a place with one part of its door changed, in figures or spelt out."""
    spoken = list(address)
    for part in reversed(list(find_doors(normalise(address)))):  # 三号楼东边, said for 3栋
        if part.value == old:
            spoken[part.start : part.end] = new
    return "".join(spoken).replace(old, new)


def whole_door(address: str, building: str, unit: str) -> str:
    """Return the words of a place with the unit that was told later than its building."""
    known = {door.value for door in find_doors(normalise(address))}
    if not unit or unit in known or any(value.endswith(unit) for value in known - {building}):
        return address
    return address.replace(building, f"{building}{unit}", 1)


def fuller(old: str, new: Place) -> str:
    """Return the address that says more; "5-1-302" and "2单元" only repeat the door."""
    rest = without_doors(new.address)
    for part in filter(None, (new.building, new.unit, new.room)):
        rest = rest.replace(part, "")
    rest = without_doors(rest)
    if not any(character.isalpha() for character in rest):
        return old
    return new.address if len(new.address) > len(old) or not old else old
