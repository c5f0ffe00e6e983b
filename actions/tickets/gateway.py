"""The gateway as the delivery worker reaches it: news for residents."""

from datetime import datetime
from typing import Protocol

import httpx

from actions.tickets.errors import TargetRejectedError, TargetUnavailableError
from actions.tickets.grid import as_bytes, is_final, reason_of
from actions.tickets.outbox import Delivery
from actions.tickets.retry import parse_retry_after

PATH = "/internal/news"


class Newsroom(Protocol):
    """Whoever brings news to residents."""

    def send(self, delivery: Delivery, now: datetime) -> str:
        """Hand the news over; the return value says nothing.

        Raises:
            TargetUnavailableError: Try again.
            TargetRejectedError: Never again.
        """
        ...


class HttpNewsroom:
    """The gateway's internal address for news; the same id twice is harmless there."""

    def __init__(self, client: httpx.Client, url: str, token: str) -> None:
        self._client, self._url, self._token = client, url.rstrip("/"), token

    def send(self, delivery: Delivery, now: datetime) -> str:
        """Post the news."""
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {self._token}",
            "idempotency-key": delivery.event_id,
        }
        try:
            answer = self._client.post(
                f"{self._url}{PATH}", content=as_bytes(delivery.body), headers=headers
            )
        except httpx.HTTPError as error:
            raise TargetUnavailableError(type(error).__name__) from error
        if answer.is_success:
            return ""
        reason = reason_of(answer)
        # Between our own processes 401 and 403 mean that one of them was restarted.
        if is_final(answer.status_code) and answer.status_code not in {401, 403}:
            raise TargetRejectedError(reason)
        wait = parse_retry_after(answer.headers.get("retry-after", ""), now)
        raise TargetUnavailableError(reason, retry_after_s=wait)
