"""How people ask, and what an answer to such a question looks like; read from YAML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

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
    charge: re.Pattern[str]
    measured: re.Pattern[str]
    priced: re.Pattern[str]
    charged: re.Pattern[str]
    fined: re.Pattern[str]
    granted: re.Pattern[str]
    light: re.Pattern[str]
    whole: re.Pattern[str]
    area: re.Pattern[str]
    place: re.Pattern[str]
    not_places: tuple[str, ...]
    units: tuple[Expectation, ...] = ()
    number: Expectation | None = None  # where a question for a number names no unit
    kinds: tuple[str, ...] = ()  # a word before one of these is a name
    named_places: tuple[str, ...] = ()  # those of ``kinds`` that are places
    not_names: tuple[str, ...] = ()
    interrogative: re.Pattern[str] | None = None
    measure: re.Pattern[str] | None = None


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
        expectations=_expectations(words["asks"]),
        facets={Facet(name): re.compile(asks) for name, asks in words["facets"].items()},
        benefit=re.compile(words["benefit"]),
        charge=re.compile(words["charge"]),
        measured=re.compile(words["measured"]),
        priced=re.compile(words["priced"]),
        charged=re.compile(words["charged"]),
        fined=re.compile(words["fined"]),
        granted=re.compile(words["granted"]),
        light=re.compile(_either(words["light"])),
        whole=re.compile(words["whole"]),
        area=re.compile(_either(areas)),
        place=re.compile(rf"([\u4e00-\u9fff]{{2}})({_either(words['places'])})"),
        not_places=tuple(words["not_places"]),
    )


@cache
def colloquial() -> Lexicon:
    """Return the word lists for questions about added documents, read once."""
    words = yaml.safe_load((HERE / "colloquial.yml").read_text(encoding="utf-8"))
    return replace(
        lexicon(),
        synonyms=(*lexicon().synonyms, *(tuple(group) for group in words["synonyms"])),
        expectations=_expectations(words["asks"]),
        units=_expectations({one["asks"]: one for one in words["units"]}),
        number=_expectations({"number": words["number"]})[0],
        not_names=tuple(words["not_names"]),
        interrogative=re.compile(words["interrogatives"]),
        measure=re.compile(words["measures"]),
        kinds=tuple(words["kinds"]),
        named_places=tuple(words["places"]),
    )


def _expectations(words: Mapping[str, Any]) -> tuple[Expectation, ...]:
    return tuple(
        Expectation(name=name, asks=re.compile(one["asks"]), shows=re.compile(one["shows"]))
        for name, one in words.items()
    )
