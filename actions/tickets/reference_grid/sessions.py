"""Who is signed in to the grid page."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import sessionmaker

from actions.tickets.reference_grid.database import GridSession

COOKIE = "linli_grid"
LASTS = timedelta(hours=12)  # one shift
TRIES, WINDOW = 10, timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """The person at the page, and the token their forms must carry."""

    name: str
    csrf: str


class Sessions:
    """Opens and looks up sessions; only a hash of the cookie's value is kept."""

    def __init__(self, engine: Engine, *, password: str) -> None:
        self._read = sessionmaker(engine)
        self._write = sessionmaker(engine.execution_options(immediate=True))
        self._password = password
        self._refused: list[datetime] = []

    @property
    def is_open(self) -> bool:
        """Return whether no password is set, so that one click is enough."""
        return not self._password

    def is_locked(self, now: datetime) -> bool:
        """Return whether too many wrong passwords came lately."""
        self._refused = [at for at in self._refused if now - at < WINDOW]
        return len(self._refused) >= TRIES

    def sign_in(self, name: str, password: str, now: datetime) -> str | None:
        """Return the cookie's value, or nothing when the password is wrong."""
        if self._password and not hmac.compare_digest(password.encode(), self._password.encode()):
            self._refused.append(now)
            return None
        token = secrets.token_urlsafe(32)
        with self._write.begin() as session:
            session.execute(delete(GridSession).where(GridSession.expires_at < now))
            session.add(
                GridSession(
                    token_hash=_hash(token),
                    operator=name,
                    csrf=secrets.token_urlsafe(24),
                    expires_at=now + LASTS,
                )
            )
        return token

    def operator(self, token: str, now: datetime) -> Operator | None:
        """Return who holds this cookie, or nothing once the shift is over."""
        query = select(GridSession).where(
            GridSession.token_hash == _hash(token), GridSession.expires_at > now
        )
        with self._read() as session:
            row = session.scalar(query)
        return None if row is None else Operator(name=row.operator, csrf=row.csrf)

    def sign_out(self, token: str) -> None:
        """Forget this cookie."""
        with self._write.begin() as session:
            session.execute(delete(GridSession).where(GridSession.token_hash == _hash(token)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
