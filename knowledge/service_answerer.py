"""Answers from the service items of added tables: which item, how surely, and what of it."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from knowledge.answer import Answer
from knowledge.asking import Enquiry, enquiry, manners
from knowledge.bm25 import bigrams
from knowledge.embedder import Vectors
from knowledge.evidence import sigmoid
from knowledge.item import Audience, Facet
from knowledge.library import Library
from knowledge.service_card import card_answer, facets_answer, has_facet, title_of
from knowledge.services import MEASURES, Service, ServiceMatch

CLOSE = 0.6  # score by which another item may be behind and still be meant
MAX_CHOICES = 4
ALONE = 3.0  # the lead where there is no other item
LONG = 8  # characters of what a question is about, from which more say nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the tables have on a question."""

    asked: Enquiry
    matches: tuple[ServiceMatch, ...]  # the likeliest first
    judged: tuple[float, ...]  # the measures of the first, and those of the question
    probability: float

    @property
    def best(self) -> ServiceMatch:
        """The likeliest item."""
        return self.matches[0]

    def is_sure(self, *, is_enquiry: bool) -> bool:
        """Return whether the likeliest item is surely meant."""
        return self.probability >= manners().needed(is_enquiry=is_enquiry)

    def offered_by(self, answer: Answer) -> Answer:
        """Return an answer from elsewhere that offers the likeliest item as well."""
        best = self.best.service
        if answer.is_refusal or not answer.item:
            return answer
        return replace(answer, choices=(*answer.choices, (best.id, best.name)))

    def beats(self, probability: float, cover: float, named: float) -> bool:
        """Return whether the table goes before a shipped item that is likely as well.

        That one has a probability, covers a share of the question, and is named as surely as
        ``Match.score`` says.
        """
        measures = dict(zip(MEASURES, self.best.measures, strict=True))
        facets = self.asked.facets
        lacks = bool(facets) and not has_facet(self.best.service, facets)
        told = {
            "service": _logit(self.probability),
            "item": _logit(probability),
            "told": measures["told"],
            "cover": measures["cover"],
            "item_cover": cover,
            "match": named,
            "lacks": float(lacks),
        }
        weights = manners().contest
        return weights["bias"] + sum(weights[key] * value for key, value in told.items()) > 0


class ServiceAnswerer:
    """Answers from the tables of one library, as of a day (ISO; empty if unknown)."""

    def __init__(self, library: Library, day: str = "") -> None:
        self._library, self._services, self._day = library, library.services, day

    def get(self, item: str, audience: Audience, barred: Collection[str]) -> Service | None:
        """Return an item by its id, if it may be told."""
        found = self._services.get(item)
        if found is None or found.owner in barred:
            return None
        return found if audience.may_see(found.passages[0].audience) else None

    def find(
        self, question: str, query: Vectors, audience: Audience, barred: Collection[str]
    ) -> Registered | None:
        """Return what the tables have on a question; none where nothing may be told."""
        if self._services.owners <= frozenset(barred):
            return None
        asked = enquiry(question)
        if not bigrams(asked.subject):
            return None
        library = self._library
        subject = library.embed(" ".join(asked.subject.split()))
        places = library.question(question).places
        found = self._services.find(asked, places, query, subject, audience, barred)
        if not found:
            return None
        judged = judged_of(asked, found)
        return Registered(
            asked=asked,
            matches=tuple(found),
            judged=judged,
            probability=probability_of(judged),
        )

    def told(self, found: Registered, barred: Collection[str], audience: Audience) -> Answer:
        """Return what is asked of the likeliest item, and the others that may be meant."""
        best = found.best.service
        group = self._group(best, barred, audience)
        answer = self.answer(group, found.asked.facets, score=found.probability)
        named = {one.id for one in group}
        others = [
            one.service
            for one in found.matches
            if one.service.id not in named and one.score >= found.best.score - CLOSE
        ]
        return replace(answer, choices=self._choices([*group, *others]))

    def _group(self, best: Service, barred: Collection[str], audience: Audience) -> list[Service]:
        """Return the items of the same name, the best first; last those not in force yet."""
        same = [
            one
            for one in self._services.same_name(best)
            if one.id != best.id and self.get(one.id, audience, barred)
        ]
        return sorted([best, *same], key=lambda one: one.passages[0].is_to_come(self._day))

    def answer(
        self, services: Sequence[Service], facets: Sequence[Facet], *, score: float = 1.0
    ) -> Answer:
        """Return the facets that are asked, or the card where none or only how is asked."""
        if not facets or (facets[0] is Facet.STEPS and not services[0].told(Facet.STEPS)):
            return card_answer(services, self._day, score=score)
        return facets_answer(services, facets, self._day, score=score)

    def _choices(self, services: Sequence[Service]) -> tuple[tuple[str, str], ...]:
        shown = services[:MAX_CHOICES]
        names = [one.name for one in services]
        titles = (title_of(one, is_one_of_several=names.count(one.name) > 1) for one in shown)
        return tuple(zip((one.id for one in shown), titles, strict=True)) if len(shown) > 1 else ()


def _logit(probability: float) -> float:
    return max(min(math.log(max(probability, 1e-9) / max(1 - probability, 1e-9)), 5.0), -5.0)


def judged_of(asked: Enquiry, found: Sequence[ServiceMatch]) -> tuple[float, ...]:
    """Return what the best item is judged by."""
    best = found[0]
    others = [one.score for one in found[1:] if one.service.name != best.service.name]
    lead = min(best.score - max(others, default=best.score - ALONE), ALONE)
    told = len("".join(asked.subject.split()))
    return (*best.measures, lead, float(bool(asked.facets)), float(min(told, LONG)))


def probability_of(judged: Sequence[float]) -> float:
    """Return the probability, 0 to 1, that the best item is what the question is about."""
    weights = manners().judges
    names = (*MEASURES, "lead", "asks", "length")
    total = sum(weights[name] * value for name, value in zip(names, judged, strict=True))
    return sigmoid(weights["bias"] + total)
