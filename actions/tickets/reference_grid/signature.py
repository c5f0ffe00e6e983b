"""Standard Webhooks, written against the specification and not against our own client."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from actions.tickets.reference_grid.errors import SignatureError

TOLERANCE = timedelta(minutes=5)


def sign(secret: str, *, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers that prove ``body`` is ours and fresh."""
    signatures = [Webhook(one).sign(message_id, now, body.decode()) for one in secret.split()]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
    """Return the message id of a request whose signature holds.

    Raises:
        SignatureError: Unsigned, signed by another key, altered, or older than five minutes.
    """
    message_id = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    offered = headers.get("webhook-signature", "")
    if not (message_id and stamp and offered):
        raise SignatureError("unsigned")
    at, text = _fresh(stamp, now), _text(body)
    expected = [Webhook(one).sign(message_id, at, text).encode() for one in secret.split()]
    candidates = [one.encode() for one in offered.split()]
    if not any(hmac.compare_digest(ours, one) for ours in expected for one in candidates):
        raise SignatureError("the signature does not hold")
    return message_id


def _fresh(stamp: str, now: datetime) -> datetime:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 11):
        raise SignatureError("the timestamp is not a whole number of seconds")
    sent = datetime.fromtimestamp(int(stamp), tz=UTC)
    if abs(now - sent) > TOLERANCE:
        raise SignatureError("stale")
    return sent


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise SignatureError("the body is not UTF-8") from error
