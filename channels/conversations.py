"""Conversations: who is talking, in which channel, and the key that opens each."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.errors import UnknownConversationError
from channels.message import Audience
from channels.schema import ConversationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One person's chat in one channel."""

    id: str
    audience: Audience
    channel: str
    account: str | None = None


class Conversations:
    """Opens and finds conversations; the token itself is never stored."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(
        self, audience: Audience, channel: str, account: str | None = None
    ) -> tuple[Conversation, str]:
        """Start a conversation and return it with the token that opens it."""
        token = secrets.token_urlsafe(32)
        conversation = Conversation(
            id=secrets.token_hex(12), audience=audience, channel=channel, account=account
        )
        with Session(self._engine) as session, session.begin():
            session.add(
                ConversationRow(
                    id=conversation.id,
                    token_hash=_hash(token),
                    audience=audience.value,
                    channel=channel,
                    account=account,
                    opened_at=datetime.now(UTC),
                )
            )
        return conversation, token

    def by_token(self, token: str) -> Conversation:
        """Return the conversation that ``token`` opens.

        Raises:
            UnknownConversationError: it opens none.
        """
        query = select(ConversationRow).where(ConversationRow.token_hash == _hash(token))
        return self._one(query)

    def by_id(self, conversation: str) -> Conversation:
        """Return the conversation called ``conversation``.

        Raises:
            UnknownConversationError: there is none.
        """
        return self._one(select(ConversationRow).where(ConversationRow.id == conversation))

    def for_account(self, channel: str, account: str, audience: Audience) -> Conversation:
        """Return the conversation of a messenger account, started if it is new."""
        query = select(ConversationRow).where(
            ConversationRow.channel == channel, ConversationRow.account == account
        )
        try:
            return self._one(query)
        except UnknownConversationError:
            pass
        try:
            return self.open(audience, channel, account)[0]
        except IntegrityError:  # another update of the same person was faster
            return self._one(query)

    def set_audience(self, conversation: str, audience: Audience) -> None:
        """Switch the wording, for instance to 长辈模式."""
        with Session(self._engine) as session, session.begin():
            row = session.get(ConversationRow, conversation)
            if row is None:
                raise UnknownConversationError
            row.audience = audience.value

    def _one(self, query: Select[ConversationRow]) -> Conversation:
        with Session(self._engine) as session:
            row = session.scalar(query)
        if row is None:
            raise UnknownConversationError
        return Conversation(
            id=row.id, audience=Audience(row.audience), channel=row.channel, account=row.account
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
