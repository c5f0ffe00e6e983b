"""News for residents: kept, streamed where the channel can hold a stream, pushed elsewhere.

What a messenger does not take now waits in order: for its next try, or for the person to write.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import ColumnElement, Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.conversations import Conversation, Conversations
from channels.errors import OutOfReachError, PushFailedError
from channels.message import Choice, Reply
from channels.schema import ConversationRow, NewsRow
from channels.transcript import Transcript, mint_choices

logger = logging.getLogger(__name__)


PUSHED_WITHIN = timedelta(days=2)
PUSH_AGAIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One piece of news; ``id`` grows within the installation."""

    id: int
    body: dict[str, Any]  # {"replies", "outcome", "ticket"} as in a turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """News that a messenger would not take for somebody; ``number`` is its ticket's, if any."""

    news: int
    conversation: str
    channel: str
    number: str
    since: datetime


Push = Callable[[Conversation, News], Awaitable[None]]
Report = Callable[[Unreached], Awaitable[bool]]


def _now() -> datetime:
    return datetime.now(UTC)


class NewsDesk:
    """Keeps news and hands them out; the same key twice is one piece of news."""

    def __init__(
        self, engine: Engine, conversations: Conversations, clock: Callable[[], datetime] = _now
    ) -> None:
        self._engine = engine
        self._conversations = conversations
        self._transcript = Transcript(engine)
        self._clock = clock
        self._pushes: dict[str, Push] = {}
        self._report: Report | None = None
        self._bells: dict[str, set[asyncio.Event]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def register_push(self, channel: str, push: Push) -> None:
        """Let ``push`` carry the news of a channel that cannot hold a stream open."""
        self._pushes[channel] = push

    def register_report(self, report: Report) -> None:
        """Let ``report`` tell an operator what did not reach anybody; False is tried again."""
        self._report = report

    async def publish(
        self,
        conversation: str,
        key: str,
        body: dict[str, Any],
        choices: tuple[Choice, ...] = (),
        *,
        is_answer: bool = False,
    ) -> None:
        """Keep a piece of news, then ring for whoever listens or push it.

        A late answer to a turn (``is_answer``) goes out before other news that wait.

        Raises:
            UnknownConversationError: there is no such conversation.
            PushFailedError: it is kept, but the messenger is away.
        """
        recipient = self._conversations.by_id(conversation)
        self.keep(conversation, key, body, choices, is_answer=is_answer)
        for bell in self._bells.get(conversation, ()):
            bell.set()
        await self.push_waiting(recipient)

    async def push_waiting(self, recipient: Conversation) -> int:
        """Push what waits for somebody, in order; return how many pieces went out.

        What the messenger will not take is noted as unreached and goes on waiting.

        Raises:
            PushFailedError: the messenger is away.
        """
        push = self._pushes.get(recipient.channel)
        if push is None:
            return 0
        pushed = 0
        async with self._locks.setdefault(recipient.id, asyncio.Lock()):
            while waiting := self._waiting(recipient.id):
                try:
                    await push(recipient, waiting[0])
                except OutOfReachError:
                    self._mark([news.id for news in waiting], "unreached_at")
                    break
                self._mark([waiting[0].id], "pushed_at")
                self._offer(recipient.id, waiting[0])
                pushed += 1
        return pushed

    def _offer(self, conversation: str, news: News) -> None:
        """Let typed numbers mean the options of news that are on the screen now."""
        replies = news.body.get("replies", ())
        tokens = [choice["token"] for reply in replies for choice in reply.get("choices", ())]
        if tokens:
            self._transcript.offer(conversation, tokens)

    def waiting(self, conversation: str) -> list[News]:
        """Return what was not brought yet, in order, for a channel to hand over with an answer.

        Nothing while it is just being pushed: what is handed over must be marked before the
        next ``await``.
        """
        lock = self._locks.get(conversation)
        return [] if lock is not None and lock.locked() else self._waiting(conversation)

    def hand_over(self, news: Sequence[News]) -> None:
        """Note that a channel has handed these over."""
        self._mark([one.id for one in news], "pushed_at")

    def unreached(self) -> list[Unreached]:
        """Return what could not be brought and still waits, oldest first."""
        return self._unreached(NewsRow.pushed_at.is_(None))

    async def report_unreached(self) -> None:
        """Tell an operator, once, of each piece of news that could not be brought."""
        if self._report is None:
            return
        for unreached in self._unreached(NewsRow.reported_at.is_(None)):
            if await self._report(unreached):
                self._mark([unreached.news], "reported_at")

    def _unreached(self, condition: ColumnElement[bool]) -> list[Unreached]:
        query = (
            select(NewsRow, ConversationRow.channel)
            .join(ConversationRow, ConversationRow.id == NewsRow.conversation)
            .where(condition, NewsRow.unreached_at.is_not(None))
            .order_by(NewsRow.id)
        )
        with Session(self._engine) as session:
            return [_unreached(row, channel) for row, channel in session.execute(query)]

    async def push_kept(self, now: datetime) -> int:
        """Push what a messenger could not be given before; return how many went out.

        Where nothing is younger than two days, it is left for the person to ask for.
        """
        query = (
            select(NewsRow.conversation, ConversationRow.channel)
            .join(ConversationRow, ConversationRow.id == NewsRow.conversation)
            .where(NewsRow.pushed_at.is_(None), NewsRow.at > now - PUSHED_WITHIN)
            .where(ConversationRow.channel.in_(self._pushes))
            .order_by(NewsRow.id)
        )
        with Session(self._engine) as session:
            kept = dict.fromkeys((row.conversation, row.channel) for row in session.execute(query))
        pushed, away = 0, set[str]()
        for conversation, channel in kept:
            if channel in away:
                continue
            try:
                pushed += await self.push_waiting(self._conversations.by_id(conversation))
            except PushFailedError:
                away.add(channel)
        return pushed

    async def keep_pushing(self) -> None:
        """Look again and again for what still has to be pushed, whatever failed before."""
        while True:
            await asyncio.sleep(PUSH_AGAIN_S)
            try:
                await self.push_kept(self._clock())
                await self.report_unreached()
            except Exception as error:  # the top of this task: nothing would start it again
                logger.warning("kept news are looked at again: %s", type(error).__name__)

    async def stream(self, conversation: str, after: int) -> AsyncIterator[News]:
        """Yield the news later than ``after``, then each new one, without end."""
        bell = asyncio.Event()
        bells = self._bells.setdefault(conversation, set())
        bells.add(bell)
        try:
            while True:
                for news in self.since(conversation, after):
                    after = news.id
                    yield news
                await bell.wait()
                bell.clear()
        finally:
            bells.discard(bell)
            if not bells and self._bells.get(conversation) is bells:
                del self._bells[conversation]

    def since(self, conversation: str, after: int) -> list[News]:
        """Return the news later than ``after``, oldest first."""
        query = (
            select(NewsRow)
            .where(NewsRow.conversation == conversation, NewsRow.id > after)
            .order_by(NewsRow.id)
        )
        with Session(self._engine) as session:
            return [News(id=row.id, body=row.body) for row in session.scalars(query)]

    def read(self, conversation: str) -> list[dict[str, Any]]:
        """Return all news of a conversation for the transcript, where answers stand already."""
        query = (
            select(NewsRow)
            .where(NewsRow.conversation == conversation, NewsRow.is_answer.is_(False))
            .order_by(NewsRow.id)
        )
        with Session(self._engine) as session:
            rows = session.scalars(query).all()
        return [
            {
                "id": f"news-{row.id}",
                "news": row.body,
                "at": row.at.isoformat(),
                "is_waiting": row.unreached_at is not None and row.pushed_at is None,
            }
            for row in rows
        ]

    def keep(
        self,
        conversation: str,
        key: str,
        body: dict[str, Any],
        choices: tuple[Choice, ...] = (),
        *,
        is_answer: bool = False,
    ) -> None:
        """Keep a piece of news and do nothing else with it; the same key twice is once."""
        try:
            with Session(self._engine) as session, session.begin():
                if session.scalar(select(NewsRow.id).where(NewsRow.key == key)) is None:
                    row = NewsRow(
                        key=key,
                        conversation=conversation,
                        body=self._with_choices(session, conversation, body, choices),
                        at=self._clock(),
                        is_answer=is_answer,
                    )
                    session.add(row)
        except IntegrityError:  # the same news arrived twice at once
            logger.info("the same news arrived twice at once")

    def _with_choices(
        self,
        session: Session,
        conversation: str,
        body: dict[str, Any],
        choices: tuple[Choice, ...],
    ) -> dict[str, Any]:
        """Return ``body`` with the choices, now with tokens, on its last bubble.

        Where news are pushed nobody reads them yet: a number typed meanwhile means what is on
        the screen.
        """
        if not choices:
            return body
        replies = [Reply.from_dict(reply) for reply in body["replies"]]
        last = replies[-1]
        replies[-1] = Reply(text=last.text, citations=last.citations, choices=choices)
        recipient = session.get_one(ConversationRow, conversation)
        is_read = recipient.channel not in self._pushes
        minted = mint_choices(session, conversation, tuple(replies), is_offered=is_read)
        return {**body, "replies": [reply.as_dict() for reply in minted]}

    def _waiting(self, conversation: str) -> list[News]:
        query = (
            select(NewsRow.id, NewsRow.body)
            .where(NewsRow.conversation == conversation, NewsRow.pushed_at.is_(None))
            .order_by(NewsRow.is_answer.desc(), NewsRow.id)
        )
        with Session(self._engine) as session:
            return [News(id=row.id, body=row.body) for row in session.execute(query)]

    def _mark(self, news: Sequence[int], column: str) -> None:
        """Set a column of times that is still empty."""
        if not news:
            return
        empty = getattr(NewsRow, column).is_(None)
        marking = update(NewsRow).where(NewsRow.id.in_(news), empty)
        with Session(self._engine) as session, session.begin():
            session.execute(marking.values({column: self._clock()}))


def _unreached(row: NewsRow, channel: str) -> Unreached:
    return Unreached(
        news=row.id,
        conversation=row.conversation,
        channel=channel,
        number=str((row.body.get("ticket") or {}).get("number") or ""),
        since=row.unreached_at or row.at,
    )
