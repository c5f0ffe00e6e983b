"""What one running reference grid system is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import yaml
from fastapi import Depends, Request
from sqlalchemy import Engine

from actions.tickets.problems import Problems
from actions.tickets.reference_grid.courier import Courier, CourierLoop
from actions.tickets.reference_grid.desk import GridDesk
from actions.tickets.reference_grid.faults import FaultSwitch
from actions.tickets.reference_grid.sessions import Sessions
from actions.tickets.reference_grid.settings import Settings

FOLDER = Path(__file__).parent
TEXTS: dict[str, Any] = yaml.safe_load((FOLDER / "texts.yml").read_text(encoding="utf-8"))
PROBLEMS = Problems(TEXTS["problems"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Opened once by the app, handed to every route."""

    settings: Settings
    desk: GridDesk
    sessions: Sessions
    courier: Courier
    loop: CourierLoop
    faults: FaultSwitch
    clock: Callable[[], datetime]
    client: httpx.Client
    engine: Engine

    def close(self) -> None:
        """Let go of the network and the database."""
        self.client.close()
        self.engine.dispose()


def utc_now() -> datetime:
    """Return the present, aware and in UTC."""
    return datetime.now(UTC)


def _of(request: Request) -> Resources:
    resources = request.app.state.resources
    assert isinstance(resources, Resources)  # noqa: S101 - set by create_app
    return resources


Here = Annotated[Resources, Depends(_of)]
