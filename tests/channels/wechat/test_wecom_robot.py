"""The robot in the workers' group: told once, without anybody's words, and never lost."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from channels.errors import SettingsError
from channels.message import Outcome
from channels.wecom import Robot
from tests.channels.office import Office, open_office, says

URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
BUSY, OK = 45009, 0
TICKET = {
    "number": "20261122-000009",
    "building": "3栋",
    "category": {"code": "FAC-01", "name": "公共照明"},
    "description": "老王家门口的灯坏了",
}


@dataclass
class Group:
    """WeCom's side; ``codes`` are its next answers, then it takes everything."""

    codes: list[int] = field(default_factory=list)
    is_away: bool = False
    posted: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) != URL or self.is_away:
            raise httpx.ConnectError("away")
        code = self.codes.pop(0) if self.codes else OK
        if code == OK:
            body = json.loads(request.content)
            assert body["msgtype"] == "text"
            self.posted.append(body["text"]["content"])
        return httpx.Response(200, json={"errcode": code, "errmsg": "x"})


@asynccontextmanager
async def at_work(home: Path, group: Group) -> AsyncIterator[tuple[Office, Robot]]:
    """Give a gateway with a robot that is listening."""
    async with open_office(home, group, LINLI_WECOM_ROBOT=URL) as office:
        robot = Robot(office.parts)
        await robot.start()
        yield office, robot
        await robot.stop()


async def test_emergencies_and_new_tickets_are_told_once_and_without_words(tmp_path: Path) -> None:
    group = Group()
    async with at_work(tmp_path, group) as (office, robot):
        filed = replace(says("已登记", outcome=Outcome.TICKET), ticket=TICKET)
        alarm = replace(filed, outcome=Outcome.EMERGENCY)
        office.talker.script = {"灯坏了": filed, "着火了": replace(
            alarm, ticket={**TICKET, "number": "20261122-000010"}
        )}  # fmt: skip
        guest = await office.guest()
        for _ in range(2):
            await guest.say("灯坏了", message_id="m-1")
        await guest.say("着火了")
        await robot.stop()

    assert len(group.posted) == 2
    assert "20261122-000009(公共照明)" in group.posted[0]
    assert group.posted[1].startswith("【紧急】3栋")
    assert "老王" not in str(group.posted)


async def test_who_begins_to_wait_is_told_once(tmp_path: Path) -> None:
    group = Group()
    async with at_work(tmp_path, group) as (office, robot):
        guest = await office.guest()
        for _ in range(2):
            office.parts.handover.ask(guest.id)
        await robot.stop()
        office.parts.handover.give_back(guest.id)
        office.parts.handover.ask(guest.id)
        await robot.stop()

    assert len(group.posted) == 2
    assert "人工" in group.posted[0]


@pytest.mark.parametrize("trouble", ["busy", "away"])
async def test_what_wecom_does_not_take_comes_later_in_order(tmp_path: Path, trouble: str) -> None:
    group = Group(codes=[BUSY, BUSY] if trouble == "busy" else [], is_away=trouble == "away")
    async with at_work(tmp_path, group) as (office, robot):
        for number in ("1", "2"):
            office.talker.script[number] = replace(
                says("已登记", outcome=Outcome.TICKET), ticket={**TICKET, "number": number}
            )
            await (await office.guest()).say(number)
            await robot.stop()
        assert group.posted == []

        group.is_away = False
        await office.parts.news.push_kept(office.parts.news._clock())

    assert [text.partition("(")[0] for text in group.posted] == ["新工单 1", "新工单 2"]


async def test_the_key_is_in_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with at_work(tmp_path, Group(is_away=True)) as (office, robot):
        office.parts.handover.ask((await office.guest()).id)
        await robot.stop()

    assert "693a91f6" not in caplog.text


@pytest.mark.parametrize("value", ["693a91f6", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"])
async def test_an_address_without_its_key_stops_the_start(tmp_path: Path, value: str) -> None:
    async with open_office(tmp_path) as office:
        settings = replace(office.parts.settings, wecom_robot=value)

        with pytest.raises(SettingsError, match="LINLI_WECOM_ROBOT"):
            Robot(replace(office.parts, settings=settings))
