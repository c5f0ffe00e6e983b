"""Handover (转人工): who waits for a person, and who has taken the conversation."""

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.orm import Session

from channels.conversations import Conversation
from channels.errors import PushFailedError, UnknownConversationError
from channels.message import Audience, Outcome
from channels.news import NewsDesk
from channels.schema import ConversationRow, NewsRow, TurnRow, table_of
from channels.transcript import Transcript

_TABLE = table_of(ConversationRow)
_STATE = select(_TABLE.c.handover).where(_TABLE.c.id == bindparam("sought"))  # asked in every turn


logger = logging.getLogger(__name__)


Observer = Callable[[Conversation, str], None]  # who waits, and since when
PATIENCE = timedelta(minutes=30)
_HUMAN = "human-"  # begins the keys of what a person answered


def _now() -> datetime:
    return datetime.now(UTC)


class HandoverDesk:
    """The inbox of people who asked for a human being.

    A conversation is ``none``, ``waiting`` (the bot still answers) or ``taken`` (it is silent).
    Whoever took it and leaves words unanswered for longer than ``patience`` has it no more.
    """

    def __init__(
        self,
        engine: Engine,
        news: NewsDesk,
        transcript: Transcript,
        *,
        patience: timedelta = PATIENCE,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._engine = engine
        self._news = news
        self._transcript = transcript
        self._patience, self._clock = patience, clock
        self._observers: list[Observer] = []

    def observe(self, observer: Observer) -> None:
        """Let ``observer`` hear of everybody who begins to wait."""
        self._observers.append(observer)

    def ask(self, conversation: str) -> None:
        """Put the conversation into the inbox, unless it is there already."""
        with Session(self._engine) as session, session.begin():
            row = _row(session, conversation)
            if row.handover != "none":
                return
            since = self._clock()
            row.handover, row.handover_at = "waiting", since
            waits = _conversation(row)
        self._tell_observers(waits, since)

    def is_taken(self, conversation: str) -> bool:
        """Return whether a person has the conversation, so that the bot keeps silent.

        One that was left alone for too long goes back to those who wait.
        """
        with self._engine.connect() as connection:
            state = connection.scalar(_STATE, {"sought": conversation})
        if state is None:
            raise UnknownConversationError
        return bool(state == "taken") and not self._goes_back(conversation)

    def waiting(self) -> list[dict[str, Any]]:
        """Return the conversations that wait or are taken, longest wait first."""
        self._take_back_what_was_left()
        query = (
            select(ConversationRow)
            .where(ConversationRow.handover != "none")
            .order_by(ConversationRow.handover_at)
        )
        with Session(self._engine) as session:
            rows = session.scalars(query).all()
        return [
            {
                "conversation": row.id,
                "channel": row.channel,
                "audience": row.audience,
                "state": row.handover,
                "operator": row.operator,
                "since": row.handover_at.isoformat() if row.handover_at else None,
            }
            for row in rows
        ]

    def take(self, conversation: str, operator: str) -> None:
        """Let ``operator`` have the conversation; the bot is silent from now on."""
        with Session(self._engine) as session, session.begin():
            row = _row(session, conversation)
            row.handover, row.operator, row.handover_at = "taken", operator, self._clock()

    def give_back(self, conversation: str) -> None:
        """Let the bot answer again."""
        with Session(self._engine) as session, session.begin():
            row = _row(session, conversation)
            row.handover, row.operator, row.handover_at = "none", "", None

    def messages(self, conversation: str) -> list[dict[str, Any]]:
        """Return what both sides said and the person's answers, oldest first."""
        spoken = self._transcript.read(conversation)
        answered = self._news.read(conversation)
        return sorted(spoken + answered, key=lambda entry: str(entry["at"]))

    async def answer(self, conversation: str, operator: str, text: str) -> None:
        """Send a person's words to the resident, as news in the channel they use."""
        body = {
            "replies": [{"text": text, "choices": [], "citations": []}],
            "outcome": "handover",
            "ticket": None,
            "operator": operator,
        }
        try:
            await self._news.publish(conversation, f"{_HUMAN}{secrets.token_hex(8)}", body)
        except PushFailedError:
            logger.warning("a person's answer waits until the messenger can be reached")

    def _take_back_what_was_left(self) -> None:
        taken = select(ConversationRow.id).where(ConversationRow.handover == "taken")
        with Session(self._engine) as session:
            conversations = session.scalars(taken).all()
        for conversation in conversations:
            self._goes_back(conversation)

    def _goes_back(self, conversation: str) -> bool:
        """Put a taken conversation back to those who wait, if nobody answers in it."""
        with Session(self._engine) as session, session.begin():
            row = _row(session, conversation)
            since = _unanswered_since(session, row)
            if since is None or self._clock() - since <= self._patience:
                return False
            row.handover, row.operator, row.handover_at = "waiting", "", since
            waits = _conversation(row)
        self._tell_observers(waits, since)
        return True

    def _tell_observers(self, waits: Conversation, since: datetime) -> None:
        for observer in self._observers:
            observer(waits, since.isoformat())


def _unanswered_since(session: Session, row: ConversationRow) -> datetime | None:
    """Return when the first words came to which nobody has said anything; None without any."""
    answers = select(func.max(NewsRow.id)).where(
        NewsRow.conversation == row.id, NewsRow.key.startswith(_HUMAN)
    )
    latest = session.get(NewsRow, session.scalar(answers) or 0)
    turns = select(TurnRow.at, TurnRow.reply).where(TurnRow.conversation == row.id)
    for moment in (row.handover_at, latest.at if latest else None):
        turns = turns.where(TurnRow.at > moment) if moment else turns
    heard = session.execute(turns.order_by(TurnRow.id))
    return next((at for at, reply in heard if _is_silence(reply)), None)


def _is_silence(reply: dict[str, Any] | None) -> bool:
    """Return whether a message was left to the person who has the conversation."""
    return bool(reply and not reply["replies"] and reply["outcome"] == Outcome.HANDOVER)


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation(
        id=row.id, audience=Audience(row.audience), channel=row.channel, account=row.account
    )


def _row(session: Session, conversation: str) -> ConversationRow:
    row = session.get(ConversationRow, conversation)
    if row is None:
        raise UnknownConversationError
    return row
