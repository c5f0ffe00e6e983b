"""Whom tickets are delivered to: one or several systems, each by the form of its address.

``https://…`` speaks our signed contract, ``open311+https://…`` Open311 GeoReport v2, and
``file:///…`` is a folder. The first one handles the tickets: its id and its word on the status
count. The others get copies.
"""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
from sqlalchemy import select

from actions.tickets.database import reading
from actions.tickets.errors import SettingsError
from actions.tickets.folder import FolderGrid
from actions.tickets.grid import Grid, HttpGrid, NullGrid
from actions.tickets.letters import GRID
from actions.tickets.models import TicketRow
from actions.tickets.open311 import client as open311
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore
from actions.tickets.ticket import SETTLED

OPEN311 = "open311+"
_SETTLED = [status.value for status in SETTLED]


def open_targets(
    settings: Settings, client: httpx.Client, store: TicketStore
) -> Mapping[str, Grid]:
    """Return the systems of the settings by name, the handling one first.

    Raises:
        SettingsError: There is an address but nothing to sign with.
    """
    if not settings.grid_urls:
        return {GRID: NullGrid()}
    grids = [_open(address, settings, client, store) for address in settings.grid_urls]
    return dict(zip(settings.targets, grids, strict=True))


def _open(address: str, settings: Settings, client: httpx.Client, store: TicketStore) -> Grid:
    if address.startswith("file:"):
        return FolderGrid(Path(unquote(urlsplit(address).path)))
    if address.startswith(OPEN311):
        endpoint = open311.Endpoint.parse(
            address.removeprefix(OPEN311), settings.open311_target_key
        )
        return open311.Open311Grid(client, endpoint, lambda: _open_numbers(store))
    if not settings.grid_secret:
        raise SettingsError("LINLI_GRID_SECRET is missing, and LINLI_GRID_URL is set")
    return HttpGrid(client, address, settings.grid_secret)


def _open_numbers(store: TicketStore) -> dict[str, str]:
    """Return our number for each id that an Open311 endpoint gave to a ticket still open here."""
    query = select(TicketRow.external_id, TicketRow.number).where(
        TicketRow.external_system == open311.NAME,
        TicketRow.external_id != "",
        TicketRow.status.not_in(_SETTLED),
    )
    with reading(store.engine) as session:
        return {row.external_id: row.number for row in session.execute(query)}
