"""Reads the shipped items and refuses a file that is incomplete."""

import datetime as dt
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from knowledge.errors import ItemError
from knowledge.item import Audience, Clause, Facet, Kind, KnowledgeItem
from knowledge.texts import texts

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C, ten times as fast
_STRICT = ConfigDict(extra="forbid", coerce_numbers_to_str=True, str_strip_whitespace=True)


class Form(StrEnum):
    """In which form a material is wanted (原件, 复印件)."""

    ORIGINAL = "原件"
    COPY = "复印件"
    BOTH = "原件和复印件"


class _Material(BaseModel):
    model_config = _STRICT
    name: str = Field(min_length=1)
    form: str = ""
    note: str = ""

    def line(self) -> str:
        """Return the material as one line of a card."""
        detail = (
            texts().sentence("material_detail_joiner").join(filter(None, [self.form, self.note]))
        )
        return texts().sentence("material", name=self.name, detail=detail) if detail else self.name


class _Facets(BaseModel):
    model_config = _STRICT
    conditions: list[str] = []
    materials: list[_Material] = []
    steps: list[str] = []
    time_limit: str = ""
    fee: str = ""
    place: str = ""
    telephone: str = ""
    demonstration: list[Facet] = []

    @field_validator("materials", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        return [{"name": each} if isinstance(each, str) else each for each in value or []]

    @field_validator("conditions", "steps", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value or []

    @field_validator("time_limit", "fee", "place", "telephone", mode="before")
    @classmethod
    def _joined(cls, value: Any) -> Any:
        joined = texts().sentence("joiner")
        return joined.join(map(str, value)) if isinstance(value, list) else value or ""

    def lines(self) -> dict[Facet, tuple[str, ...]]:
        """Return the lines of every facet that is given."""
        found: dict[Facet, tuple[str, ...]] = {
            Facet.CONDITIONS: tuple(self.conditions),
            Facet.MATERIALS: tuple(material.line() for material in self.materials),
            Facet.STEPS: tuple(self.steps),
            Facet.TIME_LIMIT: (self.time_limit,),
            Facet.FEE: (self.fee,),
            Facet.PLACE: (self.place,),
            Facet.TELEPHONE: (self.telephone,),
        }
        return {
            facet: kept for facet, lines in found.items() if (kept := tuple(filter(None, lines)))
        }


class _Clause(BaseModel):
    model_config = _STRICT
    document: str = Field(min_length=1)
    text: str = Field(min_length=1)
    number: str = ""
    issuer: str = ""
    clause: str = ""
    effective: str = ""
    exact: bool
    supports: list[Facet] = []
    source: str = Field(min_length=1)

    @field_validator("effective", "number", "issuer", "clause", mode="before")
    @classmethod
    def _dated(cls, value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value or ""

    def clause_of_item(self) -> Clause:
        """Return the clause as the rest of the package knows it."""
        fields = self.model_dump(exclude={"clause", "supports"})
        return Clause(**fields, label=self.clause, supports=tuple(self.supports))


class _ItemFile(BaseModel):
    model_config = _STRICT
    id: str = Field(pattern=SLUG.pattern)
    title: str = Field(min_length=2)
    kind: Kind
    audience: Audience
    area: str = Field(min_length=1)
    demonstration: bool = False
    elsewhere: bool = False
    aliases: list[str] = []
    questions: list[str] = Field(min_length=3)
    summary: str = Field(min_length=5)
    facets: _Facets = _Facets()
    clauses: list[_Clause] = []
    checked: dt.date
    note: str = ""
    related: list[str] = []
    emergency: str = ""  # which emergency this is, and
    call: list[str] = []  # the numbers to call: read by the bot, not by the knowledge base

    @field_validator("aliases", "related", "clauses", "note", "facets", mode="before")
    @classmethod
    def _given(cls, value: Any, info: Any) -> Any:
        empty = {"note": "", "facets": {}}
        return empty.get(info.field_name, []) if value is None else value

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.kind is Kind.GUIDE and not self.facets.lines():
            raise ValueError("a guide needs facets")
        if self.kind is not Kind.GUIDE and not self.clauses and not self.facets.lines():
            raise ValueError("an item needs clauses")
        return self

    def item(self) -> KnowledgeItem:
        """Return the item that the file describes."""
        fields = self.model_dump(include={"id", "title", "kind", "audience", "area", "summary"})
        return KnowledgeItem(
            **fields,
            demonstration=self.demonstration,
            elsewhere=self.elsewhere,
            note=self.note,
            checked=self.checked.isoformat(),
            aliases=tuple(dict.fromkeys(self.aliases)),
            questions=tuple(dict.fromkeys(self.questions)),
            facets=self.facets.lines(),
            demonstration_facets=frozenset(self.facets.demonstration),
            clauses=tuple(clause.clause_of_item() for clause in self.clauses),
            related=tuple(self.related),
        )


def load_item(path: Path) -> KnowledgeItem:
    """Return the item of one file.

    Raises:
        ItemError: the file is no YAML, misses something or has something unknown.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe loaders
        item = _ItemFile.model_validate(content).item()
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ItemError(file=path.name, reason="YAML") from error
    except ValidationError as error:
        raise ItemError(file=path.name, reason=_reason(error)) from error
    if item.id != path.stem:
        raise ItemError(file=path.name, reason=f"id: {item.id}")
    return item


def _reason(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors()[:5]
    )


def load_items(folder: Path) -> Mapping[str, KnowledgeItem]:
    """Return every item of a folder by its id.

    Raises:
        ItemError: a file is incomplete.
    """
    return {item.id: item for item in map(load_item, sorted(folder.glob("*.yml")))}


def unknown_related(items: Mapping[str, KnowledgeItem]) -> dict[str, list[str]]:
    """Return for each item the related items it names that are not there; empty when all are."""
    missing = {
        item.id: [other for other in item.related if other not in items] for item in items.values()
    }
    return {name: others for name, others in missing.items() if others}
