"""Names that nobody has yet: roads, villages, communities, buildings, works and shops."""

from functools import cache
from pathlib import Path

from actions.understanding.address.dice import Dice
from actions.understanding.address.divisions import District, load_districts, short_of
from actions.understanding.address.words import load_words

VILLAGES = Path(__file__).with_name("villages.txt")  # a few of the statistics bureau's villages


class Coiner:
    """Makes up names from the words in ``words.yml`` and the characters of real names."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._words = load_words()
        self._towns = _towns()
        self._cities = sorted({one.city for one in load_districts() if one.city})
        self._characters = _characters()

    def coined(self, length: int) -> str:
        """Return so many characters, each as often as names of towns have it."""
        return "".join(self._dice.one(self._characters) for _ in range(length))

    def word(self, table: str) -> str:
        """Return one word of a list in ``words.yml``, or of a table of weights."""
        words = self._words[table]
        if isinstance(words, dict):
            return str(self._dice.weighed(words))
        return str(self._dice.one(words))

    def road(self) -> str:
        """Return a road: 人民东路, 杨柳巷, 6号大街."""
        if self._dice.chance(0.02):
            return f"{self._dice.random.randint(1, 30)}号大街"
        if self._dice.chance(0.55):
            stem = self.word("road_stems")
        elif self._dice.chance(0.4):
            stem = short_of(self._dice.one(self._towns))
        else:
            stem = self.coined(self._dice.one([1, 2, 2, 2, 3]))
        return stem + self.word("road_suffixes")

    def lane(self) -> str:
        """Return what leads off a road, or a stretch of it."""
        if self._dice.chance(0.3):
            return self.word("stretches")
        return self.coined(2) + self.word("lane_suffixes")

    def village(self) -> str:
        """Return a village or a community, now and then without its ending."""
        name = self._dice.one(_villages())
        if self._dice.chance(0.13) and name.endswith("村") and len(name) > 2:
            return name[:-1]
        return self.hamlet() if self._dice.chance(0.08) else name

    def hamlet(self) -> str:
        """Return a part of a village: 大王庄."""
        stem = self.coined(self._dice.one([1, 2]))
        if self._dice.chance(0.3):
            stem = self.word("poi_particles") + stem
        return stem + self.word("hamlet_suffixes")

    def home(self) -> str:
        """Return a housing estate."""
        if self._dice.chance(0.23):
            stem = self.coined(self._dice.one([1, 2, 2, 3]))
        else:
            stem = self.word("home_stems")
            stem += self.word("home_stems") if self._dice.chance(0.32) else ""
        return stem + (self.word("home_suffixes") if self._dice.chance(0.93) else "")

    def garden(self) -> str:
        """Return a part of a large estate that has a name of its own."""
        return self.word("home_stems") + self._dice.one(["苑", "园", "居", "公寓"])

    def building(self, district: District) -> str:
        """Return an office building, a market, a park of industry."""
        stem = self.word("home_stems") if self._dice.chance(0.33) else self.coined(2)
        if self._dice.chance(0.15):
            stem = short_of(district.name) + stem
        if self._dice.chance(0.12):
            stem += self.word("works")
        return (stem if self._dice.chance(0.92) else "") + self.word("work_suffixes")

    def work(self) -> str:
        """Return a firm."""
        name = self.coined(self._dice.one([2, 2, 2, 3, 4]))
        if self._dice.chance(0.35):
            city = short_of(self._dice.one(self._cities))
            name = city + self._dice.one(["", "市"]) + name
        return name + self.word("works") + self.word("firm_suffixes")

    def shop(self) -> str:
        """Return a shop."""
        return self.coined(2) + self.word("shops")

    def institution(self, district: District) -> str:
        """Return a school, a hospital, an office, with or without the place it serves."""
        stem = self._dice.one([short_of(district.name), self.coined(2), ""])
        return stem + self.word("institutions")

    def zone(self, district: District) -> str:
        """Return a development zone."""
        stem = short_of(district.name) if self._dice.chance(0.3) else self.coined(2)
        return (stem if self._dice.chance(0.6) else "") + self.word("zones")


@cache
def _towns() -> tuple[str, ...]:
    return tuple(town for district in load_districts() for town in district.towns)


@cache
def _characters() -> str:
    return "".join(short_of(town)[:3] for town in _towns())


@cache
def _villages() -> tuple[str, ...]:
    return tuple(VILLAGES.read_text(encoding="utf-8").split())
