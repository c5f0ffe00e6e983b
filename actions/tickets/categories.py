"""Categories of complaints (诉求类别): a table the community edits, not code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from actions.tickets.attributes import Attribute, attribute_of
from actions.tickets.errors import UnknownCategoryError
from actions.tickets.names import code_of
from actions.tickets.ticket import Level

PATH = Path(__file__).with_name("categories.yml")
RADIUS_M = 250.0
QUESTION = "question"  # 咨询: a question left for a worker; needs no row in the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category (小类) and what follows from it."""

    code: str
    name: str
    group: str = ""  # 大类
    department: str = ""
    urgency: int = 3
    level: Level = Level.GRID
    handler: str = ""
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    description: str = ""
    emergency: str = ""  # the number to call at once: "119", "120", "110"
    radius_m: float = RADIUS_M  # within which two reports may be about the same thing
    attributes: tuple[Attribute, ...] = ()  # 追问项, in the order they are asked


_FIELDS = frozenset(field.name for field in fields(Category))


@cache
def load_categories(path: Path = PATH) -> Mapping[str, Category]:
    """Return the categories of ``categories.yml`` by code, in the order of the file.

    Raises:
        ValueError: A code comes twice, or an urgency, level or datatype does not exist.
    """
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    categories: dict[str, Category] = {}
    for row in rows if isinstance(rows, list) else rows["categories"]:
        category = _category(row)
        if category.code in categories:
            raise ValueError(f"category {category.code} comes twice")
        categories[category.code] = category
    return MappingProxyType(categories)


def _category(row: dict[str, Any]) -> Category:
    known = {name: value for name, value in row.items() if name in _FIELDS and value is not None}
    known["level"] = Level(code_of("levels", str(known.get("level", Level.GRID))))
    known["emergency"] = str(known.get("emergency", "") or "")
    for several in ("keywords", "examples"):
        known[several] = tuple(str(word) for word in known.get(several, ()))
    known["attributes"] = _attributes(known.get("attributes", ()))
    category = Category(**known)
    if category.urgency not in {1, 2, 3, 4}:
        raise ValueError(f"category {category.code} has no urgency between 1 and 4")
    return category


def _attributes(rows: Iterable[Mapping[str, Any]]) -> tuple[Attribute, ...]:
    found = [attribute_of(row, order) for order, row in enumerate(rows, start=1)]
    if len({one.code for one in found}) < len(found):
        raise ValueError("an attribute's code comes twice in a category")
    return tuple(sorted(found, key=lambda one: one.order))


def category_of(categories: Mapping[str, Category], code: str) -> Category:
    """Return the category of ``code``; a question left for a worker needs no row.

    Raises:
        UnknownCategoryError: No category has this code.
    """
    if code in categories:
        return categories[code]
    if code in {"", QUESTION}:
        return Category(code=code, name="", level=Level.COMMUNITY)
    raise UnknownCategoryError(code)
