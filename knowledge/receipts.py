"""Receipts (凭据): what was told, from which clauses, without a word of who asked."""

import hashlib
import hmac
import json
import logging
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from knowledge.answer import Answer, Outcome
from knowledge.errors import SettingsError, UnknownReceiptError
from knowledge.gap_words import without_door
from knowledge.item import Audience, Citation, Facet, Passage
from knowledge.records import ClauseRow, GapRow, ReceiptRow
from knowledge.schema import Base
from knowledge.texts import texts

logger = logging.getLogger(__name__)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing in it looks like another
LENGTH = 10  # letters, 50 bits
BACKLOG = 1000  # receipts that wait in memory while the database is busy
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BREAKS = re.compile(r"[，。！？；,.!?;\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One clause as it was cited."""

    clause: str  # its hash
    passage: str
    start: int
    length: int

    def as_json(self) -> dict[str, Any]:
        """Return the form in which it is kept."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is kept of one answer or refusal."""

    id: str
    at: datetime
    conversation: str
    said: str
    asked: str
    audience: Audience
    item: str
    facet: Facet | None
    is_enquiry: bool
    outcome: Outcome
    snapshot: str
    model: str
    thresholds: Mapping[str, float]
    score: float
    clauses: tuple[Told, ...]
    text: str
    held: str
    is_rephrased: bool
    is_useful: bool | None


class Receipts:
    """Keeps receipts; one small insert for each answer.

    ``engine`` comes from ``open_notes``. Where somebody else is writing for long, the receipt
    waits in memory and goes with the next one, so that no turn waits for it.

    Raises:
        SettingsError: there is no key.
    """

    def __init__(self, engine: Engine, key: str) -> None:
        if not key:  # a hash without a key is found by hashing a list of likely questions
            raise SettingsError(variable="LINLI_RECEIPT_KEY", reason=texts().label("empty"))
        self._engine, self._key = engine, key.encode()
        self._archived: set[str] = set()
        self._waiting: list[
            tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any] | None]
        ] = []
        self._lock = Lock()

    def keep(
        self,
        answer: Answer,
        *,
        said: str,
        conversation: str,
        now: datetime,
        gap: str = "",
    ) -> str:
        """Write the receipt of an answer and return its id.

        ``said`` is the whole message; ``gap`` are its masked words, kept if it was a refusal.
        """
        number = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        row = self._row(number, answer, said, conversation, now)
        clauses = [_archived(one, now) for one in answer.citations]
        is_gap = gap and answer.is_refusal
        missing = _gap(number, now, "unanswered", gap) if is_gap else None
        with self._lock:
            self._waiting.append((row, clauses, missing))
            del self._waiting[:-BACKLOG]
            self._write()
        return number

    def flush(self) -> None:
        """Write what still waits, for whoever is about to read or to end."""
        with self._lock:
            self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        try:
            with self._engine.begin() as connection:
                for row, clauses, missing in self._waiting:
                    self._write_one(connection, row, clauses, missing)
        except OperationalError as error:
            logger.warning("receipts wait: %s", type(error.orig).__name__)
            return
        self._archived |= {one["hash"] for _, clauses, _ in self._waiting for one in clauses}
        self._waiting.clear()

    def _write_one(
        self,
        connection: Connection,
        row: dict[str, Any],
        clauses: list[dict[str, Any]],
        missing: dict[str, Any] | None,
    ) -> None:
        connection.execute(insert(_RECEIPTS), row)
        new = [one for one in clauses if one["hash"] not in self._archived]
        if new:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            connection.execute(dialect.insert(_CLAUSES).on_conflict_do_nothing(), new)
        if missing:
            connection.execute(insert(_GAPS), missing)

    def _row(
        self, number: str, answer: Answer, said: str, conversation: str, now: datetime
    ) -> dict[str, Any]:
        asked = answer.asked
        if asked is None:
            raise ValueError("an answer without its question has no receipt")
        told = [told_of(citation).as_json() for citation in answer.citations]
        return {
            "id": number,
            "at": now,
            "conversation": conversation,
            "said": self.digest(said),
            "asked": self.digest(asked.question),
            "audience": asked.audience.value,
            "item": asked.item,
            "facet": asked.facet.value if asked.facet else "",
            "is_enquiry": asked.is_enquiry,
            "outcome": answer.outcome.value,
            "snapshot": asked.ground.index,
            "model": asked.ground.model,
            "thresholds": json.dumps(dict(asked.ground.thresholds)),
            "score": answer.score,
            "clauses": json.dumps(told),
            "text": text_hash(answer.text),
            "held": answer.held,
            "is_rephrased": answer.is_rephrased,
            "is_useful": None,
        }

    def digest(self, question: str) -> str:
        """Return the keyed hash of a question; without the key no list of questions finds it."""
        return hmac.new(self._key, plain(question).encode(), hashlib.sha256).hexdigest()

    def matching(self, question: str, receipt: Receipt, *, subject: str = "") -> str | None:
        """Return what of a message was looked up for a receipt; None if it is another message.

        A question without a subject was asked with ``subject``, the title talked about, before it.
        """
        for words in (question, f"{subject} {question}", *_stretches(question)):
            if hmac.compare_digest(self.digest(words), receipt.asked):
                return words
        return question if hmac.compare_digest(self.digest(question), receipt.said) else None

    def find(self, name: str) -> Receipt:
        """Return the receipt of this id, however somebody copied it.

        Raises:
            UnknownReceiptError: there is none.
        """
        self.flush()
        with Session(self._engine) as session:
            row = session.get(ReceiptRow, spelled(name))
            if row is None:
                raise UnknownReceiptError
            return _receipt(row)

    def told(self, clauses: Iterable[str]) -> Iterator[Receipt]:
        """Yield the receipts in which one of these clauses was cited, the oldest first."""
        self.flush()
        wanted = frozenset(clauses)
        query = select(ReceiptRow).where(ReceiptRow.clauses != "[]").order_by(ReceiptRow.at)
        with Session(self._engine) as session:
            for row in session.scalars(query.execution_options(yield_per=500)):
                receipt = _receipt(row)
                if any(one.clause in wanted for one in receipt.clauses):
                    yield receipt

    def archived(self) -> dict[str, ClauseRow]:
        """Return every clause that was ever told, by its hash."""
        self.flush()
        with Session(self._engine, expire_on_commit=False) as session:
            return {row.hash: row for row in session.scalars(select(ClauseRow))}

    def judge(
        self, name: str, *, is_useful: bool, conversation: str, now: datetime, gap: str = ""
    ) -> None:
        """Note what the person who was told thinks of the answer; the last word counts.

        Raises:
            UnknownReceiptError: there is none in this conversation.
        """
        receipt = self.find(name)
        if receipt.conversation != conversation:
            raise UnknownReceiptError
        with Session(self._engine) as session, session.begin():
            session.execute(
                update(ReceiptRow).where(ReceiptRow.id == receipt.id).values(is_useful=is_useful)
            )
            known = session.get(GapRow, receipt.id)
            if known is None and gap and not is_useful:
                session.add(GapRow(**_gap(receipt.id, now, "disliked", gap)))
            elif known is not None and known.kind == "disliked" and is_useful:
                session.delete(known)

    def forget(self, before: datetime) -> int:
        """Take the conversations out of receipts older than ``before``; return how many."""
        query = (
            update(ReceiptRow)
            .where(ReceiptRow.at < before, ReceiptRow.conversation != "")
            .values(conversation="")
        )
        with self._engine.begin() as connection:
            return connection.execute(query).rowcount


def table_of(row: type[Base]) -> Table:
    """Return the table that ``row`` is mapped to, for statements that every turn runs."""
    table = row.__table__
    if not isinstance(table, Table):
        raise TypeError(row)
    return table


_RECEIPTS, _CLAUSES, _GAPS = table_of(ReceiptRow), table_of(ClauseRow), table_of(GapRow)


def clause_hash(document: str, label: str, text: str) -> str:
    """Return what names the words of a clause; the date on which it was checked is no part."""
    return hashlib.sha256("\0".join([document, label, text]).encode()).hexdigest()[:32]


def clauses_of(passages: Sequence[Passage]) -> dict[str, Passage]:
    """Return the passages that may be cited now by the hash of their words."""
    return {clause_hash(one.document, one.label, one.text): one for one in passages}


def told_of(citation: Citation) -> Told:
    """Return how a clause was cited."""
    return Told(
        clause=clause_hash(citation.document, citation.clause, citation.text),
        passage=citation.passage,
        start=citation.text.index(citation.quote),
        length=len(citation.quote),
    )


def owner_of(passage: str) -> str:
    """Return the number of the document, or the item, that a passage's id begins with."""
    return passage.split(":")[0]


def text_hash(text: str) -> str:
    """Return what names an answer's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(question: str) -> str:
    """Return a question without what people do not type the same way twice."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    return "".join(folded.split()).strip("?!.。~,;、")


def spelled(name: str) -> str:
    """Return a receipt's id as it is kept, from one that was read out or copied."""
    letters = unicodedata.normalize("NFKC", name).upper().translate(_ALIKE)
    return "".join(letter for letter in letters if letter in ALPHABET)


def grouped(number: str) -> str:
    """Return a receipt's id in two halves, as people copy it more surely."""
    half = LENGTH // 2
    return f"{number[:half]}-{number[half:]}"


def _stretches(message: str) -> Iterator[str]:
    """Yield the clauses of a message that stand next to each other, as a part of it is asked."""
    cuts = [0]
    for found in _BREAKS.finditer(message):
        cuts.append(found.end())
    cuts.append(len(message))
    for first in range(len(cuts) - 1):
        for last in range(first + 1, len(cuts)):
            yield message[cuts[first] : cuts[last]]


def _archived(citation: Citation, now: datetime) -> dict[str, Any]:
    return {
        "hash": clause_hash(citation.document, citation.clause, citation.text),
        "passage": citation.passage,
        "owner": owner_of(citation.passage),
        "document": citation.document,
        "label": citation.clause,
        "text": citation.text,
        "source": citation.source,
        "first_told_at": now,
    }


def _gap(number: str, now: datetime, kind: str, masked: str) -> dict[str, Any]:
    text = without_door(masked)
    return {
        "receipt": number, "at": now, "kind": kind, "text": text, "state": "open", "draft": "",
    }  # fmt: skip


def _receipt(row: ReceiptRow) -> Receipt:
    return Receipt(
        id=row.id,
        at=row.at,
        conversation=row.conversation,
        said=row.said,
        asked=row.asked,
        audience=Audience(row.audience),
        item=row.item,
        facet=Facet(row.facet) if row.facet else None,
        is_enquiry=row.is_enquiry,
        outcome=Outcome(row.outcome),
        snapshot=row.snapshot,
        model=row.model,
        thresholds=json.loads(row.thresholds),
        score=row.score,
        clauses=tuple(Told(**one) for one in json.loads(row.clauses)),
        text=row.text,
        held=row.held,
        is_rephrased=row.is_rephrased,
        is_useful=row.is_useful,
    )
