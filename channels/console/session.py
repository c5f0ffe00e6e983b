"""Who is signed in at the console: a signed cookie, and the mark that each form carries."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Somebody signed in; ``csrf`` must come back with every form.

    Who came with the clerks' key answers residents and handles tickets; what changes what
    everybody is told, or cannot be undone, is for an administrator.
    """

    name: str
    csrf: str
    is_admin: bool


class Sessions:
    """Signs and reads session cookies with a key made from the console's tokens.

    Nothing is stored: a new token signs everybody out.
    """

    def __init__(
        self, console_token: str, clock: Callable[[], datetime], clerk_token: str = ""
    ) -> None:
        self._token, self._clerk_token = console_token.encode(), clerk_token.encode()
        secret = b"\0".join((b"linli console session", self._token, self._clerk_token))
        self._key = hashlib.sha256(secret).digest()
        self._clock = clock

    @property
    def is_open(self) -> bool:
        """Whether there is a token at all, and so a console."""
        return bool(self._token)

    def is_token(self, token: str) -> bool:
        """Return whether ``token`` opens the console, to an administrator or to a clerk."""
        shown = token.strip().encode()
        is_clerk = bool(self._clerk_token) and hmac.compare_digest(shown, self._clerk_token)
        return self.is_open and (self.is_admin_token(token) or is_clerk)

    def is_admin_token(self, token: str) -> bool:
        """Return whether ``token`` is that of administrators."""
        return hmac.compare_digest(token.strip().encode(), self._token)

    def open(self, name: str, *, is_admin: bool) -> str:
        """Return the cookie for an operator called ``name``."""
        expires = int((self._clock() + LIFETIME).timestamp())
        content = json.dumps([name, is_admin, expires, secrets.token_hex(8)]).encode()
        body = base64.urlsafe_b64encode(content).decode()
        return f"{body}.{self._sign('session', body)}"

    def read(self, cookie: str) -> Operator | None:
        """Return who the cookie names, or None if it is not ours or too old."""
        body, _, signature = cookie.rpartition(".")
        if not self.is_open or not body or not self._is_signed("session", body, signature):
            return None
        name, is_admin, expires, _ = json.loads(base64.urlsafe_b64decode(body))
        if self._clock().timestamp() > expires:
            return None
        return Operator(name=name, csrf=self._sign("form", body), is_admin=is_admin)

    def _sign(self, purpose: str, body: str) -> str:
        return hmac.new(self._key, f"{purpose}\0{body}".encode(), hashlib.sha256).hexdigest()

    def _is_signed(self, purpose: str, body: str, signature: str) -> bool:
        expected = self._sign(purpose, body).encode()
        return hmac.compare_digest(expected, signature.encode(errors="replace"))
