"""How people ask, and what an answer to such a question looks like; read from YAML."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from knowledge.item import Facet

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One kind of question (多少钱) and the pattern its answer shows (元)."""

    name: str
    asks: re.Pattern[str]
    shows: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The word lists, compiled."""

    fillers: re.Pattern[str]
    synonyms: tuple[tuple[str, ...], ...]
    expectations: tuple[Expectation, ...]
    facets: dict[Facet, re.Pattern[str]]
    benefit: re.Pattern[str]
    whole: re.Pattern[str]
    area: re.Pattern[str]
    place: re.Pattern[str]
    not_places: tuple[str, ...]

    def facets_asked(self, question: str) -> list[Facet]:
        """Return the facets a question asks for, the most telling first."""
        asked = [facet for facet, pattern in self.facets.items() if pattern.search(question)]
        if Facet.FEE in asked and self.benefit.search(question):
            asked.remove(Facet.FEE)
        return asked


def _either(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


@cache
def lexicon() -> Lexicon:
    """Return the word lists, read once."""
    words = yaml.safe_load((HERE / "lexicon.yml").read_text(encoding="utf-8"))
    areas = yaml.safe_load((HERE / "areas.yml").read_text(encoding="utf-8"))["areas"]
    return Lexicon(
        fillers=re.compile(_either(words["fillers"])),
        synonyms=tuple(tuple(group) for group in words["synonyms"]),
        expectations=tuple(
            Expectation(name=name, asks=re.compile(one["asks"]), shows=re.compile(one["shows"]))
            for name, one in words["asks"].items()
        ),
        facets={Facet(name): re.compile(asks) for name, asks in words["facets"].items()},
        benefit=re.compile(words["benefit"]),
        whole=re.compile(words["whole"]),
        area=re.compile(_either(areas)),
        place=re.compile(rf"([\u4e00-\u9fff]{{2}})({_either(words['places'])})"),
        not_places=tuple(words["not_places"]),
    )
