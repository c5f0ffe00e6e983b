"""Signs and verifies messages between us and the grid system.

Source: Standard Webhooks specification, HMAC-SHA256 over ``id.timestamp.body``. Our own few
lines instead of the reference library, because time is an argument here; the tests hold
both against each other.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from actions.tickets.errors import SignatureError

TOLERANCE = timedelta(minutes=5)


def sign(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers that prove a body is ours.

    Of several secrets, separated by blanks while one is being changed, each signs.
    """
    timestamp = str(int(now.timestamp()))
    signatures = _signatures(secret, message_id, timestamp, body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the message id of a genuine, fresh message; header names in any case.

    Any one of our secrets and any one of its signatures will do.

    Raises:
        SignatureError: A header is missing, the signature is wrong, or it is stale.
    """
    by_name = {name.lower(): value for name, value in headers.items()}
    message_id = by_name.get("webhook-id", "")
    timestamp = by_name.get("webhook-timestamp", "")
    signatures = by_name.get("webhook-signature", "")
    if not (message_id and timestamp and signatures):
        raise SignatureError("unsigned")
    _check_fresh(timestamp, now)
    expected = _signatures(secret, message_id, timestamp, body)
    candidates = signatures.split(" ")  # several while a key is being changed
    pairs = [(ours.encode(), one.encode()) for ours in expected for one in candidates]
    if not any([hmac.compare_digest(ours, one) for ours, one in pairs]):  # noqa: C419 - all of them
        raise SignatureError("wrong signature")
    return message_id


def _signatures(secrets: str, message_id: str, timestamp: str, body: bytes) -> list[str]:
    return [
        f"v1,{_digest(secret, message_id, timestamp, body)}" for secret in secrets.split() or [""]
    ]


def _check_fresh(timestamp: str, now: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
        raise SignatureError("bad timestamp")
    age = now - datetime.fromtimestamp(int(timestamp), UTC)
    if abs(age) > TOLERANCE:
        raise SignatureError("stale")


def _digest(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_") + "==")
    except binascii.Error as error:
        raise SignatureError("our secret is not base64") from error
    if not key:
        raise SignatureError("we have no secret to check against")
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")
