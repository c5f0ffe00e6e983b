"""A document as it is listed, and its passages as they are kept, searched and written."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from knowledge.item import Audience, Facet, Kind, Passage
from knowledge.life import DocumentStatus, Event, Move, Terms, local_day
from knowledge.reading.document import Section
from knowledge.schema import DocumentRow, EventRow, PassageRow
from knowledge.texts import texts

_TERMS = tuple(field.name for field in fields(Terms))
_PASSAGE = tuple(field.name for field in fields(Passage))
_COMMON = ("document", "source", "checked", "context", "area", "dated", "owner", "item")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """What the list of added documents shows."""

    number: str
    series: str
    version: int
    file: str
    title: str
    official_number: str
    issuer: str
    issued: str
    effective: str
    expires: str
    area: str
    owner: str
    audience: Audience
    status: DocumentStatus
    added_at: datetime
    changed_at: datetime
    published_at: datetime | None
    passages: int = 0

    @property
    def begins(self) -> str:
        """The day from which it is in force, as ISO; empty where nothing says so."""
        return self.effective or self.issued

    @property
    def terms(self) -> Terms:
        """What a person may correct before publishing."""
        return Terms(**{name: getattr(self, name) for name in _TERMS})

    def as_json(self) -> dict[str, Any]:
        """Return the record as JSON values."""
        times = ("added_at", "changed_at", "published_at")
        written = {name: at.isoformat() if (at := getattr(self, name)) else None for name in times}
        return asdict(self) | written


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Which documents may be quoted on a day, and what became of those that may not."""

    audiences: Mapping[str, Audience]  # by number, of every document in force
    successors: Mapping[str, str]  # the number in force by that of each version it replaced
    ended: frozenset[str]  # titles and official numbers of which nothing is in force any more


def passage_rows(number: str, sections: Sequence[Section]) -> Iterable[PassageRow]:
    """Yield the rows of the clauses of a document."""
    for position, section in enumerate(sections):
        yield PassageRow(
            document=number,
            position=position,
            text=section.text,
            label=section.label,
            context=section.context,
            question=section.question,
            service=section.service,
            facet=section.facet,
        )


def recorded(row: DocumentRow, passages: int) -> DocumentRecord:
    """Return a row as it is listed."""
    names = {field.name for field in fields(DocumentRecord)} - {"passages"}
    values = {name: getattr(row, name) for name in names}
    values |= {
        "audience": Audience(row.audience),
        "status": DocumentStatus(row.status),
        "added_at": aware(row.added_at),
        "changed_at": aware(row.changed_at),
        "published_at": aware(row.published_at) if row.published_at else None,
    }
    return DocumentRecord(**values, passages=passages)


def event_of(row: EventRow, version: int) -> Event:
    """Return a row of the history."""
    return Event(
        number=row.document,
        version=version,
        move=Move(row.move),
        before=row.before,
        after=DocumentStatus(row.after),
        actor=row.actor,
        note=row.note,
        at=aware(row.at),
    )


def aware(moment: datetime) -> datetime:
    """SQLite forgets the zone; everything stored is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def passage_of(row: PassageRow, document: DocumentRow, now: datetime) -> Passage:
    """Return a clause as it is searched; ``now`` dates what is not published yet."""
    source = " ".join(
        filter(None, [document.issuer, document.official_number, _titled(document.title)])
    )
    is_new = document.status != DocumentStatus.PUBLISHED or document.published_at is None
    published = now if is_new else aware(document.published_at or now)
    return Passage(
        id=f"{document.number}:{row.position}",
        document=document.title,
        text=row.text,
        label=row.label,
        source=source,
        checked=local_day(published),
        audience=Audience(document.audience),
        context=row.context,
        surfaces=(row.question,) if row.question else (),
        kind=Kind.DOCUMENT,
        area=document.area,
        dated=document.effective or document.issued,
        owner=document.number,
        item=service_id(document.number, row.service) if row.service else "",
        facet=Facet(row.facet) if row.facet else None,
    )


def service_id(document: str, number: int) -> str:
    """Return what a service item of a table is called in answers."""
    return f"{document}-{number}"


def _titled(title: str) -> str:
    return texts().sentence("document", title=title)


def passage_as_json(passage: Passage) -> str:
    """Return a passage as one line of a snapshot."""
    return json.dumps({name: getattr(passage, name) for name in _PASSAGE}, ensure_ascii=False)


def passage_from_json(line: str, known: dict[str, str] | None = None) -> Passage:
    """Return the passage of one line of a snapshot.

    ``known`` is filled with what a document's passages have in common, so that it is held once.
    """
    values = json.loads(line)
    known = {} if known is None else known
    for name in _COMMON:
        values[name] = known.setdefault(values[name], values[name])
    return Passage(
        **{
            **values,
            "audience": Audience(values["audience"]),
            "kind": Kind(values["kind"]),
            "facet": Facet(values["facet"]) if values["facet"] else None,
            "surfaces": tuple(values["surfaces"]),
        }
    )
