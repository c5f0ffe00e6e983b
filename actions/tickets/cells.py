"""Grid cells (单元网格): who answers for which building."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cn2an
import yaml

from actions.tickets.errors import UnknownCellError

PATH = Path(__file__).with_name("cells.yml")
_NUMERALS = "零〇一二两三四五六七八九十百"
_BUILDING = re.compile(rf"第?\s*(\d{{1,3}}|[{_NUMERALS}]{{1,5}})\s*(?:号?\s*楼|栋|幢|座|号|#)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """One cell of the grid table, with the member people can ask for."""

    code: str
    name: str
    member: str
    telephone: str
    parent: str = ""  # 一级网格; empty for a first-level cell
    buildings: tuple[str, ...] = ()  # bare numbers: "3"
    is_public_area: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDesk:
    """Who answers where no cell is known."""

    name: str
    telephone: str


class Cells:
    """The grid table of one community."""

    def __init__(
        self,
        cells: Iterable[GridCell],
        *,
        community: str,
        street: str,
        duty: DutyDesk,
        is_demonstration: bool,
    ) -> None:
        self._cells = {cell.code: cell for cell in cells}
        self._by_building = {
            building: cell
            for cell in self._cells.values()
            if cell.parent
            for building in cell.buildings
        }
        self.community, self.street = community, street
        self.duty = duty
        self.is_demonstration = is_demonstration

    def __iter__(self) -> Iterator[GridCell]:
        return iter(self._cells.values())

    def __len__(self) -> int:
        return len(self._cells)

    def get(self, code: str) -> GridCell | None:
        """Return the cell of this code, or None."""
        return self._cells.get(code)

    def locate(self, building: str, unit: str = "") -> GridCell | None:
        """Return the second-level cell of a building as people write it, or None if unknown.

        The unit is accepted for communities that divide buildings; this one does not.
        """
        return self._by_building.get(building_number(building) or "")

    def public_area(self, near: str) -> GridCell | None:
        """Return the public-area cell (道路、车棚) beside a building or of a first-level cell."""
        beside = self.locate(near)
        parent = beside.parent if beside else near
        return next((c for c in self if c.is_public_area and c.parent == parent), None)

    def with_children(self, codes: Iterable[str]) -> frozenset[str]:
        """Return these codes and those of every cell inside them.

        Raises:
            UnknownCellError: One of them is no cell.
        """
        wanted = set(codes)
        if not wanted <= self._cells.keys():
            raise UnknownCellError(", ".join(sorted(wanted - self._cells.keys())))
        return frozenset(wanted | {cell.code for cell in self if cell.parent in wanted})


def building_number(text: str) -> str | None:
    """Return the bare number of "3栋", "3号楼", "三栋" or "3", or None."""
    found = _BUILDING.match(unicodedata.normalize("NFKC", text).strip())
    if not found:
        return None
    if found[1].isdecimal():
        return str(int(found[1]))
    try:
        return str(int(cn2an.cn2an(found[1], "smart")))
    except ValueError:
        return None


@cache
def load_cells(path: Path = PATH) -> Cells:
    """Return the grid table of ``cells.yml``, read once."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = [*table["first_level"], *table["second_level"]]
    cells = [GridCell(**{**row, "buildings": tuple(row.get("buildings", ()))}) for row in rows]
    return Cells(
        cells,
        community=table["community"],
        street=table["street"],
        duty=DutyDesk(**table["duty"]),
        is_demonstration=bool(table.get("demonstration", False)),
    )
