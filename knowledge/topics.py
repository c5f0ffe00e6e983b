"""Topics (事项) that a person answers for now, so that nothing is quoted about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Engine, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from knowledge.answer import Answer, Outcome
from knowledge.errors import UnknownDocumentError, UnknownTopicError
from knowledge.item import Kind, KnowledgeItem
from knowledge.receipts import owner_of, table_of
from knowledge.records import TopicRow
from knowledge.schema import DocumentRow
from knowledge.store import DocumentStore
from knowledge.texts import texts

KINDS = tuple(kind for kind in Kind if kind is not Kind.EMERGENCY)
_TABLE, _DOCUMENTS = table_of(TopicRow), table_of(DocumentRow)
_NAMES: BindParameter[str] = bindparam("names", expanding=True)
_SERIES = select(_DOCUMENTS.c.series).where(_DOCUMENTS.c.number.in_(_NAMES))
_HELD = (
    select(_TABLE.c.name)
    .where(or_(_TABLE.c.name.in_(_NAMES), _TABLE.c.name.in_(_SERIES)))
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One switched topic, as operators see it."""

    name: str
    title: str
    operator: str
    since: datetime


class Topics:
    """Switches topics; every question looks here, so a switch works at the next one."""

    def __init__(
        self, engine: Engine, items: Mapping[str, KnowledgeItem], documents: DocumentStore
    ) -> None:
        self._engine, self._items, self._documents = engine, items, documents

    def switch(self, name: str, *, is_on: bool, operator: str, now: datetime) -> Topic:
        """Let a person answer for an item, a document or a whole kind from now on, or no more.

        Advice in an emergency is never withheld.

        Raises:
            UnknownTopicError: there is none of this name.
        """
        topic = Topic(name=self._named(name), title=self.title(name), operator=operator, since=now)
        with Session(self._engine) as session, session.begin():
            session.execute(delete(TopicRow).where(TopicRow.name == topic.name))
            if is_on:
                session.add(TopicRow(name=topic.name, operator=operator[:100], since=now))
        return topic

    def switched(self) -> list[Topic]:
        """Return the topics that people answer for now, the latest first."""
        query = select(TopicRow).order_by(TopicRow.since.desc())
        with Session(self._engine) as session:
            return [
                Topic(
                    name=row.name,
                    title=self.title(row.name),
                    operator=row.operator,
                    since=row.since,
                )
                for row in session.scalars(query)
            ]

    def held(self, answer: Answer) -> Answer:
        """Return the answer, or that a person answers for what it is about."""
        names = self._names(answer)
        if not names:
            return answer
        with self._engine.connect() as connection:
            held = connection.scalar(_HELD, {"names": names})
        if held is None:
            return answer
        return Answer(
            outcome=Outcome.NO_EVIDENCE,
            text=texts().sentence("ask_person", title=self.title(held)),
            score=answer.score,
            asked=answer.asked,
            held=held,
        )

    def title(self, name: str) -> str:
        """Return what people call a topic."""
        if name in set(KINDS):
            return texts().label(f"kind_{name}")
        if name in self._items:
            return self._items[name].title
        try:
            return self._documents.find(name).title
        except UnknownDocumentError:
            return name

    def _named(self, name: str) -> str:
        """Return the name a topic is kept by: a kind, an item's id, or a document's series."""
        if name in set(KINDS):
            return name
        items = [one for one in self._items.values() if name in {one.id, one.title}]
        if items and items[0].kind is not Kind.EMERGENCY:
            return items[0].id
        try:
            number = self._documents.find(name).number
        except UnknownDocumentError as error:
            kinds = texts().sentence("joiner").join(KINDS)
            raise UnknownTopicError(name=name, kinds=kinds) from error
        query = select(_DOCUMENTS.c.series).where(_DOCUMENTS.c.number == number)
        with self._engine.connect() as connection:  # later versions are the same topic
            return str(connection.scalar(query))

    def _names(self, answer: Answer) -> list[str]:
        """Return the names by which what an answer cites may be switched."""
        owners = dict.fromkeys(owner_of(citation.passage) for citation in answer.citations)
        if answer.item:
            owners[answer.item] = None
        kinds = {
            self._items[owner].kind if owner in self._items else Kind.DOCUMENT for owner in owners
        }
        if Kind.EMERGENCY in kinds:
            return []
        return [*owners, *kinds]
