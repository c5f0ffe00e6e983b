"""Only WeChat gets in, and only once."""

from pathlib import Path

import httpx
import pytest

from channels.errors import SettingsError
from channels.wechat.crypto import sign
from tests.channels.office import problem
from tests.channels.wechat.house import House, open_house
from tests.channels.wechat.platform import APPID, TOKEN, WANG, as_xml


async def test_the_address_is_proved_to_be_ours(house: House) -> None:
    platform = house.platform

    answer = await platform.client.get(
        platform.door, params={**platform.signed(), "echostr": "5838479218127813673"}
    )

    assert answer.text == "5838479218127813673"
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "wrong",
    [{"signature": ""}, {"signature": "0" * 40}, {"nonce": "other"}, {"timestamp": "1"},
     {"signature": "签名"}],
)  # fmt: skip
async def test_nobody_else_is_let_in(house: House, wrong: dict[str, str]) -> None:
    platform = house.platform
    query = {**platform.signed(), **wrong}
    body = as_xml(platform.message(WANG, "text", Content="我是王芳")).encode()

    asked = await platform.client.get(platform.door, params={**query, "echostr": "1"})
    told = await platform.client.post(platform.door, params=query, content=body)

    problem(asked, 403, "forbidden")
    problem(told, 403, "forbidden")
    assert house.dialogue.heard == []


async def test_an_old_address_lets_nobody_in(house: House) -> None:
    query = house.platform.signed()
    house.platform.clock.advance(minutes=11)

    answer = await house.platform.client.get(house.platform.door, params=query)

    problem(answer, 403, "forbidden")


async def test_what_is_no_message_is_refused(house: House) -> None:
    answer = await house.platform.client.post(
        house.platform.door, params=house.platform.signed(), content=b"<xml><A>1</A></xml>"
    )

    problem(answer, 422, "bad_request")


async def test_a_large_body_is_refused(house: House) -> None:
    answer = await house.platform.client.post(
        house.platform.door, params=house.platform.signed(), content=b"x" * 300_000
    )

    problem(answer, 413, "too_large")


async def test_sealed_messages_get_sealed_replies(tmp_path: Path) -> None:
    async with open_house(tmp_path, is_sealed=True) as house:
        assert await house.platform.write(WANG, "居住证怎么办") == "听到:居住证怎么办"


async def test_with_a_key_nothing_unsealed_is_taken(tmp_path: Path) -> None:
    async with open_house(tmp_path, is_sealed=True) as house:
        house.platform.seal = None

        answer = await house.platform.post(house.platform.message(WANG, "text", Content="你好"))

        problem(answer, 403, "forbidden")
        assert house.dialogue.heard == []


async def test_of_the_two_forms_of_the_compatible_mode_the_sealed_one_counts(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, is_sealed=True) as house:
        platform = house.platform
        assert platform.seal is not None
        sealed = platform.seal.close(
            as_xml(platform.message(WANG, "text", Content="真的")).encode()
        )
        query = platform.signed()
        query["msg_signature"] = sign(TOKEN, query["timestamp"], query["nonce"], sealed)
        both = {**platform.message(WANG, "text", Content="假的"), "Encrypt": sealed}

        await platform.client.post(platform.door, params=query, content=as_xml(both).encode())

        assert house.dialogue.texts == ["真的"]


async def test_a_sealed_message_with_another_signature_is_refused(tmp_path: Path) -> None:
    async with open_house(tmp_path, is_sealed=True) as house:
        platform = house.platform
        assert platform.seal is not None
        sealed = platform.seal.close(as_xml(platform.message(WANG, "text", Content="一")).encode())
        query = {**platform.signed(), "encrypt_type": "aes", "msg_signature": "0" * 40}

        answer = await platform.client.post(
            platform.door, params=query, content=as_xml({"Encrypt": sealed}).encode()
        )

        problem(answer, 403, "forbidden")


async def test_sealed_messages_without_our_key_are_refused(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    query = {**house.platform.signed(), "encrypt_type": "aes"}

    answer = await house.platform.client.post(
        house.platform.door, params=query, content=as_xml({"Encrypt": "x"}).encode()
    )

    problem(answer, 403, "forbidden")
    assert "LINLI_WECHAT_AES_KEY" in caplog.text


async def test_a_bad_key_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="LINLI_WECHAT_AES_KEY"):
        async with open_house(tmp_path, LINLI_WECHAT_AES_KEY="short"):
            pass


async def test_no_words_and_no_names_are_logged(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    await house.platform.write(WANG, "我住三栋")
    await house.publish(WANG, "已受理")

    ours = [r for r in caplog.records if r.name.startswith("channels")]
    logged = "\n".join(record.getMessage() for record in ours)
    assert ours
    assert not any(word in logged for word in (WANG, "三栋", "已受理", TOKEN, APPID))


async def test_the_channel_is_closed_unless_it_is_set_up(tmp_path: Path) -> None:
    from channels.gateway import create_app
    from channels.parts import Parts
    from tests.channels.office import settings as plain

    parts = Parts.assemble(plain(tmp_path))
    transport = httpx.ASGITransport(create_app(parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://linli") as client:
        answer = await client.get("/wechat")
    await parts.close()

    assert answer.status_code == 404
