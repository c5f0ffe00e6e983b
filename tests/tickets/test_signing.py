"""Our signatures against the reference library's."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from actions.tickets.errors import SignatureError
from actions.tickets.signing import sign, verify

SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of test secret!").decode()
OTHER = "whsec_" + base64.b64encode(b"another thirty-two byte secret!!").decode()
BODY = '{"note":"已修好"}'.encode()


def test_the_reference_library_accepts_what_we_sign() -> None:
    headers = sign(SECRET, "msg_1", datetime.now(UTC), BODY)

    assert Webhook(SECRET).verify(BODY, headers) == {"note": "已修好"}


def test_we_accept_what_the_reference_library_signs() -> None:
    now = datetime.now(UTC)
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": Webhook(SECRET).sign("msg_1", now, BODY.decode()),
    }

    assert verify(SECRET, headers, BODY, now) == "msg_1"


def test_one_right_signature_among_several_is_enough() -> None:
    now = datetime.now(UTC)
    headers = sign(SECRET, "msg_1", now, BODY)
    headers["webhook-signature"] = f"v1,d3Jvbmc= {headers['webhook-signature']}"

    assert verify(SECRET, headers, BODY, now) == "msg_1"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-id": ""},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,d3Jvbmc="},
        {"webhook-signature": "v1,不是"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": "9" * 40},
        {"webhook-timestamp": "１７８００００００"},
    ],
)
def test_a_changed_header_is_refused(change: dict[str, str]) -> None:
    now = datetime.now(UTC)

    with pytest.raises(SignatureError):
        verify(SECRET, sign(SECRET, "msg_1", now, BODY) | change, BODY, now)


@pytest.mark.parametrize("away", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_an_old_or_future_message_is_refused(away: timedelta) -> None:
    now = datetime.now(UTC)

    with pytest.raises(SignatureError, match="stale"):
        verify(SECRET, sign(SECRET, "msg_1", now + away, BODY), BODY, now)


def test_another_body_or_secret_is_refused() -> None:
    now = datetime.now(UTC)
    headers = sign(SECRET, "msg_1", now, BODY)

    with pytest.raises(SignatureError):
        verify(SECRET, headers, BODY + b" ", now)
    with pytest.raises(SignatureError):
        verify(OTHER, headers, BODY, now)


def test_without_a_secret_nothing_is_believed() -> None:
    now = datetime.now(UTC)

    with pytest.raises(SignatureError):
        verify("", sign(SECRET, "msg_1", now, BODY), BODY, now)


def test_while_a_secret_is_changed_either_side_may_know_one_only() -> None:
    now = datetime.now(UTC)
    both = f"{OTHER} {SECRET}"

    for alone in (SECRET, OTHER):
        assert verify(both, sign(alone, "msg_1", now, BODY), BODY, now) == "msg_1"
        assert verify(alone, sign(both, "msg_1", now, BODY), BODY, now) == "msg_1"
        assert Webhook(alone).verify(BODY, sign(both, "msg_1", now, BODY))


def test_a_secret_that_was_left_out_opens_nothing_any_more() -> None:
    now = datetime.now(UTC)
    third = "whsec_" + base64.b64encode(b"one more thirty-two byte secret!").decode()

    with pytest.raises(SignatureError):
        verify(f"{third} {OTHER}", sign(SECRET, "msg_1", now, BODY), BODY, now)
