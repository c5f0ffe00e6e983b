"""An application in WeCom: the same channel, always sealed, and free to speak."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.errors import SettingsError
from channels.parts import Parts
from channels.wechat.crypto import sign
from channels.wechat.words import words
from channels.wecom import create_wecom
from tests.channels.office import picture, problem
from tests.channels.wechat.house import SHORT, SOLVED, YES, House, open_house, settings, turn
from tests.channels.wechat.platform import TOKEN, WANG, as_xml


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, is_wecom=True) as opened:
        yield opened


async def test_words_are_answered_sealed(house: House) -> None:
    assert await house.platform.write(WANG, "居住证怎么办", AgentID="1000002") == (
        "听到:居住证怎么办"
    )
    assert house.dialogue.heard[0].metadata["channel"] == "wecom"


async def test_the_address_is_proved_by_opening_what_is_sealed(house: House) -> None:
    platform = house.platform
    assert platform.seal is not None
    query, sealed = platform.signed(), platform.seal.close(b"1616140317555161061")
    signature = sign(TOKEN, query["timestamp"], query["nonce"], sealed)

    answer = await platform.client.get(
        platform.door, params={**query, "echostr": sealed, "msg_signature": signature}
    )
    forged = await platform.client.get(
        platform.door, params={**query, "echostr": sealed, "msg_signature": "0" * 40}
    )

    assert answer.text == "1616140317555161061"
    problem(forged, 403, "forbidden")


async def test_nothing_unsealed_and_nothing_old_is_taken(house: House) -> None:
    platform = house.platform
    body = as_xml(platform.message(WANG, "text", Content="假的")).encode()
    plain = await platform.client.post(platform.door, params=platform.signed(), content=body)
    message = platform.message(WANG, "text", Content="旧的")
    stale = platform.signed()
    platform.clock.advance(minutes=11)
    assert platform.seal is not None
    sealed = platform.seal.close(as_xml(message).encode())
    signature = sign(TOKEN, stale["timestamp"], stale["nonce"], sealed)

    old = await platform.client.post(
        platform.door,
        params={**stale, "msg_signature": signature},
        content=as_xml({"Encrypt": sealed}).encode(),
    )

    problem(plain, 403, "forbidden")
    problem(old, 403, "forbidden")
    assert house.dialogue.heard == []


async def test_news_may_come_at_any_time_and_as_often_as_there_are_any(house: House) -> None:
    await house.platform.write(WANG, "你好")
    house.platform.clock.advance(days=9)

    for number in range(8):
        await house.publish(WANG, f"消息{number}")

    assert house.platform.texts(WANG) == [f"消息{number}" for number in range(8)]
    assert {message["agentid"] for message in house.platform.sent} == {1000002}


async def test_options_have_numbers_where_nothing_can_be_tapped(house: House) -> None:
    await house.publish(WANG, "修好了吗", SOLVED)

    await house.platform.write(WANG, "1")

    assert house.platform.texts(WANG) == ["修好了吗\n\n回复1:已解决"]
    assert house.dialogue.texts[-1].startswith("/confirm_solved")


async def test_a_slow_answer_comes_later(tmp_path: Path) -> None:
    async with open_house(tmp_path, is_wecom=True, answer_s=SHORT) as house:
        slow = house.dialogue.hold("慢")
        house.dialogue.script["慢"] = turn("想好了", choices=YES)

        said = await house.platform.write(WANG, "慢")
        slow.set()
        await house.platform.arrivals(1)

        assert said == words().patience
        assert house.platform.texts(WANG) == ["想好了\n\n回复1:确认登记\n回复2:不登记了"]


async def test_pictures_are_fetched_and_a_token_that_ended_is_renewed(house: House) -> None:
    house.platform.files["m1"] = picture()
    await house.platform.send(WANG, "image", MediaId="m1")
    house.platform.tokens = {"another"}

    await house.platform.send(WANG, "image", MediaId="m1")

    media = [utterance.metadata["media"] for utterance in house.dialogue.heard]
    assert [len(one) for one in media] == [1, 1]
    assert house.platform.calls.count("token") == 2


async def test_who_is_not_in_the_application_s_reach_is_noted(house: House) -> None:
    house.platform.refusals["send"] = [81013]

    await house.publish(WANG, "已受理")

    assert [one.channel for one in house.parts.news.unreached()] == ["wecom"]


@pytest.mark.parametrize(
    "setting", ["LINLI_WECOM_AGENT", "LINLI_WECOM_SECRET", "LINLI_WECOM_AES_KEY"]
)
def test_what_is_missing_stops_the_start(tmp_path: Path, setting: str) -> None:
    parts = Parts.assemble(settings(tmp_path, **{setting: ""}))

    with pytest.raises(SettingsError, match=setting):
        create_wecom(parts)
    parts.engine.dispose()
