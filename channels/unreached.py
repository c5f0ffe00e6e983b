"""What could not be brought to a resident becomes a note on its ticket, for an operator to see."""

import logging

import httpx

from channels.news import Unreached
from channels.texts import note

logger = logging.getLogger(__name__)

TIMEOUT_S = 10.0


class UnreachedNotes:
    """Writes to the ticket service, with the internal token."""

    def __init__(self, client: httpx.AsyncClient, url: str, internal_token: str) -> None:
        self._client, self._url = client, url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {internal_token}"}

    async def report(self, unreached: Unreached) -> bool:
        """Note on its ticket that news did not arrive; return whether that is settled.

        News without a ticket are shown in the conversation itself.
        """
        if not unreached.number:
            return True
        body = {"actor": "system", "text": note("unreached", unreached.channel)}
        url = f"{self._url}/internal/tickets/{unreached.number}/notes"
        try:
            answer = await self._client.post(
                url, json=body, headers=self._headers, timeout=TIMEOUT_S
            )
        except httpx.HTTPError:
            return False
        if answer.is_server_error or answer.status_code in {401, 403}:
            return False  # of our own processes: one of them was restarted
        if answer.is_error:
            logger.error("a note was refused with %s", answer.status_code)
        return True
