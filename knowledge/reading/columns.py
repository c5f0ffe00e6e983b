"""What a column of a table of service items tells, by its heading."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml

from knowledge.errors import ColumnsError

COLUMNS = Path(__file__).with_name("columns.yml")
NAME, TITLE, PART, MATERIALS = "name", "title", "part", "materials"
NOTE, OTHER, IGNORED = "note", "other", "ignored"
NO_COLUMNS: Mapping[str, str] = {}
MAX_HEADING = 24  # characters; what is longer is content
MIN_FACETS = 2  # different ones beside the name, from which a table is one of service items
MIN_BESIDE_TITLE = 3  # where the name is under a heading that other tables have too
_NOTE = re.compile(r"\([^)]*\)|【[^】]*】")  # 办理时限(工作日)
_SIGNS = re.compile(r"[\s*#:：、.。/_\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a column may tell, and by which headings it is known."""

    name: str
    facet: str
    label: str
    whole: frozenset[str]
    parts: tuple[str, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its role, and the heading under which people see it."""

    role: str
    facet: str
    label: str


@cache
def roles() -> Mapping[str, Role]:
    """Return every role by its name, read once."""
    loaded = yaml.safe_load(COLUMNS.read_text(encoding="utf-8"))
    return {
        name: Role(
            name=name,
            facet=str(one.get("facet", "")),
            label=str(one.get("label", "")),
            whole=frozenset(map(plain, one.get("is", ()))),
            parts=tuple(map(plain, one.get("has", ()))),
            ends=tuple(map(plain, one.get("ends", ()))),
        )
        for name, one in loaded.items()
    }


def named_columns(path: Path) -> dict[str, str]:
    """Return the headings of a file, with the role that a person has named for each.

    A role goes by its name or by the label that people read (办理条件).

    Raises:
        ColumnsError: it is no such file, or names what is no role.
    """
    by_label = {role.label: name for name, role in roles().items() if role.label}
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        given = {str(heading): str(role).strip() for heading, role in loaded.items()}
    except (OSError, UnicodeDecodeError, AttributeError, yaml.YAMLError) as error:
        raise _unusable(path, "YAML") from error
    found = {heading: by_label.get(role, role) for heading, role in given.items()}
    unknown = [given[heading] for heading, role in found.items() if role not in roles()]
    if unknown:
        raise _unusable(path, "、".join(unknown))
    return found


def _unusable(path: Path, reason: str) -> ColumnsError:
    known = "、".join(role.label or role.name for role in roles().values())
    return ColumnsError(file=path.name, reason=reason, roles=known)


def plain(heading: str) -> str:
    """Return a heading as it is compared: without notes, signs, case and width."""
    folded = unicodedata.normalize("NFKC", heading).lower()
    return _SIGNS.sub("", _NOTE.sub("", folded) or folded)


def column_of(heading: str, given: Mapping[str, str]) -> Column:
    """Return what a column tells; ``given`` are headings with the roles a person has named."""
    label = " ".join(heading.split())
    named = {plain(one): role for one, role in given.items()}.get(plain(heading), "")
    role = roles()[named] if named in roles() else _known(plain(heading))
    is_key = label.isascii() and bool(role.label)
    return Column(role=role.name, facet=role.facet, label=role.label if is_key else label)


def _known(heading: str) -> Role:
    """Return the role that a heading is, or ends in, or has most of; ``other`` where none fits."""
    found = [(rank, role) for role in roles().values() for rank in _ranks(role, heading)]
    return max(found, key=lambda one: one[0])[1] if found else roles()[OTHER]


def _ranks(role: Role, heading: str) -> Iterator[tuple[int, int]]:
    """Yield how well a heading fits: the kind of the match, and the length of the word."""
    if heading in role.whole:
        yield 2, len(heading)
    yield from ((1, len(word)) for word in role.ends if heading.endswith(word))
    yield from ((0, len(word)) for word in role.parts if word in heading)


def columns_of(headings: Sequence[str], given: Mapping[str, str]) -> list[Column] | None:
    """Return the columns of a table of service items; none if it is another table.

    Such a table names its items and tells several different things of them; where a person has
    named roles, one is enough.
    """
    if any(len(one) > MAX_HEADING for one in headings):
        return None
    columns = [column_of(one, given) if one else _nothing() for one in headings]
    needed = MIN_FACETS
    if all(one.role != NAME for one in columns):
        columns, needed = _titled(columns), MIN_BESIDE_TITLE
    facets = {one.facet for one in columns if one.facet and one.role != OTHER}
    is_named = any(one.role == NAME for one in columns)
    return columns if is_named and len(facets) >= (1 if given else needed) else None


def _titled(columns: Sequence[Column]) -> list[Column]:
    """Return the columns with the first that may be a name as the name."""
    at = next((at for at, one in enumerate(columns) if one.role == TITLE), None)
    return [replace(one, role=NAME) if place == at else one for place, one in enumerate(columns)]


def _nothing() -> Column:
    return Column(role=IGNORED, facet="", label="")
