"""The tables and keys a ticket store works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from actions.tickets.categories import Category, load_categories
from actions.tickets.cells import Cells, load_cells
from actions.tickets.clocks import Clocks, load_clocks
from actions.tickets.vault import ClosedVault, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The community's tables (categories, cells, clocks) and the vault for contacts."""

    categories: Mapping[str, Category] = field(default_factory=load_categories)
    cells: Cells = field(default_factory=load_cells)
    clocks: Clocks = field(default_factory=load_clocks)
    vault: Vault = field(default_factory=ClosedVault)
