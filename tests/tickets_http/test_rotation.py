"""Changing the key between us and the grid system, without a pause."""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from actions.tickets.errors import SettingsError
from actions.tickets.reference_grid.settings import Settings as GridSettings
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore
from tests.tickets_http.conftest import NOON, SECRET, file_ticket, forward, signed, ticket_body

NEW = "whsec_" + base64.b64encode(b"a fresh secret of enough bytes").decode()
BOTH = f"{NEW} {SECRET}"


@pytest.mark.parametrize("theirs", [SECRET, NEW])
def test_we_take_events_under_the_old_key_and_the_new(
    open_service: Callable[[Settings], TestClient],
    settings: Settings,
    store: TicketStore,
    theirs: str,
) -> None:
    service = open_service(replace(settings, grid_secret=BOTH))
    number = file_ticket(store).number
    body = f'{{"number":"{number}","status":"accepted","at":"{NOON.isoformat()}"}}'.encode()

    answer = service.post(
        "/api/grid/events", content=body, headers=signed(body, key="e", secret=theirs)
    )

    assert (answer.status_code, answer.json()["outcome"]) == (200, "applied")


@pytest.mark.parametrize("secret", [SECRET, BOTH])
def test_the_reference_grid_knows_several_keys_too(
    open_grid: Callable[[GridSettings], FastAPI], grid_settings: GridSettings, secret: str
) -> None:
    app = open_grid(replace(grid_settings, secret=secret))

    with TestClient(app, base_url="http://127.0.0.1") as grid:
        assert forward(grid, ticket_body()).status_code == 201


def test_each_of_several_secrets_has_to_be_one(tmp_path: Path) -> None:
    environ = {"LINLI_HOME": str(tmp_path), "LINLI_INTERNAL_TOKEN": "t"}
    good = Settings.from_env(environ | {"LINLI_GRID_SECRET": f" {NEW}  {SECRET} "})

    assert good.grid_secret == BOTH
    with pytest.raises(SettingsError, match="LINLI_GRID_SECRET"):
        Settings.from_env(environ | {"LINLI_GRID_SECRET": f"{NEW} whsec_!"})
    assert GridSettings.from_env(environ | {"LINLI_GRID_SECRET": BOTH}).secret == BOTH
