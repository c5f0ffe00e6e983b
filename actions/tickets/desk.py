"""The tables and keys a ticket store works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from actions.tickets.categories import Category, load_categories
from actions.tickets.cells import Cells, load_cells
from actions.tickets.clocks import Clocks, load_clocks
from actions.tickets.letters import GRID
from actions.tickets.likeness import Embed
from actions.tickets.rules import Rules, load_rules
from actions.tickets.vault import ClosedVault, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The community's tables (categories, cells, clocks) and the vault for contacts."""

    categories: Mapping[str, Category] = field(default_factory=load_categories)
    cells: Cells = field(default_factory=load_cells)
    clocks: Clocks = field(default_factory=load_clocks)
    rules: Rules = field(default_factory=load_rules)
    vault: Vault = field(default_factory=ClosedVault)
    embed: Embed | None = None  # to find what means the same; without it only words of the table
    targets: tuple[str, ...] = (GRID,)  # whom new tickets are delivered to
