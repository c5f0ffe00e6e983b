"""News for residents: kept, streamed where the channel can hold a stream, pushed elsewhere."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.conversations import Conversation, Conversations
from channels.errors import PushFailedError
from channels.message import Choice, Reply
from channels.schema import ConversationRow, NewsRow
from channels.transcript import mint_choices

logger = logging.getLogger(__name__)


PUSHED_WITHIN = timedelta(days=2)
PUSH_AGAIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One piece of news; ``id`` grows within the installation."""

    id: int
    body: dict[str, Any]  # {"replies", "outcome", "ticket"} as in a turn


Push = Callable[[Conversation, News], Awaitable[None]]


class NewsDesk:
    """Keeps news and hands them out; the same key twice is one piece of news."""

    def __init__(self, engine: Engine, conversations: Conversations) -> None:
        self._engine = engine
        self._conversations = conversations
        self._pushes: dict[str, Push] = {}
        self._bells: dict[str, set[asyncio.Event]] = {}

    def register_push(self, channel: str, push: Push) -> None:
        """Let ``push`` carry the news of a channel that cannot hold a stream open."""
        self._pushes[channel] = push

    async def publish(
        self, conversation: str, key: str, body: dict[str, Any], choices: tuple[Choice, ...] = ()
    ) -> None:
        """Keep a piece of news, then ring for whoever listens or push it.

        Raises:
            UnknownConversationError: there is no such conversation.
        """
        recipient = self._conversations.by_id(conversation)
        news = self._keep(conversation, key, body, choices)
        for bell in self._bells.get(conversation, ()):
            bell.set()
        push = self._pushes.get(recipient.channel)
        if push is not None and not self._is_pushed(news.id):
            await push(recipient, news)
            self._mark_pushed(news.id)

    async def push_kept(self, now: datetime) -> int:
        """Push what a messenger could not be given before; return how many went out.

        What is older than two days is left for the person to ask for.
        """
        query = (
            select(NewsRow.id, NewsRow.conversation)
            .join(ConversationRow, ConversationRow.id == NewsRow.conversation)
            .where(NewsRow.pushed_at.is_(None), NewsRow.at > now - PUSHED_WITHIN)
            .where(ConversationRow.channel.in_(self._pushes))
            .order_by(NewsRow.id)
        )
        with Session(self._engine) as session:
            kept = session.execute(query).all()
        pushed = 0
        for news_id, conversation in kept:
            recipient = self._conversations.by_id(conversation)
            news = next(one for one in self.since(conversation, news_id - 1) if one.id == news_id)
            try:
                await self._pushes[recipient.channel](recipient, news)
            except PushFailedError:
                break  # the messenger is still away; the order is kept
            self._mark_pushed(news_id)
            pushed += 1
        return pushed

    async def keep_pushing(self) -> None:
        """Look again and again for what still has to be pushed."""
        while True:
            await asyncio.sleep(PUSH_AGAIN_S)
            await self.push_kept(datetime.now(UTC))

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
        """Return all news of a conversation for the transcript."""
        query = select(NewsRow).where(NewsRow.conversation == conversation).order_by(NewsRow.id)
        with Session(self._engine) as session:
            rows = session.scalars(query).all()
        return [{"id": f"news-{r.id}", "news": r.body, "at": r.at.isoformat()} for r in rows]

    def _keep(
        self, conversation: str, key: str, body: dict[str, Any], choices: tuple[Choice, ...]
    ) -> News:
        query = select(NewsRow).where(NewsRow.key == key)
        try:
            with Session(self._engine) as session, session.begin():
                row = session.scalar(query)
                if row is None:
                    row = NewsRow(
                        key=key,
                        conversation=conversation,
                        body=_with_choices(session, conversation, body, choices),
                        at=datetime.now(UTC),
                    )
                    session.add(row)
                    session.flush()
                return News(id=row.id, body=row.body)
        except IntegrityError:  # the same news arrived twice at once
            with Session(self._engine) as session:
                row = session.scalars(query).one()
                return News(id=row.id, body=row.body)

    def _is_pushed(self, news_id: int) -> bool:
        with Session(self._engine) as session:
            return session.get_one(NewsRow, news_id).pushed_at is not None

    def _mark_pushed(self, news_id: int) -> None:
        with Session(self._engine) as session, session.begin():
            session.get_one(NewsRow, news_id).pushed_at = datetime.now(UTC)


def _with_choices(
    session: Session, conversation: str, body: dict[str, Any], choices: tuple[Choice, ...]
) -> dict[str, Any]:
    """Return ``body`` with the choices, now with tokens, on its last bubble."""
    if not choices:
        return body
    replies = [Reply.from_dict(reply) for reply in body["replies"]]
    replies[-1] = Reply(text=replies[-1].text, citations=replies[-1].citations, choices=choices)
    minted = mint_choices(session, conversation, tuple(replies))
    return {**body, "replies": [reply.as_dict() for reply in minted]}
