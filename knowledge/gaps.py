"""Gaps (知识缺口): what was asked in vain or disliked, grouped by meaning, made into drafts.

What was asked on (周末呢) is grouped under the item that was talked about. Without one its words
mean something else in each conversation: it is left out, and where an answer was disliked it
stands alone.
"""

import hashlib
from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from knowledge.clustering import MOST, clusters, most_typical
from knowledge.desk import Desk
from knowledge.errors import UnknownGapError
from knowledge.gap_words import names_subject, without_door
from knowledge.item import Audience
from knowledge.record import DocumentRecord
from knowledge.records import GapRow, ReceiptRow
from knowledge.texts import texts

HERE = ZoneInfo("Asia/Shanghai")
SHOWN = 5  # questions of a group that are shown besides the typical one
OPEN, DRAFTED, DISMISSED = "open", "drafted", "dismissed"
UNANSWERED, DISLIKED = "unanswered", "disliked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Questions that mean the same, masked; ``name`` is the receipt of one of them."""

    name: str
    question: str  # the most typical
    others: tuple[str, ...]
    receipts: tuple[str, ...]
    unanswered: int
    disliked: int
    weeks: tuple[tuple[str, int], ...]  # Monday, and how many were asked in its week
    last_at: datetime

    @property
    def count(self) -> int:
        """How often it was asked."""
        return len(self.receipts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """An open question as it is read; ``is_alone`` where its words name no subject."""

    row: GapRow
    text: str
    is_alone: bool


class Gaps:
    """Finds the open gaps, and settles them."""

    def __init__(self, desk: Desk, engine: Engine) -> None:
        self._desk, self._engine = desk, engine

    def open(self, *, since: datetime | None = None) -> list[Gap]:
        """Return the groups of open questions, the most asked first."""
        asked = self._asked(since)
        alone = [_gap([one], one) for one in asked if one.is_alone]
        asked = [one for one in asked if not one.is_alone]
        if not asked:
            return alone
        store = self._desk.snapshots.vectors
        vectors = store.vectors([one.text for one in asked], self._desk.embedder)
        groups = clusters(vectors)
        return [
            _gap([asked[row] for row in group], asked[most_typical(vectors, group)])
            for group in groups
        ] + alone

    def _asked(self, since: datetime | None) -> list[_Asked]:
        """Return the open questions that mean something, the oldest first."""
        query = (
            select(GapRow, ReceiptRow.item)
            .join(ReceiptRow, ReceiptRow.id == GapRow.receipt, isouter=True)
            .where(GapRow.state == OPEN)
            .order_by(GapRow.at.desc())
            .limit(MOST)
        )
        if since is not None:
            query = query.where(GapRow.at >= since)
        titles = {one.id: one.title for one in self._desk.items.values()}
        with Session(self._engine) as session:
            found = [
                _question(row, titles.get(item or "", "")) for row, item in session.execute(query)
            ]
        return [one for one in reversed(found) if one.row.kind == DISLIKED or not one.is_alone]

    def draft(
        self, receipts: Sequence[str], *, question: str, answer: str, source: str, actor: str
    ) -> DocumentRecord:
        """Make a draft of an answer to a group; it is published like any other document.

        Raises:
            UnknownGapError: none of the receipts is an open gap.
            DocumentError: there is nothing to read in the answer.
        """
        if not self._are_open(receipts):
            raise UnknownGapError
        record = drafted(self._desk, question, answer, source, actor=actor)
        self._settle(receipts, DRAFTED, record.number)
        return record

    def dismiss(self, receipts: Sequence[str]) -> None:
        """Take a group off the list, as it is nothing that the knowledge base should answer.

        Raises:
            UnknownGapError: none of the receipts is an open gap.
        """
        if not self._are_open(receipts):
            raise UnknownGapError
        self._settle(receipts, DISMISSED, "")

    def _are_open(self, receipts: Sequence[str]) -> bool:
        query = select(GapRow.receipt).where(GapRow.receipt.in_(receipts), GapRow.state == OPEN)
        with Session(self._engine) as session:
            return session.scalar(query.limit(1)) is not None

    def _settle(self, receipts: Sequence[str], state: str, draft: str) -> None:
        chosen = GapRow.receipt.in_(receipts), GapRow.state == OPEN
        with Session(self._engine) as session, session.begin():
            session.execute(update(GapRow).where(*chosen).values(state=state, draft=draft))


def drafted(desk: Desk, question: str, answer: str, source: str, *, actor: str) -> DocumentRecord:
    """Keep an answered question as a draft document of one clause; nothing is published yet.

    Raises:
        DocumentError: there is nothing to read in the answer.
    """
    says = texts()
    asked = " ".join(question.split()).rstrip("?？。") + says.label("question_mark")
    body = says.sentence("drafted", question=asked, answer=answer.strip())
    closing = says.sentence("drafted_source", source=source.strip()) if source.strip() else ""
    content = f"# {asked}\n\n{body}\n{closing}\n".encode()
    name = hashlib.sha256(asked.encode()).hexdigest()[:12]
    return desk.add_bytes(content, f"{name}.md", audience=Audience.PUBLIC, actor=actor)


def monday(moment: datetime) -> str:
    """Return the day on which the week of a moment began, here."""
    here = moment.astimezone(HERE)
    return (here.date() - timedelta(days=here.weekday())).isoformat()


def _question(row: GapRow, title: str) -> _Asked:
    """Return a question with its subject; ``title`` is that of the item talked about, if any."""
    text = without_door(row.text)  # older rows were kept with building and unit
    if names_subject(text):
        return _Asked(row=row, text=text, is_alone=False)
    if not title:
        return _Asked(row=row, text=text, is_alone=True)
    about = texts().sentence("asked_about", title=title, question=text)
    return _Asked(row=row, text=about, is_alone=False)


def _gap(asked: Sequence[_Asked], typical: _Asked) -> Gap:
    rows = [one.row for one in asked]
    others = dict.fromkeys(one.text for one in reversed(asked) if one.text != typical.text)
    weeks = Tally(monday(row.at) for row in rows)
    return Gap(
        name=typical.row.receipt,
        question=typical.text,
        others=tuple(others)[:SHOWN],
        receipts=tuple(row.receipt for row in rows),
        unanswered=sum(row.kind == UNANSWERED for row in rows),
        disliked=sum(row.kind == DISLIKED for row in rows),
        weeks=tuple(sorted(weeks.items())),
        last_at=max(row.at for row in rows),
    )
