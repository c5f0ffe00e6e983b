"""Relatives and calls in messengers: paired by a word, told by choice, nothing said is kept."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from channels.family.particulars import particulars
from channels.message import Inbound
from tests.channels.office import Building, Guest, Office

KEY = Fernet.generate_key().decode()
DAUGHTER = particulars("女儿小芳", "010-0000-0123", "妈妈", "3栋2单元", "2")
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.fixture
async def sealed_office(tmp_path: Path) -> AsyncIterator[Office]:
    building = Building.open(tmp_path, LINLI_VAULT_KEY=KEY)
    async with building.office() as office:
        yield office
    await building.parts.close()


async def offered(office: Office) -> tuple[Guest, str]:
    elder = await office.guest("elderly")
    return elder, office.parts.circle.offer(elder.id)


async def test_a_relative_pairs_from_a_messenger_and_no_word_of_it_is_kept(
    sealed_office: Office,
) -> None:
    elder, code = await offered(sealed_office)
    relative = await sealed_office.guest()

    answer = await relative.say(f"配对 {code[:4]} {code[4:]} 女儿小芳 010-0000-0123")

    (tie,) = sealed_office.parts.circle.ties.of_elder(elder.id)
    kept = str(sealed_office.parts.transcript.read(relative.id))
    assert "已经告诉老人" in answer["replies"][0]["text"]
    assert (tie.particulars.name, tie.particulars.telephone) == ("女儿小芳", "01000000123")
    assert "小芳" not in kept
    assert code[:4] not in kept
    assert sealed_office.talker.heard == []


async def test_an_elderly_person_lets_a_relative_in_without_the_page(
    sealed_office: Office,
) -> None:
    elder, relative = await sealed_office.guest("elderly"), await sealed_office.guest()

    offered = (await elder.say("家人电话"))["replies"][0]["text"]
    code = "".join(offered.partition("配对 ")[2].split()[:2])
    await relative.say(f"配对 {code} 女儿小芳 010-0000-0123")
    before = sealed_office.parts.circle.agreed(elder.id)
    agreed = await elder.say("同意家人")

    assert before == []
    assert "一键呼叫" in agreed["replies"][0]["text"]
    (tie,) = sealed_office.parts.circle.agreed(elder.id)
    assert tie.relative == relative.id
    assert sealed_office.talker.heard == []


async def test_an_elderly_person_refuses_a_relative_without_the_page(
    sealed_office: Office,
) -> None:
    elder, relative = await sealed_office.guest("elderly"), await sealed_office.guest()
    code = sealed_office.parts.circle.offer(elder.id)
    await relative.say(f"配对 {code} 女儿小芳 010-0000-0123")

    await elder.say("不同意家人")
    again = await elder.say("同意家人")

    assert "没有家人在等" in again["replies"][0]["text"]
    assert sealed_office.parts.circle.agreed(elder.id) == []


@pytest.mark.parametrize("typed", ["配对", "配对 1234", "家人配对 00000000", "配对 00000000 小芳"])
async def test_half_a_pairing_is_explained(sealed_office: Office, typed: str) -> None:
    relative = await sealed_office.guest()

    answer = await relative.say(typed)

    assert "配对 号码 称呼 电话" in answer["replies"][0]["text"]


async def test_a_wrong_code_from_a_messenger_says_so(sealed_office: Office) -> None:
    relative = await sealed_office.guest()

    answer = await relative.say("配对 00000000 小芳 010-0000-0123")

    assert "号码不对" in answer["replies"][0]["text"]


async def test_a_relative_hears_a_call_by_its_choice_and_leaves_by_a_word(
    sealed_office: Office,
) -> None:
    elder, code = await offered(sealed_office)
    relative = await sealed_office.guest()
    circle, news = sealed_office.parts.circle, sealed_office.parts.news
    await relative.say(f"配对 {code} 小芳 010-0000-0123")
    await circle.agree(circle.ties.of_elder(elder.id)[0].id, elder.id)
    await circle.tell_of_call(elder.id, circle.call(elder.id, "n1")[0])
    (choice,) = news.since(relative.id, 0)[-1].body["replies"][0]["choices"]

    heard = await relative.send(choice=choice["token"])
    told = news.since(elder.id, 0)[-1].body["replies"][0]["text"]
    left = await relative.say("解除配对")

    assert "告诉老人" in heard.json()["replies"][0]["text"]
    assert "知道了" in told
    assert "已经解除" in left["replies"][0]["text"]
    assert circle.agreed(elder.id) == []


async def test_what_looks_like_our_own_command_is_not_obeyed(sealed_office: Office) -> None:
    relative = await sealed_office.guest()

    await relative.say("/family_heard abc")

    assert sealed_office.talker.texts == ["/out_of_scope"]


async def test_news_of_a_ticket_reach_the_relative_without_their_words(
    sealed_office: Office,
) -> None:
    elder, code = await offered(sealed_office)
    relative = await sealed_office.guest()
    circle = sealed_office.parts.circle
    tie = await circle.ask(code, relative.id, DAUGHTER, "a")
    await circle.agree(tie.id, elder.id)

    for _ in range(2):
        await sealed_office.publish(
            conversation=elder.id, status_name="已受理", text="楼道灯坏了:已受理"
        )

    said = [n.body["replies"][0]["text"] for n in sealed_office.parts.news.since(relative.id, 0)]
    assert said[1:] == ["妈妈报的事有新进展:已受理(工单 20261121-000123)。"]


async def test_a_call_asks_the_dialogue_and_leaves_it_to_a_person_if_it_is_silent(
    sealed_office: Office,
) -> None:
    elder = await sealed_office.guest("elderly")
    sealed_office.talker.is_down = True
    inbound = Inbound(conversation=elder.id, text="一键呼叫", payload="/emergency", message_id="c")

    with pytest.raises(Exception, match="dialogue_unavailable"):
        await sealed_office.parts.turns.handle(inbound)

    assert sealed_office.talker.texts == ["/emergency"]
    (waiting,) = sealed_office.parts.handover.waiting()
    assert waiting["conversation"] == elder.id


async def test_a_call_is_filed_even_while_a_person_has_the_conversation(
    sealed_office: Office,
) -> None:
    elder = await sealed_office.guest("elderly")
    sealed_office.parts.handover.ask(elder.id)
    sealed_office.parts.handover.take(elder.id, "李敏")
    inbound = Inbound(conversation=elder.id, text="一键呼叫", payload="/emergency", message_id="c")

    await sealed_office.parts.turns.handle(inbound)

    assert sealed_office.talker.texts == ["/emergency"]
