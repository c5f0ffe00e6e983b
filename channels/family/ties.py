"""Keeps ties and calls in the gateway's database, with all that is personal sealed."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.errors import PairingError
from channels.family.tie import (
    CODE_LIFETIME,
    CODES_AN_HOUR,
    LIMIT,
    NEXT,
    Call,
    Particulars,
    Side,
    State,
    Tie,
)
from channels.schema import FamilyCallRow, FamilyTieRow, NewsRow
from channels.vault import Vault

SEALED = ("name", "telephone", "elder_name", "place")
CODE_DIGITS = 8
_HELD = (State.ASKED.value, State.AGREED.value)


class Ties:
    """The only writer of both tables; each step is one transaction on a locked row."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def offer(self, elder: str, now: datetime) -> str:
        """Return a new code for a relative; the one before it is good no longer.

        Raises:
            PairingError: there are three relatives already, or too many codes in this hour.
            VaultError: there is no key to keep a telephone with.
        """
        self._vault.seal("?")  # to be told now, and not when the relative has typed everything
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        with Session(self._engine) as session, session.begin():
            mine = FamilyTieRow.elder == elder
            recent = select(func.count()).where(
                mine, FamilyTieRow.offered_at > now - timedelta(hours=1)
            )
            if (session.scalar(recent) or 0) >= CODES_AN_HOUR:
                raise PairingError("pairing_codes")
            if _held(session, elder) >= LIMIT:
                raise PairingError("pairing_full")
            unused = FamilyTieRow.state == State.OFFERED.value
            void = {"state": State.ENDED.value, "code_hash": None, "ended_at": now}
            session.execute(update(FamilyTieRow).where(mine, unused).values(**void))
            session.add(
                FamilyTieRow(
                    id=secrets.token_hex(12),
                    elder=elder,
                    code_hash=_hash(code),
                    state=State.OFFERED.value,
                    offered_at=now,
                    expires_at=now + CODE_LIFETIME,
                )
            )
        return code

    def ask(self, code: str, relative: str, said: Particulars, now: datetime) -> Tie:
        """Use up a code: from now on the elderly person is asked.

        Raises:
            PairingError: the code is wrong, used or too old, or it leads to oneself.
        """
        with Session(self._engine) as session, session.begin():
            query = select(FamilyTieRow).where(FamilyTieRow.code_hash == _hash(code))
            row = session.scalars(query.with_for_update()).first()
            if row is None or row.state != State.OFFERED or row.expires_at < now:
                raise PairingError
            _refuse_double(session, row.elder, relative)
            row.code_hash = None  # one use
            row.relative, row.size, row.asked_at = relative, said.size, now
            for name in SEALED:
                setattr(row, name, self._vault.seal(getattr(said, name)))
            _step(row, State.ASKED)
            return self._tie(row)

    def agree(self, tie: str, elder: str, now: datetime) -> Tie | None:
        """Note the elderly person's consent; None if there is nothing to agree to."""
        with Session(self._engine) as session, session.begin():
            row = _locked(session, tie)
            if row is None or row.elder != elder or row.state != State.ASKED:
                return None
            _step(row, State.AGREED)
            row.agreed_at = now
            return self._tie(row)

    def end(self, tie: str, conversation: str, side: Side, now: datetime) -> Tie | None:
        """End a tie from either side and forget the relative; return it as it was."""
        with Session(self._engine) as session, session.begin():
            row = _locked(session, tie)
            if row is None or row.state not in _HELD:
                return None
            if conversation != (row.elder if side is Side.ELDER else row.relative):
                return None
            before = self._tie(row)
            _step(row, State.ENDED)
            row.ended_at, row.ended_by = now, side.value
            for name in SEALED:
                setattr(row, name, "")
            _forget_news(session, row.id)
            return before

    def erase(self, conversation: str) -> int:
        """Delete every trace of somebody's family, on either side; return how many ties."""
        either = or_(FamilyTieRow.elder == conversation, FamilyTieRow.relative == conversation)
        with Session(self._engine) as session, session.begin():
            ties = list(session.scalars(select(FamilyTieRow.id).where(either)))
            calls = or_(FamilyCallRow.elder == conversation, FamilyCallRow.heard_by.in_(ties))
            session.execute(delete(FamilyCallRow).where(calls))
            for tie in ties:
                _forget_news(session, tie)
            session.execute(delete(FamilyTieRow).where(FamilyTieRow.id.in_(ties)))
        return len(ties)

    def is_asked(self, elder: str) -> bool:
        """Return whether a relative waits for an answer; nothing is unsealed."""
        asked = (FamilyTieRow.elder == elder) & (FamilyTieRow.state == State.ASKED.value)
        with Session(self._engine) as session:
            return session.scalars(select(FamilyTieRow.id).where(asked)).first() is not None

    def of_elder(self, elder: str) -> list[Tie]:
        """Return who asks and who was agreed to, in the order they came."""
        return self._found(FamilyTieRow.elder == elder)

    def of_relative(self, relative: str) -> list[Tie]:
        """Return the elderly people this relative asked or was let in by."""
        return self._found(FamilyTieRow.relative == relative)

    def call(self, elder: str, key: str, now: datetime) -> tuple[Call, bool]:
        """Note a call for help, and say whether it is new; the same ``key`` is the same call."""
        id_ = _hash(f"{elder}:{key}")[:24]
        try:
            with Session(self._engine) as session, session.begin():
                row = session.get(FamilyCallRow, id_)
                if row is not None:
                    return _call(row), False
                session.add(FamilyCallRow(id=id_, elder=elder, at=now))
        except IntegrityError:  # pressed twice at once
            return Call(id=id_, at=now, is_heard=False), False
        return Call(id=id_, at=now, is_heard=False), True

    def calls(self, elder: str, since: datetime) -> list[Call]:
        """Return the calls from ``since`` on, newest first."""
        query = (
            select(FamilyCallRow)
            .where(FamilyCallRow.elder == elder, FamilyCallRow.at >= since)
            .order_by(FamilyCallRow.at.desc())
        )
        with Session(self._engine) as session:
            return [_call(row) for row in session.scalars(query)]

    def hear(self, call: str, relative: str, now: datetime) -> Tie | None:
        """Note that a relative has heard a call; None if it is not theirs or heard already."""
        with Session(self._engine) as session, session.begin():
            row = session.get(FamilyCallRow, call, with_for_update=True)
            if row is None or row.heard_at is not None:
                return None
            agreed = FamilyTieRow.state == State.AGREED.value
            mine = (FamilyTieRow.relative == relative) & (FamilyTieRow.elder == row.elder)
            tie = session.scalars(select(FamilyTieRow).where(mine, agreed)).first()
            if tie is None:
                return None
            row.heard_by, row.heard_at = tie.id, now
            return self._tie(tie)

    def told(self, tie: str, limit: int = 10) -> list[tuple[datetime, str]]:
        """Return when the relative of ``tie`` was told what of tickets, newest first."""
        query = (
            select(NewsRow.at, NewsRow.body)
            .where(NewsRow.key.endswith(f"-{tie}"), ~NewsRow.key.startswith("family-"))
            .order_by(NewsRow.id.desc())
            .limit(limit)
        )
        with Session(self._engine) as session:
            return [(row.at, row.body["replies"][0]["text"]) for row in session.execute(query)]

    def _found(self, condition: ColumnElement[bool]) -> list[Tie]:
        query = (
            select(FamilyTieRow)
            .where(condition, FamilyTieRow.state.in_(_HELD))
            .order_by(FamilyTieRow.asked_at, FamilyTieRow.id)
        )
        with Session(self._engine) as session:
            return [self._tie(row) for row in session.scalars(query)]

    def _tie(self, row: FamilyTieRow) -> Tie:
        opened = {name: self._vault.open(getattr(row, name)) for name in SEALED}
        return Tie(
            id=row.id,
            elder=row.elder,
            relative=row.relative or "",
            state=State(row.state),
            particulars=Particulars(size=row.size, **opened),
            asked_at=row.asked_at,
            agreed_at=row.agreed_at,
        )


def _held(session: Session, elder: str) -> int:
    held = FamilyTieRow.state.in_(_HELD)
    query = select(func.count()).where(FamilyTieRow.elder == elder, held)
    return session.scalar(query) or 0


def _refuse_double(session: Session, elder: str, relative: str) -> None:
    if relative == elder:
        raise PairingError("pairing_self")
    mine = (FamilyTieRow.elder == elder) & (FamilyTieRow.relative == relative)
    query = select(FamilyTieRow.id).where(mine, FamilyTieRow.state.in_(_HELD))
    if session.scalars(query).first() is not None:
        raise PairingError("pairing_twice")


def _locked(session: Session, tie: str) -> FamilyTieRow | None:
    return session.get(FamilyTieRow, tie, with_for_update=True)


def _step(row: FamilyTieRow, state: State) -> None:
    if state not in NEXT[State(row.state)]:
        raise ValueError(f"{row.state} cannot become {state}")
    row.state = state.value


def _forget_news(session: Session, tie: str) -> None:
    """Delete what was told because of a tie; the news desk's keys end with its id."""
    session.execute(delete(NewsRow).where(NewsRow.key.endswith(f"-{tie}")))


def _call(row: FamilyCallRow) -> Call:
    return Call(id=row.id, at=row.at, is_heard=row.heard_at is not None)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
