"""Clerks at the console: they answer and handle; what cannot be undone is for administrators."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from channels.console.session import Sessions
from channels.message import Audience
from tests.channels.pages.house import CLERK_TOKEN, CONSOLE_TOKEN, House
from tests.channels.pages.ticket_service import LAMP, TicketHouse

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NUMBER = LAMP["number"]


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.url, trust_env=False) as opened:
        yield opened


def sign_in(client: httpx.Client, token: str) -> str:
    """Sign in and return the mark that forms carry."""
    client.post("/console/sign-in", data={"token": token, "name": "小陈"})
    mark = re.search(r'name="csrf" value="(\w+)"', client.get("/console").text)
    assert mark
    return mark[1]


def test_a_clerks_cookie_says_so_and_ends_with_either_key() -> None:
    sessions = Sessions("one", lambda: NOON, "two")
    cookie = sessions.open("小陈", is_admin=sessions.is_admin_token("two"))
    clerk = sessions.read(cookie)

    assert sessions.is_token("two")
    assert clerk is not None
    assert not clerk.is_admin
    assert Sessions("one", lambda: NOON, "three").read(cookie) is None
    assert not Sessions("one", lambda: NOON).is_token("")


def test_a_clerk_answers_residents_and_handles_tickets(
    client: httpx.Client, house: House, tickets: TicketHouse
) -> None:
    conversation = house.parts.conversations.open(Audience.STANDARD, "web")[0].id
    house.parts.handover.ask(conversation)
    mark = sign_in(client, CLERK_TOKEN)

    answered = client.post(
        f"/console/handover/{conversation}/answer", data={"csrf": mark, "text": "我是小陈。"}
    )
    moved = client.post(
        f"/console/tickets/{NUMBER}/move",
        data={"csrf": mark, "status": "accepted", "public_note": "明天来修"},
    )

    assert [answered.status_code, moved.status_code] == [303, 303]
    assert house.parts.handover.messages(conversation)[-1]["news"]["operator"] == "小陈"
    assert tickets.steps[-1]["actor"] == "小陈"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/console/knowledge/1/move", {"move": "publish"}),
        ("/console/knowledge/1/move", {"move": "remove"}),
        ("/console/topics", {"name": "guide", "is_on": "true"}),
        ("/console/deliveries/7/requeue", {}),
        (f"/console/tickets/{NUMBER}/act", {"act": "erasure", "text": "应本人要求"}),
    ],
)
def test_what_changes_answers_or_cannot_be_undone_is_for_administrators(
    client: httpx.Client, tickets: TicketHouse, path: str, form: dict[str, str]
) -> None:
    mark = sign_in(client, CLERK_TOKEN)

    refused = client.post(path, data={"csrf": mark, **form})

    assert refused.status_code == 403
    assert "管理员" in refused.text
    assert tickets.requeued == []


def test_a_clerk_is_shown_no_button_that_would_be_refused(
    client: httpx.Client, tickets: TicketHouse
) -> None:
    sign_in(client, CLERK_TOKEN)
    seen_by_clerk = client.get(f"/console/tickets/{NUMBER}").text
    client.cookies.clear()
    sign_in(client, CONSOLE_TOKEN)
    seen_by_admin = client.get(f"/console/tickets/{NUMBER}").text

    assert "重新发送" in seen_by_admin
    assert "重新发送" not in seen_by_clerk
    assert "（接待）" in seen_by_clerk
