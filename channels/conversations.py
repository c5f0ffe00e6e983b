"""Conversations: who is talking, in which channel, and the key that opens each."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Select, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.errors import UnknownConversationError
from channels.message import Audience
from channels.schema import ConversationRow, table_of

# Every turn asks these, so they are built once and run without the ORM.
_TABLE = table_of(ConversationRow)
_ONE = select(_TABLE.c.id, _TABLE.c.audience, _TABLE.c.channel, _TABLE.c.account)
_BY_ID = _ONE.where(_TABLE.c.id == bindparam("sought"))
_BY_TOKEN = _ONE.where(_TABLE.c.token_hash == bindparam("sought"))
_BY_ACCOUNT = _ONE.where(
    _TABLE.c.channel == bindparam("via"), _TABLE.c.account == bindparam("sought")
)


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
        return self._one(_BY_TOKEN, sought=_hash(token))

    def by_id(self, conversation: str) -> Conversation:
        """Return the conversation called ``conversation``.

        Raises:
            UnknownConversationError: there is none.
        """
        return self._one(_BY_ID, sought=conversation)

    def for_account(self, channel: str, account: str, audience: Audience) -> Conversation:
        """Return the conversation of a messenger account, started if it is new."""
        try:
            return self._one(_BY_ACCOUNT, via=channel, sought=account)
        except UnknownConversationError:
            pass
        try:
            return self.open(audience, channel, account)[0]
        except IntegrityError:  # another update of the same person was faster
            return self._one(_BY_ACCOUNT, via=channel, sought=account)

    def set_audience(self, conversation: str, audience: Audience) -> None:
        """Switch the wording, for instance to 长辈模式."""
        with Session(self._engine) as session, session.begin():
            row = session.get(ConversationRow, conversation)
            if row is None:
                raise UnknownConversationError
            row.audience = audience.value

    def _one(self, query: Select[Any], **values: str) -> Conversation:
        with self._engine.connect() as connection:
            row = connection.execute(query, values).first()
        if row is None:
            raise UnknownConversationError
        return Conversation(
            id=row.id, audience=Audience(row.audience), channel=row.channel, account=row.account
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
