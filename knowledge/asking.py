"""What a question to a table of service items asks for, and of what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.bm25 import normalised
from knowledge.item import Facet
from knowledge.lexicon import lexicon

SERVICES = Path(__file__).with_name("services.yml")
MAX_FACETS = 3  # that one question is answered
BESIDE = 4  # characters within which two words that ask stand beside each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How people ask about service items; read from YAML."""

    asks: Mapping[Facet, re.Pattern[str]]
    vague: tuple[Facet, ...]
    before: Mapping[Facet, frozenset[Facet]]
    beside: Mapping[Facet, tuple[Facet, ...]]
    instead: tuple[Facet, ...]
    hidden: frozenset[Facet]
    idle: re.Pattern[str]
    denied: re.Pattern[str]  # its group are the words denied
    synonyms: tuple[tuple[str, ...], ...]
    weights: Mapping[str, float]
    judges: Mapping[str, float]
    contest: Mapping[str, float]
    threshold: float
    enquiry_threshold: float  # when it is known that somebody asks about a service

    def needed(self, *, is_enquiry: bool) -> float:
        """Return the probability from which an item is told."""
        return self.enquiry_threshold if is_enquiry else self.threshold


@cache
def manners() -> Manners:
    """Return how people ask, read once."""
    loaded: dict[str, Any] = yaml.safe_load(SERVICES.read_text(encoding="utf-8"))
    return Manners(
        asks={Facet(name): re.compile(asks) for name, asks in loaded["asks"].items()},
        vague=tuple(map(Facet, loaded["vague"])),
        before={Facet(one): frozenset(map(Facet, less)) for one, less in loaded["before"].items()},
        beside={Facet(one): tuple(map(Facet, more)) for one, more in loaded["beside"].items()},
        instead=tuple(map(Facet, loaded["instead"])),
        hidden=frozenset(map(Facet, loaded["hidden"])),
        idle=re.compile(loaded["idle"]),
        denied=re.compile(loaded["denied"]),
        synonyms=tuple(tuple(group) for group in loaded["synonyms"]),
        weights=loaded["weights"],
        judges=loaded["judges"],
        contest=loaded["contest"],
        threshold=loaded["threshold"],
        enquiry_threshold=loaded["enquiry_threshold"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """A question parted into what it asks for and what it is about."""

    text: str  # normalised
    facets: tuple[Facet, ...]
    subject: str  # the text without what asks
    is_whole: bool  # it asks about the service as a whole, or only names it


def enquiry(question: str) -> Enquiry:
    """Part a question; what asks is taken out of it, the rest is what it is about."""
    text = normalised(question)
    facets = facets_of(text)
    subject = text
    for pattern in (*manners().asks.values(), lexicon().whole):
        subject = pattern.sub(" ", subject)
    rest = manners().idle.sub(" ", subject)
    is_whole = not facets or facets[0] is Facet.STEPS
    return Enquiry(text=text, facets=facets, subject=rest, is_whole=is_whole)


def facets_of(text: str) -> tuple[Facet, ...]:
    """Return the facets a normalised question asks for, the most telling first."""
    spans = {
        facet: found[-1].span()
        for facet, pattern in manners().asks.items()
        if (found := list(pattern.finditer(text)))
    }
    for one, less in manners().before.items():
        if one in spans:
            reach = spans[one][1] + BESIDE
            spans = {
                facet: span
                for facet, span in spans.items()
                if facet not in less or span[0] > reach
            }
    ends = {facet: end for facet, (_, end) in spans.items()}
    vague = manners().vague
    plain = sorted((one for one in ends if one not in vague), key=lambda one: -ends[one])
    return tuple((plain or sorted(ends, key=vague.index))[:MAX_FACETS])
