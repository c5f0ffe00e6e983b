"""Answers a question from the knowledge base, with the words it relies on, or refuses."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.acceptance import ITEM_FEATURES, ItemCandidate
from knowledge.answer import Answer, Asked, Ground, Outcome
from knowledge.asking import enquiry, manners
from knowledge.bm25 import normalised
from knowledge.citing import weighed
from knowledge.documents import Finding, Sought
from knowledge.embedder import Vectors
from knowledge.facets import asks_amount, facets_asked, is_only_asking, proxy_facet
from knowledge.guard import OPEN, Ward
from knowledge.guide import facet_card, whole_card
from knowledge.item import Audience, Facet, Kind, KnowledgeItem
from knowledge.library import Library
from knowledge.matching import MAX_CHOICES, Match
from knowledge.pricing import asks_price, is_priced
from knowledge.question import Question
from knowledge.service_answerer import Registered, ServiceAnswerer
from knowledge.services import Service
from knowledge.telling import told
from knowledge.texts import texts

CONTESTED = 0.85  # from which an item answers what an added document on its topic does not
UNCONTESTED = 0.5  # and from which where no added document is near
FAR = 3.5  # nearness of added documents below which none is near
ABOUT = 4.5  # and from which the question is about them, so that no item answers
NEAR = 0.15  # probability from which an added document is on the topic, if not on the point
FAMILIAR = 0.8  # share of a question that the item then must know
COVER_ITEM = ITEM_FEATURES.index("cover_item")
ON_TOPIC = 0.5
_SIGNS = re.compile(r"\W+")
NEARLY = 0.5  # share of the best item's probability from which another may be meant


class Answerer:
    """Answers from one library; see ``knowledge.desk`` for one that reloads itself."""

    def __init__(self, library: Library, ward: Ward = OPEN) -> None:
        self.library, self.ward = library, ward
        self._services = ServiceAnswerer(library, ward.day)
        self.ground = Ground(
            index=library.name,
            model=library.embedder_name,
            thresholds={
                "document": library.model.threshold,
                "item": library.judge.model.needed(is_enquiry=False),
                "item_enquiry": library.judge.model.needed(is_enquiry=True),
                "service": manners().needed(is_enquiry=False),
                "service_enquiry": manners().needed(is_enquiry=True),
            },
        )

    def answer(
        self,
        question: str,
        *,
        audience: Audience = Audience.PUBLIC,
        item: str | None = None,
        is_enquiry: bool = False,
    ) -> Answer:
        """Return a cited answer, a guide, or a refusal.

        ``item`` is what was talked about before, for a question without a subject (那要多少钱?).
        ``is_enquiry`` says that somebody surely asks about a service or a rule, so that a shipped
        item answers at a lower probability.
        """
        found = self._answered(question, audience, item, is_enquiry)
        asked = Asked(
            ground=self.ground,
            question=question,
            audience=audience,
            item=item or "",
            is_enquiry=is_enquiry,
        )
        return replace(found, asked=asked)

    def _answered(
        self, question: str, audience: Audience, item: str | None, is_enquiry: bool
    ) -> Answer:
        asked = self.library.question(question)
        facets = facets_asked(asked.text)
        service = self._service(item, audience)
        if service and (wanted := _only_asked(question)):
            return self._services.answer([service], wanted)
        before = self._visible(item, audience)
        if before and facets and is_only_asking(asked.text):
            return facet_card(before, next((f for f in facets if f in before.facets), facets[0]))
        if before and asks_amount(asked.text) and is_only_asking(asked.text):
            found = self._answered(f"{before.title} {question}", audience, None, True)
            return whole_card(before) if found.outcome is Outcome.NO_EVIDENCE else found
        found = self._found(question, asked, audience, is_enquiry) if asked.terms else refusal()
        by_proxy = proxy_facet(before, asked) if before else None
        if found.outcome is Outcome.NO_EVIDENCE and before and by_proxy:
            return facet_card(before, by_proxy)
        return found

    def _found(
        self, question: str, asked: Question, audience: Audience, is_enquiry: bool
    ) -> Answer:
        """Return what an added document or an item says, or a refusal."""
        library = self.library
        query = library.embed(question)
        barred = self.ward.barred(library.owners, audience)
        added = library.found(question, query, audience, barred=barred)
        is_price = asks_price(asked)
        matches = [
            one
            for one in library.matcher.matches(asked, audience)
            if self._may_say(one.item, asked, is_price)
        ]
        own = self._own(asked, added, matches)
        quoted = self._quoted(asked, added, matches)
        if added and quoted and added.nearness >= FAR:
            return quoted
        items = [
            one
            for one in library.items_for(asked, query, audience)
            if self._may_say(one.item, asked, is_price)
        ]
        least = library.judge.model.needed(is_enquiry=is_enquiry)
        if added and not is_enquiry:
            least = max(least, _needed_beside(added))
            matches = matches if added.nearness < FAR else own
        registered = self._services.find(question, query, audience, barred)
        is_sure = registered is not None and registered.is_sure(is_enquiry=is_enquiry)
        if registered and is_sure and self._prevails(registered, items, matches, added, least):
            return self._services.told(registered, barred, audience)
        found = self._said(asked, query, items, matches, added, least)
        if found and (own or self._is_met(question, found, added, is_enquiry)):
            return registered.offered_by(found) if registered and is_sure else found
        return quoted or refusal(
            max(
                added.probability if added else 0.0,
                items[0].probability if items else 0.0,
            )
        )

    def _prevails(
        self,
        found: Registered,
        items: Sequence[ItemCandidate],
        matches: Sequence[Match],
        added: Sought | None,
        least: float,
    ) -> bool:
        """Return whether an item of a table goes before a shipped item and a document."""
        if added and added.probability > found.probability:
            return False
        best = next(iter(items), None)
        if best is None or (best.probability < least and not matches):
            return True
        if self.library.items[best.item].kind is Kind.EMERGENCY:
            return False
        named = max((one.score for one in matches), default=0.0)
        return found.beats(best.probability, best.features[COVER_ITEM], named)

    def _service(self, item: str | None, audience: Audience) -> Service | None:
        barred = self.ward.barred(self.library.owners, audience)
        return self._services.get(item, audience, barred) if item else None

    def _may_say(self, item: str, asked: Question, is_price: bool) -> bool:
        """Return whether an item is open, and has a charge where one is asked for."""
        is_open = item not in self.ward.items
        return is_open and (not is_price or is_priced(self.library.items[item], asked))

    def _quoted(
        self, asked: Question, added: Sought | None, matches: Sequence[Match]
    ) -> Answer | None:
        """Return what an added document says, if it surely answers."""
        finding = added.finding if added else None
        if finding and finding.candidate.probability >= self._needed(asked, finding, matches):
            return weighed(finding, self.ward.home, self.ward.day)
        return None

    def _said(
        self,
        asked: Question,
        query: Vectors,
        items: Sequence[ItemCandidate],
        matches: Sequence[Match],
        added: Sought | None,
        least: float,
    ) -> Answer | None:
        """Return what the item that is named says, or else the likeliest one if it is enough."""
        if matches:
            return self._guided(asked, query, matches)
        if not items or not self._is_enough(asked, items[0], added, least):
            return None
        found = self._told(asked, query, items[0].item, items[0].probability)
        return self.with_others(found, items, least)

    def facet(self, item: str, facet: Facet, *, audience: Audience = Audience.PUBLIC) -> Answer:
        """Return one facet of an item; an item the audience may not see is refused."""
        found, facet = self._visible(item, audience), Facet(facet)
        asked = Asked(ground=self.ground, audience=audience, item=item, facet=facet)
        if service := self._service(item, audience):
            return replace(self._services.answer([service], [facet]), asked=asked)
        return replace(facet_card(found, facet) if found else refusal(), asked=asked)

    def item(self, item_id: str, *, audience: Audience = Audience.PUBLIC) -> Answer:
        """Return the whole card of an item; an item the audience may not see is refused."""
        found = self._visible(item_id, audience)
        asked = Asked(ground=self.ground, audience=audience, item=item_id)
        if service := self._service(item_id, audience):
            return replace(self._services.answer([service], []), asked=asked)
        return replace(whole_card(found) if found else refusal(), asked=asked)

    def _needed(self, asked: Question, added: Finding, matches: Sequence[Match]) -> float:
        """Return the probability an added document needs; less where it is on the same topic.

        What a committee adds about a service says more than the general guide of that service.
        """
        is_on_topic = self._is_on_topic(asked, added, [match.item for match in matches])
        return self.library.model.threshold * (ON_TOPIC if is_on_topic else 1.0)

    def _is_on_topic(self, asked: Question, added: Finding, items: Sequence[str]) -> bool:
        """Return whether the added document speaks of what the question calls an item."""
        whole = self.library.documents.around(added.candidate.passage).document
        return any(name in whole for name in self.library.matcher.names_in(asked, items))

    def _own(self, asked: Question, added: Sought | None, matches: Sequence[Match]) -> list[Match]:
        """Return the items written for this question, beside documents on another topic.

        A document on the topic of the item itself says what holds here, or leaves it open.
        """
        finding = added.finding if added else None
        if finding is None:
            return []
        return [
            one
            for one in matches
            if _asks(self.library.items[one.item], asked)
            and not self._is_on_topic(asked, finding, [one.item])
        ]

    def _is_enough(
        self, asked: Question, best: ItemCandidate, added: Sought | None, least: float
    ) -> bool:
        """Return whether an item answers.

        Where a document was added on the same topic and leaves the question open, the general
        item has to be all the surer, and nothing of the question may be foreign to it.
        """
        finding = added.finding if added and added.nearness >= FAR else None
        is_near = finding is not None and (
            finding.candidate.probability >= NEAR or self._is_on_topic(asked, finding, [best.item])
        )
        if not is_near:
            return best.probability >= least
        is_familiar = best.features[COVER_ITEM] >= FAMILIAR
        return is_familiar and best.probability >= max(least, CONTESTED)

    def _is_met(
        self, question: str, found: Answer, added: Sought | None, is_enquiry: bool
    ) -> bool:
        """Return whether an item says what is asked, which it must where documents were added."""
        return is_enquiry or added is None or self.library.wording(question).is_met(found.text)

    def _visible(self, item: str | None, audience: Audience) -> KnowledgeItem | None:
        found = self.library.items.get(item) if item else None
        if found and found.id in self.ward.items:
            return None
        return found if found and audience.may_see(found.audience) else None

    def _told(
        self, asked: Question, query: Vectors, item: str, score: float, *, is_whole: bool = False
    ) -> Answer:
        """Return the part of an item that is asked for."""
        library = self.library
        return told(
            library.items[item],
            asked,
            lambda name: library.nearness(name, query),
            score=score,
            is_whole=is_whole,
        )

    def with_others(self, found: Answer, items: Sequence[ItemCandidate], least: float) -> Answer:
        """Return the answer with the other items that may be meant; none in an emergency."""
        if self.library.items[items[0].item].kind is Kind.EMERGENCY:
            return found
        least = max(least, NEARLY * items[0].probability)
        others = [one.item for one in items[1:MAX_CHOICES] if one.probability >= least]
        return replace(
            found, choices=tuple((one, self.library.items[one].title) for one in others)
        )

    def _guided(self, asked: Question, query: Vectors, matches: Sequence[Match]) -> Answer:
        best = matches[0]
        card = self._told(asked, query, best.item, best.score, is_whole=True)
        close = [(one.item, self.library.items[one.item].title) for one in matches]
        return replace(card, choices=tuple(close) if len(close) > 1 else ())


def _asks(item: KnowledgeItem, asked: Question) -> bool:
    """Return whether a question is one that an item was written for, in the same words."""
    words = _SIGNS.sub("", asked.text)
    return any(_SIGNS.sub("", normalised(one)) == words for one in item.questions)


def _only_asked(question: str) -> tuple[Facet, ...]:
    """Return the facets of a table that a question asks for; none where it says of what."""
    wanted = enquiry(question)
    # tables tell more facets than shipped items have, so the words for those are taken out first
    is_bare = is_only_asking(wanted.text) or is_only_asking(wanted.subject)
    return wanted.facets if is_bare else ()


def _needed_beside(added: Sought) -> float:
    """Return the probability that an item needs where these documents were added."""
    if added.nearness >= ABOUT:
        return math.inf
    return CONTESTED if added.nearness >= FAR else UNCONTESTED


def refusal(score: float = 0.0) -> Answer:
    """Return the one sentence for a question that nothing here answers."""
    return Answer(outcome=Outcome.NO_EVIDENCE, text=texts().sentence("no_evidence"), score=score)
