"""What could not be brought to somebody is written where an operator sees it, once."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from channels.conversations import Conversation
from channels.errors import OutOfReachError
from channels.message import Audience
from channels.news import News
from tests.channels.office import Office, open_office

NUMBER = "20260101-000001"


@dataclass
class TicketService:
    """Keeps the notes that it was given; may be down."""

    status: int = 200
    is_away: bool = False
    notes: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError("away")
        if self.status == 200:
            note = json.loads(request.content)
            self.notes.append((request.url.path, note["actor"], note["text"]))
        return httpx.Response(self.status, json={})


async def refuse(_conversation: Conversation, _news: News) -> None:
    raise OutOfReachError


async def publish(office: Office, number: str = NUMBER) -> Conversation:
    office.parts.news.register_push("wechat", refuse)
    person = office.parts.conversations.for_account("wechat", "o1", Audience.STANDARD)
    await office.publish(conversation=person.id, number=number)
    return person


async def test_the_ticket_gets_one_note(tmp_path: Path) -> None:
    service = TicketService()
    async with open_office(tmp_path, behind=service) as office:
        await publish(office)

        await office.parts.news.report_unreached()
        await office.parts.news.report_unreached()

    ((path, actor, text),) = service.notes
    assert (path, actor) == (f"/internal/tickets/{NUMBER}/notes", "system")
    assert "微信" in text


async def test_a_ticket_service_that_is_away_is_told_later(tmp_path: Path) -> None:
    service = TicketService(is_away=True)
    async with open_office(tmp_path, behind=service) as office:
        await publish(office)
        await office.parts.news.report_unreached()
        service.is_away, service.status = False, 503
        await office.parts.news.report_unreached()
        service.status = 200

        await office.parts.news.report_unreached()

    assert len(service.notes) == 1


async def test_a_ticket_that_is_gone_is_not_asked_for_again(tmp_path: Path) -> None:
    service = TicketService(status=404)
    async with open_office(tmp_path, behind=service) as office:
        await publish(office)
        await office.parts.news.report_unreached()
        service.status = 200

        await office.parts.news.report_unreached()

    assert service.notes == []


async def test_a_worker_who_answered_sees_that_it_waits(tmp_path: Path) -> None:
    service = TicketService()
    async with open_office(tmp_path, behind=service) as office:
        person = await publish(office, number="")
        await office.parts.handover.answer(person.id, "王芳", "我下午过来")
        before = office.parts.handover.messages(person.id)
        news = office.parts.news.waiting(person.id)

        office.parts.news.hand_over(news)
        await office.parts.news.report_unreached()

        assert [message["is_waiting"] for message in before] == [True, True]
        after = office.parts.handover.messages(person.id)
        assert [message["is_waiting"] for message in after] == [False, False]
        assert office.parts.news.unreached() == []
        assert service.notes == []


async def test_the_worker_brings_nothing_again_that_is_kept(tmp_path: Path) -> None:
    async with open_office(tmp_path, behind=TicketService()) as office:
        office.parts.news.register_push("wechat", refuse)
        person = office.parts.conversations.for_account("wechat", "o1", Audience.STANDARD)

        answer = await office.publish(conversation=person.id)

    assert answer.status_code == 204
