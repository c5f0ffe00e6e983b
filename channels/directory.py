"""Who answers for which building (值班表): read from the ticket service, kept for a while."""

import logging
import time
from dataclasses import dataclass, field

import httpx

logger = logging.getLogger(__name__)

KEPT_S = 300.0
TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody whom one can call."""

    name: str
    telephone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The duty desk, and the grid member of each building by its bare number."""

    duty: Contact | None = None
    members: dict[str, Contact] = field(default_factory=dict)

    @property
    def buildings(self) -> list[str]:
        """Return the buildings in the order of their numbers."""
        return sorted(self.members, key=lambda one: (len(one), one))

    def of(self, building: str) -> Contact | None:
        """Return whom to call: the building's grid member, else the duty desk."""
        return self.members.get(building) or self.duty


class Directory:
    """Asks the ticket service at most every few minutes; what was known outlives its silence."""

    def __init__(self, client: httpx.AsyncClient, url: str, internal_token: str) -> None:
        self._client, self._url = client, url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {internal_token}"}
        self._known = Tables()
        self._asked_at = float("-inf")

    async def tables(self) -> Tables:
        """Return the tables; empty where the service has never answered."""
        if time.monotonic() - self._asked_at < KEPT_S:
            return self._known
        url = f"{self._url}/internal/tickets/tables"
        try:
            answer = await self._client.get(url, headers=self._headers, timeout=TIMEOUT_S)
            self._known = _read(answer.raise_for_status().json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            logger.warning("the tables of buildings did not come: %s", type(error).__name__)
            return self._known
        self._asked_at = time.monotonic()
        return self._known


def _read(wire: dict[str, object]) -> Tables:
    duty, cells = wire.get("duty"), wire["cells"]
    if not isinstance(cells, list):
        raise TypeError
    members = {
        str(building): Contact(name=cell["member"], telephone=cell["telephone"])
        for cell in cells
        if cell.get("parent")
        for building in cell.get("buildings", ())
    }
    known = Contact(**duty) if isinstance(duty, dict) else None
    return Tables(duty=known, members=members)
