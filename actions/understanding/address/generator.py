"""Addresses made up from the names of divisions and from the words in ``words.yml``.

What goes where follows how deliveries and complaints are addressed: any part may be missing,
numbers come with and without their words, and some parts are said twice.
"""

import itertools
from collections.abc import Callable, Iterator

from actions.understanding.address.coining import Coiner
from actions.understanding.address.dice import Dice
from actions.understanding.address.divisions import District, load_districts, short_of
from actions.understanding.address.labelled import LabelledAddress, join_parts
from actions.understanding.address.numbering import chinese, indoors, street_number

Parts = list[tuple[str, str]]
_COAST = "浙江省"  # half of the addresses: a province of much trade, so of many parcels
_MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")


class AddressGenerator:
    """Makes labelled addresses; the same seed makes the same ones."""

    def __init__(self, seed: int = 0) -> None:
        self._dice = Dice(seed)
        self._coiner = Coiner(self._dice)
        self._all = [district for district in load_districts() if district.name]
        self._near = [one for one in self._all if one.province == _COAST]

    def generate(self, count: int) -> Iterator[LabelledAddress]:
        """Yield so many addresses."""
        made = 0
        while made < count:
            parts = self._address()
            address = join_parts(parts)
            if len(address.text) > 3 and not _runs_together(parts):
                made += 1
                yield address

    def _address(self) -> Parts:
        district = self._dice.one(self._near if self._dice.chance(0.55) else self._all)
        head = self._divisions(district)
        body = self._body(district, has_head=bool(head))
        tail = self._tail() if self._dice.chance(0.05) else []
        return self._with_repeats(head, district) + body + tail

    # 省市区街道

    def _divisions(self, district: District) -> Parts:
        chance = self._dice.chance
        parts: Parts = [("中国", "country")] if chance(0.006) else []
        is_city_state = district.province in _MUNICIPALITIES
        if not is_city_state and chance(0.45):
            parts.append((self._named(district.province, 0.1), "prov"))
        city = district.province if is_city_state else district.city
        if city and chance(0.72 if parts else 0.4):
            if is_city_state and chance(0.1):
                parts.append((short_of(city), "prov"))
            parts.append((self._named(city, 0.25), "city"))
        if chance(0.8 if parts else 0.5):
            parts.append((self._named(district.name, 0.14), "district"))
        return self._separated(parts) if chance(0.05) else parts

    def _separated(self, parts: Parts) -> Parts:
        sign = self._dice.one(["-", "_", "-", " ", ",", "/"])
        label = "redundant" if sign in "-_/" else ""
        return [one for part in parts for one in (part, (sign, label))]

    def _with_repeats(self, head: Parts, district: District) -> Parts:
        """Say a division twice now and then, as forms that fill in half an address do."""
        if not head or not self._dice.chance(0.06):
            return head
        again: Parts = [
            (self._named(name, 0.2), "redundant")
            for name in (district.province, district.city, district.name)
            if name and self._dice.chance(0.6)
        ]
        return again + head if self._dice.chance(0.5) else head + again

    def _town(self, district: District) -> str:
        if district.towns and self._dice.chance(0.85):
            name = self._dice.one(district.towns)
        else:
            name = self._coiner.coined(2) + self._dice.one(["镇", "镇", "街道", "乡"])
        return self._named(name, 0.12)

    def _named(self, name: str, short: float) -> str:
        """Return the name, or with this probability what people call it for short."""
        return short_of(name) if self._dice.chance(short) else name

    # 路、村、小区、单位

    def _body(self, district: District, *, has_head: bool) -> Parts:
        parts: Parts = []
        if self._dice.chance(0.5 if has_head else 0.6):
            parts.append((self._town(district), "town"))
        if self._dice.chance(0.05):
            parts.append((self._coiner.zone(district), "devZone"))
        if self._dice.chance(0.2 if parts else 0.06):
            return parts + self._village()
        way = self._dice.weighed({
            "road": 24, "road, rooms": 6, "road, place": 30, "place, road": 6,
            "crossing": 3, "crossing, place": 2, "place": 29,
        })  # fmt: skip
        made: dict[str, Callable[[], Parts]] = {
            "road": self._numbered_road,
            "rooms": lambda: indoors(self._dice.random),
            "crossing": self._crossing,
            "place": lambda: self._place(district, 0.75 if way == "place" else 0.5),
        }
        for name in way.split(", "):
            parts += made[name]()
        return parts

    def _village(self) -> Parts:
        parts: Parts = [(self._coiner.village(), "community")]
        way = self._dice.weighed(
            {"": 20, "group": 16, "road": 26, "hamlet": 18, "work": 12, "rooms": 8}
        )
        if way == "road":
            return parts + self._numbered_road()
        if way == "rooms":
            return parts + indoors(self._dice.random)
        if way == "group":
            parts.append((self._group(), "road"))
        elif way == "hamlet":
            parts.append((self._coiner.hamlet(), "poi"))
        elif way == "work":
            return [*parts, (self._coiner.work(), "poi")]
        if self._dice.chance(0.45):
            parts.append((street_number(self._dice.random), "roadno"))
        return parts

    def _group(self) -> str:
        number = self._dice.random.randint(1, 15)
        said = chinese(number) if self._dice.chance(0.4) else str(number)
        if self._dice.chance(0.3):
            said = self._coiner.hamlet()
        elif self._dice.chance(0.1):
            said = f"第{said}"
        return said + self._dice.one(["组", "组", "组", "队", "社"])

    def _numbered_road(self) -> Parts:
        parts: Parts = [(self._coiner.road(), "road")]
        draw = self._dice.random
        way = self._dice.weighed({"": 16, "number": 76, "lane": 2, "numbered lane": 2, "弄": 3})
        if way == "number":
            parts.append((street_number(draw), "roadno"))
        elif way == "弄":
            parts.append((f"{draw.randint(1, 1500)}弄", "roadno"))
            if self._dice.chance(0.6):
                parts.append((f"{draw.randint(1, 90)}号", "houseno"))
        elif way:
            parts.append((self._coiner.lane(), "subRoad"))
            parts += [(street_number(draw), "subroadno")] if way == "numbered lane" else []
        if self._dice.chance(0.05):
            parts.append((self._coiner.word("assists"), "assist"))
        return parts

    def _crossing(self) -> Parts:
        parts: Parts = [(self._coiner.road(), "road")]
        if self._dice.chance(0.75):
            parts.append((self._dice.one(["与", "与", "与", "和"]), "assist"))
        parts.append((self._coiner.road(), "subRoad"))
        if self._dice.chance(0.85):
            parts.append((self._coiner.word("crossings"), "assist"))
        return parts

    def _place(self, district: District, rooms: float) -> Parts:
        coiner, chance = self._coiner, self._dice.chance
        way = self._dice.weighed(
            {"home": 39, "garden": 3, "building": 26, "work": 16, "shop": 8, "institution": 8}
        )
        made: dict[str, Callable[[], str]] = {
            "home": coiner.home,
            "garden": coiner.home,
            "building": lambda: coiner.building(district),
            "work": coiner.work,
            "shop": coiner.shop,
            "institution": lambda: coiner.institution(district),
        }
        parts: Parts = [(made[way](), "poi")]
        if way == "garden":
            parts.append((coiner.garden(), "subpoi"))
        elif chance(0.12):
            parts.append((coiner.word("sub_places"), "subpoi"))
        if chance(0.04):
            parts.append((coiner.word("assists"), "assist"))
        if chance(rooms if way in {"home", "garden", "building"} else rooms * 0.3):
            parts += indoors(self._dice.random)
        if chance(0.04):
            parts.append((coiner.work() if chance(0.5) else coiner.word("shops"), "subpoi"))
        return parts

    def _tail(self) -> Parts:
        """Return what couriers are told, or where one form stuck two fields together."""
        sign: Parts = [(self._dice.one(["-", "_"]), "redundant")]
        tail: Parts = [(self._coiner.word("tails"), "redundant")]
        return sign + tail if self._dice.chance(0.3) else tail


def _runs_together(parts: Parts) -> bool:
    """Return whether two figures stand side by side: 451 and 15号 would be read as 45115号."""
    return any(
        left[-1:].isdigit() and right[:1].isdigit()
        for (left, _), (right, _) in itertools.pairwise(parts)
    )
