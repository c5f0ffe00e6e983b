"""The transcript: what was said, the answer it got, and the options that were offered."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.database import noting
from channels.errors import ForeignChoiceError
from channels.message import Choice, Reply, Turn
from channels.schema import ChoiceRow, TurnRow, table_of

_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "1": 1, "2": 2, "3": 3}
_NUMERALS |= {"4": 4, "5": 5, "6": 6, "１": 1, "２": 2, "３": 3}

TITLE_LIMIT = 200
LOOK_BACK = 50  # turns; more failures in a row than that, and the question is asked anew
# What these mean depends on the question they were offered with.
ANSWERS = frozenset({"/affirm", "/deny", "/skip", "/cancel", "/go_back", "/edit_draft"})

# What every turn does is built once and runs without the ORM, which would cost more than the turn.
_TURNS, _CHOICES = table_of(TurnRow), table_of(ChoiceRow)
_THIS_TURN = (
    _TURNS.c.conversation == bindparam("in_conversation"),
    _TURNS.c.message_id == bindparam("with_id"),
)
_FIND_REPLY = select(_TURNS.c.reply).where(*_THIS_TURN)
_KEEP_REPLY = update(_TURNS).where(*_THIS_TURN).values(reply=bindparam("answered"))
_OFFERED = (
    _CHOICES.c.conversation == bindparam("in_conversation"),
    _CHOICES.c.batch != "",
)
_FIND_OFFERED = (
    select(_CHOICES.c.token, _CHOICES.c.title, _CHOICES.c.payload)
    .where(*_OFFERED)
    .order_by(_CHOICES.c.batch)
)
_SUPERSEDE = update(_CHOICES).where(*_OFFERED).values(batch="")


class Transcript:
    """Keeps turns; a message heard but not answered is still there for a person to read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answered(self, conversation: str, message_id: str | None) -> Turn | None:
        """Return the first answer to ``message_id``, if it was answered."""
        if message_id is None:
            return None
        with self._engine.connect() as connection:
            reply = connection.scalar(_FIND_REPLY, _key(conversation, message_id))
        return None if reply is None else Turn.from_dict(reply)

    def hear(self, conversation: str, message_id: str, said: str) -> None:
        """Write down a message before anything is done with it; twice is harmless."""
        row = {
            "conversation": conversation,
            "message_id": message_id,
            "said": said,
            "reply": None,
            "at": datetime.now(UTC),
        }
        try:
            with noting(self._engine) as connection:  # the answer's commit makes it last
                connection.execute(insert(_TURNS), row)
        except IntegrityError:
            with self._engine.connect() as connection:
                found = connection.execute(_FIND_REPLY, _key(conversation, message_id)).first()
            if found is None:  # not a repetition
                raise

    def answer(self, conversation: str, message_id: str, turn: Turn) -> Turn:
        """Keep the answer and return it, its choices now with tokens."""
        with self._engine.begin() as connection:
            turn = replace(turn, replies=mint_choices(connection, conversation, turn.replies))
            kept = {**_key(conversation, message_id), "answered": turn.as_dict()}
            connection.execute(_KEEP_REPLY, kept)
        return turn

    def choice(self, conversation: str, token: str) -> Choice:
        """Return the option that was offered under ``token`` in this conversation.

        Raises:
            ForeignChoiceError: it was not, or it answers a question that is no longer asked.
        """
        with Session(self._engine) as session:
            row = session.get(ChoiceRow, token)
            if row is None or row.conversation != conversation or _is_stale(session, row):
                raise ForeignChoiceError
        return Choice(title=row.title, token=row.token, payload=row.payload)

    def offered(self, conversation: str, text: str) -> Choice | None:
        """Return the latest option that ``text`` names by its title or its number (1, 二)."""
        typed, text = text, text.strip(" 。.!！、第个")
        if len(text) > TITLE_LIMIT:
            return None
        with self._engine.connect() as connection:
            rows = connection.execute(_FIND_OFFERED, {"in_conversation": conversation}).all()
        chosen = next((row for row in rows if row.title in {text, typed}), None)
        number = _NUMERALS.get(text, 0)
        if chosen is None and 0 < number <= len(rows):
            chosen = rows[number - 1]
        if chosen is None:
            return None
        return Choice(title=chosen.title, token=chosen.token, payload=chosen.payload)

    def offer(self, conversation: str, tokens: Sequence[str]) -> None:
        """Make these the options that a typed number refers to, in this order."""
        with self._engine.begin() as connection:
            connection.execute(_SUPERSEDE, {"in_conversation": conversation})
            for number, token in enumerate(tokens, 1):
                mine = (_CHOICES.c.conversation == conversation) & (_CHOICES.c.token == token)
                connection.execute(update(_CHOICES).where(mine).values(batch=f"{number:03d}"))

    def read(self, conversation: str, limit: int = 200) -> list[dict[str, Any]]:
        """Return the latest turns, oldest first: said, reply (None if not answered), at."""
        query = (
            select(TurnRow)
            .where(TurnRow.conversation == conversation)
            .order_by(TurnRow.id.desc())
            .limit(limit)
        )
        with Session(self._engine) as session:
            rows = session.scalars(query).all()
        return [
            {"id": row.id, "said": row.said, "reply": row.reply, "at": row.at.isoformat()}
            for row in reversed(rows)
        ]


def _is_stale(session: Session, row: ChoiceRow) -> bool:
    """Return whether ``row`` answers another question than the one asked last.

    An old "yes" would confirm what its reader has never seen; an option that names what it is
    about stays good.
    """
    if row.payload.partition("{")[0] not in ANSWERS:
        return False
    latest = (
        select(TurnRow.reply)
        .where(TurnRow.conversation == row.conversation)
        .order_by(TurnRow.id.desc())
        .limit(LOOK_BACK)
    )
    answered = [turn for turn in session.scalars(latest) if turn is not None]
    replies = answered[0]["replies"] if answered else []
    return all(choice["token"] != row.token for reply in replies for choice in reply["choices"])


def mint_choices(
    session: Session | Connection,
    conversation: str,
    replies: tuple[Reply, ...],
    *,
    is_offered: bool = True,
) -> tuple[Reply, ...]:
    """Give every choice a token that only this conversation may use, and store it.

    What is offered is what a typed number or title refers to from now on; anything else waits
    for ``Transcript.offer``.
    """
    if is_offered:
        session.execute(_SUPERSEDE, {"in_conversation": conversation})
    minted: list[Reply] = []
    rows: list[dict[str, str]] = []
    for reply in replies:
        choices = []
        for choice in reply.choices:
            token = secrets.token_urlsafe(15)
            rows.append(
                {
                    "token": token,
                    "conversation": conversation,
                    "title": choice.title[:TITLE_LIMIT],
                    "payload": choice.payload,
                    "batch": f"{len(rows) + 1:03d}" if is_offered else "",
                }
            )
            choices.append(replace(choice, token=token))
        minted.append(replace(reply, choices=tuple(choices)))
    if rows:
        session.execute(insert(_CHOICES), rows)
    return tuple(minted)


def _key(conversation: str, message_id: str) -> dict[str, Any]:
    return {"in_conversation": conversation, "with_id": message_id}
