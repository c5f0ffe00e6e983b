"""The table of who answers for which building, as the gateway knows it."""

import httpx

from channels.directory import Contact, Directory

DUTY = {"name": "社区值班员林雪", "telephone": "010-0000-0001"}
CELLS = [
    {"parent": "", "member": "周明远", "telephone": "010-0000-0100", "buildings": ["3", "12"]},
    {"parent": "A", "member": "杨春燕", "telephone": "010-0000-0103", "buildings": ["12"]},
    {"parent": "A", "member": "韩立新", "telephone": "010-0000-0102", "buildings": ["3"]},
]


class Service:
    """A ticket service that counts, and may be silent or talk nonsense."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: httpx.Response | None = httpx.Response(
            200, json={"cells": CELLS, "duty": DUTY}
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.headers["authorization"])
        if self.answer is None:
            raise httpx.ConnectError("away")
        return self.answer

    def directory(self) -> Directory:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self))
        return Directory(client, "http://tickets", "internal")


async def test_each_building_has_its_own_member_and_others_the_duty_desk() -> None:
    tables = await Service().directory().tables()

    assert tables.buildings == ["3", "12"]
    assert tables.of("12") == Contact(name="杨春燕", telephone="010-0000-0103")
    assert tables.of("99") == Contact(**DUTY)


async def test_it_is_asked_once_and_with_the_internal_token() -> None:
    service = Service()
    directory = service.directory()

    for _ in range(3):
        await directory.tables()

    assert service.asked == ["Bearer internal"]


async def test_a_silent_service_means_empty_tables_and_is_asked_again() -> None:
    service = Service()
    directory = service.directory()

    for nonsense in (None, httpx.Response(500), httpx.Response(200, json={"cells": 3})):
        service.answer = nonsense
        assert (await directory.tables()).buildings == []

    assert len(service.asked) == 3
