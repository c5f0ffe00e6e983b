"""The counter (柜台): what people are told, unless a person shall tell them, with a receipt."""

from datetime import datetime
from functools import cached_property

from sqlalchemy import Engine

from knowledge.answer import Answer
from knowledge.desk import Desk, LiveAnswerer
from knowledge.embedder import Embedder, Progress
from knowledge.item import Audience, Facet
from knowledge.receipts import Receipts
from knowledge.records import open_notes
from knowledge.rephrase import Rephraser
from knowledge.settings import Settings
from knowledge.topics import Topics


class Counter(LiveAnswerer):
    """A live answerer that heeds switched topics and can keep receipts."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        super().__init__(desk)
        self._settings = settings

    @cached_property
    def notes(self) -> Engine:
        """The engine of what is written in turns; see ``open_notes``."""
        return open_notes(self._settings.knowledge_database)

    @cached_property
    def topics(self) -> Topics:
        """The topics that people answer for."""
        documents = self.desk.documents  # brings the tables up to date
        return Topics(self.notes, self.desk.items, documents)

    @cached_property
    def receipts(self) -> Receipts:
        """The receipts of this installation."""
        _ = self.desk.documents
        return Receipts(self.notes, self._settings.receipt_key)

    @cached_property
    def rephraser(self) -> Rephraser | None:
        """Who says it in other words; none unless the settings name one."""
        rephrasing = self._settings.rephrasing
        return Rephraser(rephrasing) if rephrasing else None

    def answer(
        self,
        question: str,
        *,
        audience: Audience = Audience.PUBLIC,
        item: str | None = None,
        is_enquiry: bool = False,
    ) -> Answer:
        """Return a cited answer, a guide, a refusal, or that a person answers for this."""
        found = super().answer(question, audience=audience, item=item, is_enquiry=is_enquiry)
        return self.topics.held(found)

    def facet(self, item: str, facet: Facet, *, audience: Audience = Audience.PUBLIC) -> Answer:
        """Return one facet of an item, or that a person answers for it."""
        return self.topics.held(super().facet(item, facet, audience=audience))

    def item(self, item_id: str, *, audience: Audience = Audience.PUBLIC) -> Answer:
        """Return the whole card of an item, or that a person answers for it."""
        return self.topics.held(super().item(item_id, audience=audience))

    def rephrased(self, answer: Answer, masked: str) -> Answer:
        """Return the answer in other words, if that is set up and nothing in them is new."""
        return self.rephraser.rephrased(answer, masked) if self.rephraser else answer

    def keep(
        self, answer: Answer, *, said: str, masked: str, conversation: str, now: datetime
    ) -> str:
        """Keep the receipt of an answer, and the masked question if it was refused."""
        return self.receipts.keep(
            answer, said=said, conversation=conversation, now=now, gap=masked
        )

    def close(self) -> None:
        """Write what waits and give the database connections back."""
        if "receipts" in vars(self):
            self.receipts.flush()
        if "notes" in vars(self):
            self.notes.dispose()
        super().close()


def _silent(done: int, total: int) -> None:
    """Report progress to nobody."""


def open_counter(
    settings: Settings, *, embedder: Embedder | None = None, progress: Progress = _silent
) -> Counter:
    """Return the counter of this home, which starts from nothing if it has to.

    Raises:
        KnowledgeError: the model cannot be opened, or a shipped item is incomplete.
    """
    return Counter(Desk(settings, embedder=embedder, progress=progress), settings)
