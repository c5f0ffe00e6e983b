"""What WeChat brought: one message of a person, or an event."""

import hashlib
from dataclasses import dataclass
from typing import Self

from channels.errors import BadMessageError

ID_LIMIT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message or event; ``event`` is empty for messages, and both are in lower case."""

    account: str  # OpenID of the person
    me: str  # the account's own original id
    kind: str
    event: str
    id: str  # the same for every repetition
    fields: dict[str, str]

    @classmethod
    def from_fields(cls, fields: dict[str, str]) -> Self:
        """Return what the fields tell.

        Raises:
            BadMessageError: it is from nobody or cannot be told from its repetitions.
        """
        account, me = fields.get("FromUserName", ""), fields.get("ToUserName", "")
        kind = fields.get("MsgType", "").lower()
        event = fields.get("Event", "").lower() if kind == "event" else ""
        sent = fields.get("MsgId") or _sent(fields)
        is_whole = account and me and kind and sent
        if not is_whole or max(len(account), len(sent)) > ID_LIMIT or not account.isascii():
            raise BadMessageError("bad_request")
        return cls(account=account, me=me, kind=kind, event=event, id=f"wx-{sent}", fields=fields)

    @property
    def key(self) -> tuple[str, str]:
        """What repetitions have in common."""
        return self.account, self.id

    def get(self, name: str) -> str:
        """Return a field, empty if it is not there."""
        return self.fields.get(name, "")


def _sent(fields: dict[str, str]) -> str:
    """Return what tells an event from others: its second, and what happened in it."""
    at = fields.get("CreateTime", "")
    if not at.isdecimal():
        return ""
    what = f"{fields.get('Event', '')}:{fields.get('EventKey', '')}"
    return f"{at}-{hashlib.sha256(what.encode()).hexdigest()[:12]}"
