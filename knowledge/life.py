"""The life of a document: draft, review, published, expired; every step in one table."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self
from zoneinfo import ZoneInfo

from knowledge.errors import MoveError, TermsError
from knowledge.item import Audience
from knowledge.texts import texts

SHANGHAI = ZoneInfo("Asia/Shanghai")  # dates of documents begin and end there
AREA_LENGTH, OWNER_LENGTH, ACTOR_LENGTH, NOTE_LENGTH = 100, 80, 80, 4000


class DocumentStatus(StrEnum):
    """How far a version of an added document has come."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"  # reviewed, and published by itself on its day
    PUBLISHED = "published"
    REPLACED = "replaced"  # by another version of the same document
    EXPIRED = "expired"
    REMOVED = "removed"


class Move(StrEnum):
    """A step in the life of a document."""

    ADD = "add"
    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    ROLL_BACK = "roll_back"
    UNPUBLISH = "unpublish"
    EXPIRE = "expire"
    REPLACE = "replace"  # made by the publishing of another version, never asked for
    REMOVE = "remove"
    RESTORE = "restore"


_S, _M = DocumentStatus, Move
NEXT: Mapping[DocumentStatus, Mapping[Move, DocumentStatus]] = MappingProxyType({
    _S.DRAFT: {_M.EDIT: _S.DRAFT, _M.SUBMIT: _S.REVIEW, _M.REMOVE: _S.REMOVED},
    _S.REVIEW: {
        _M.EDIT: _S.REVIEW,
        _M.RETURN: _S.DRAFT,
        _M.APPROVE: _S.APPROVED,
        _M.PUBLISH: _S.PUBLISHED,
        _M.REMOVE: _S.REMOVED,
    },
    _S.APPROVED: {
        _M.RETURN: _S.REVIEW,
        _M.PUBLISH: _S.PUBLISHED,
        _M.REMOVE: _S.REMOVED,
    },
    _S.PUBLISHED: {
        _M.UNPUBLISH: _S.DRAFT,
        _M.EXPIRE: _S.EXPIRED,
        _M.REPLACE: _S.REPLACED,
        _M.REMOVE: _S.REMOVED,
    },
    _S.REPLACED: {_M.ROLL_BACK: _S.PUBLISHED, _M.REMOVE: _S.REMOVED},
    _S.EXPIRED: {_M.RESTORE: _S.DRAFT, _M.REMOVE: _S.REMOVED},
    _S.REMOVED: {_M.RESTORE: _S.DRAFT},
})  # fmt: skip
PUBLISHING = frozenset({Move.PUBLISH, Move.ROLL_BACK})
ASKED_FOR = frozenset(Move) - {Move.ADD, Move.EDIT, Move.REPLACE}  # what a person may ask for


def moved(status: DocumentStatus, move: Move) -> DocumentStatus:
    """Return where a move leads.

    Raises:
        MoveError: ``NEXT`` has no such move from here.
    """
    if move not in NEXT[status]:
        says = texts()
        raise MoveError(status=says.label(status), move=says.label(f"move_{move}"))
    return NEXT[status][move]


def moves_from(status: DocumentStatus, *, is_to_come: bool) -> list[Move]:
    """Return the moves that a person may ask for, in the order in which a page shows them.

    What ``is_to_come`` is in force from a later day on.
    """
    apart = frozenset() if is_to_come else frozenset({Move.APPROVE})
    return [move for move in Move if move in ASKED_FOR - apart and move in NEXT[status]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a person may correct before publishing; dates are ISO or empty."""

    title: str = ""
    official_number: str = ""
    issuer: str = ""
    issued: str = ""
    effective: str = ""
    expires: str = ""  # the last day on which the document is in force
    area: str = ""
    owner: str = ""
    audience: Audience = Audience.PUBLIC

    def checked(self) -> Self:
        """Return the terms, if a document can have them.

        Raises:
            TermsError: a date is none, an end comes before a beginning, or a text is too long.
        """
        for name in ("issued", "effective", "expires"):
            value = getattr(self, name)
            if value and not is_date(value):
                raise TermsError(field=texts().label(name), value=value[:20])
        if not self.title.strip():
            raise TermsError(field=texts().label("title"), value="")
        if self.expires and self.expires < max(self.effective, self.issued):
            raise TermsError(field=texts().label("expires"), value=self.expires)
        limits = {"title": 255, "official_number": 100, "issuer": 100}
        limits |= {"area": AREA_LENGTH, "owner": OWNER_LENGTH}
        for name, limit in limits.items():
            if len(getattr(self, name)) > limit:
                raise TermsError(field=texts().label(name), value=getattr(self, name)[:20])
        return self

    def changes_from(self, before: Self) -> dict[str, tuple[str, str]]:
        """Return what is different from ``before``, by field: the value before and after."""
        old, new = asdict(before), asdict(self)
        return {name: (str(old[name]), str(new[name])) for name in new if old[name] != new[name]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step that was made; nothing in the product changes it."""

    number: str
    version: int
    move: Move
    before: str  # empty where the document began
    after: DocumentStatus
    actor: str
    note: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return the event as JSON values; what was edited as ``changes``, by field."""
        changes = json.loads(self.note) if self.move is Move.EDIT else {}
        note = "" if changes else self.note
        return asdict(self) | {"at": self.at.isoformat(), "note": note, "changes": changes}


def is_date(text: str) -> bool:
    """Return whether a text is a date as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def local_day(now: datetime) -> str:
    """Return the day in China on which a moment falls, as ISO."""
    return now.astimezone(SHANGHAI).date().isoformat()
