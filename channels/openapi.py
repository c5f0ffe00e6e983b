"""One OpenAPI document for everything that answers on the gateway's address.

The paths that are passed on to the ticket service are described by that service; its part is
asked for once and kept.
"""

import logging
from typing import Any

import httpx
from fastapi import FastAPI

from channels.parts import Parts

logger = logging.getLogger(__name__)

PASSED_ON = ("/api/grid/", "/open311/")


class PublicDocument:
    """The gateway's own document with the passed-on paths in it, once they are known."""

    def __init__(self, app: FastAPI, parts: Parts) -> None:
        self._own = app.openapi
        self._parts = parts
        self._foreign: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        """Return the document."""
        own = self._own()
        paths = self._foreign.get("paths", {})
        passed_on = {path: item for path, item in paths.items() if path.startswith(PASSED_ON)}
        components = own.get("components", {})
        schemas = self._foreign.get("components", {}).get("schemas", {})
        return {
            **own,
            "paths": {**own["paths"], **passed_on},
            "components": {**components, "schemas": {**schemas, **components.get("schemas", {})}},
        }

    async def complete(self) -> None:
        """Ask the ticket service for its part; without an answer it stays left out."""
        url = f"{self._parts.settings.tickets_url}/openapi.json"
        try:
            answer = await self._parts.client.get(url, timeout=2.0)
            answer.raise_for_status()
            self._foreign = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            logger.warning("the ticket service did not describe itself: %s", type(error).__name__)
