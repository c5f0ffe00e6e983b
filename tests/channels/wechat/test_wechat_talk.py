"""What people send in WeChat reaches the dialogue, and its answers reach them."""

from pathlib import Path

import pytest

from channels import readback
from channels.media import SIZE_LIMIT
from channels.message import Audience, Choice, Citation, Outcome, Reply, Turn
from channels.texts import problems
from channels.wechat.words import words
from tests.channels.ears import sound
from tests.channels.office import picture
from tests.channels.wechat.house import YES, House, open_house, turn
from tests.channels.wechat.platform import LI, WANG

VOICE = b"#!AMR\n" + b"\x3c" * 64


async def test_words_are_answered_at_once(house: House) -> None:
    said = await house.platform.write(WANG, "居住证怎么办")

    assert said == "听到:居住证怎么办"
    assert house.platform.sent == []
    utterance = house.dialogue.heard[0]
    assert utterance.metadata["channel"] == "wechat"
    assert utterance.metadata["message_id"].startswith("wx-")


async def test_two_people_have_two_conversations(house: House) -> None:
    await house.platform.write(WANG, "甲")
    await house.platform.write(LI, "乙")
    await house.platform.write(WANG, "丙")

    first, second, third = (utterance.sender for utterance in house.dialogue.heard)
    assert first == third != second


async def test_a_number_chooses(house: House) -> None:
    house.dialogue.script["楼道灯坏了"] = turn("请核对", choices=YES)

    asked = await house.platform.write(WANG, "楼道灯坏了")
    await house.platform.write(WANG, "1")

    assert asked == "请核对\n\n回复1:确认登记\n回复2:不登记了"
    assert house.dialogue.texts == ["楼道灯坏了", "/affirm"]


async def test_a_long_answer_goes_on_in_messages_of_its_own(house: House) -> None:
    text = "第一步,到社区服务站取号。" * 80
    house.dialogue.script["长"] = turn(text, choices=YES)

    said = await house.platform.write(WANG, "长")
    await house.platform.arrivals(1)
    more = house.platform.texts(WANG)

    assert said is not None
    assert said.endswith("。")
    assert said + "".join(more) == text
    assert list(house.platform.options()) == ["1. 确认登记", "2. 不登记了"]


async def test_a_tapped_option_chooses(house: House) -> None:
    house.dialogue.script["长"] = turn("很长。" * 300, choices=YES)
    await house.platform.write(WANG, "长")
    await house.platform.arrivals(1)
    token = house.platform.options()["2. 不登记了"]

    await house.platform.write(WANG, "2. 不登记了", bizmsgmenuid=token)

    assert house.dialogue.texts[-1] == "/cancel"


async def test_an_option_that_is_gone_is_explained(house: House) -> None:
    said = await house.platform.write(WANG, "确认", bizmsgmenuid="unknown")

    assert said == problems()["foreign_choice"]


async def test_an_answer_says_where_it_stands(house: House) -> None:
    citation = Citation(document="办法", clause="第三条", quote="十日", source="", checked="今年")
    house.dialogue.script["问"] = Turn(
        replies=(Reply(text="十日。", citations=(citation,)),), outcome=Outcome.ANSWER
    )

    said = await house.platform.write(WANG, "问")

    assert said == "十日。\n\n出处:《办法》第三条(今年 核对)"


async def test_a_picture_is_kept_without_what_it_tells_of_the_place(house: House) -> None:
    house.platform.files["m1"] = picture()

    await house.platform.send(WANG, "image", PicUrl="http://x", MediaId="m1")

    (media,) = house.dialogue.heard[0].metadata["media"]
    assert house.parts.media.find(media).kind == "image/jpeg"
    assert house.dialogue.texts == ["/send_media"]


@pytest.mark.parametrize("content", [None, b"not a picture", b"\xff\xd8\xff" + b"0" * 100])
async def test_a_picture_that_is_none_is_explained(house: House, content: bytes | None) -> None:
    if content is not None:
        house.platform.files["m1"] = content

    said = await house.platform.send(WANG, "image", MediaId="m1")

    assert said == problems()["refused_media"]
    assert house.dialogue.heard == []


async def test_a_file_that_is_too_large_is_explained(house: House) -> None:
    house.platform.files["m1"] = picture() + b"0" * SIZE_LIMIT

    said = await house.platform.send(WANG, "video", MediaId="m1")

    assert said == problems()["media_too_large"].format(limit=20)


async def test_a_picture_that_cannot_be_fetched_now_is_asked_for_again(house: House) -> None:
    house.platform.refusals["media"] = [-1, -1, -1]

    said = await house.platform.send(WANG, "image", MediaId="m1")

    assert said == words().lost_media


async def test_a_recognised_voice_is_read_back_and_taken_only_then(house: House) -> None:
    said = await house.platform.send(WANG, "voice", MediaId="v", Recognition="楼道灯坏了。")
    before = list(house.dialogue.texts)
    answer = await house.platform.write(WANG, "对")

    assert said is not None
    assert said.startswith("我听到的是:「楼道灯坏了。」,对吗?")
    assert (before, answer) == ([], "听到:楼道灯坏了。")


async def test_a_voice_without_recognition_is_heard_here_and_not_kept(house: House) -> None:
    house.ears.is_open = True
    house.platform.files["v"] = sound("三栋电梯坏了")

    said = await house.platform.send(WANG, "voice", MediaId="v", Format="amr", Recognition="")
    await house.platform.write(WANG, "1")

    assert said is not None
    assert said.startswith("我听到的是:「三栋电梯坏了」,对吗?")
    assert house.dialogue.texts == ["三栋电梯坏了"]
    assert not (house.parts.settings.home / "media").exists()


async def test_what_was_not_heard_well_is_kept_for_a_person(house: House) -> None:
    house.ears.is_open = True
    house.ears.mumbled.add("呜呜")
    house.platform.files["v"] = sound("呜呜")

    said = await house.platform.send(WANG, "voice", MediaId="v", Format="amr", Recognition="")

    assert said is not None
    assert said.startswith(readback.words().unclear_kept)
    assert len(list((house.parts.settings.home / "media").iterdir())) == 1


async def test_another_voice_is_kept_and_writing_is_asked_for(house: House) -> None:
    house.platform.files["v"] = VOICE

    said = await house.platform.send(WANG, "voice", MediaId="v", Format="amr", Recognition="")
    await house.platform.write(WANG, "1")

    assert said == f"{words().voice}\n\n回复1:转人工"
    assert house.dialogue.texts == ["/request_human"]
    (heard, _) = house.parts.transcript.read(house.conversation(WANG).id)
    media = heard["said"].removeprefix("[语音 ").removesuffix("]")
    assert house.parts.media.find(media).kind == "audio/amr"


async def test_a_place_is_passed_on_with_its_datum(house: House) -> None:
    await house.platform.send(
        WANG, "location", Location_X="23.134521", Location_Y="113.358803", Scale="20", Label="某地"
    )

    assert house.dialogue.heard[0].metadata["location"] == {
        "latitude": 23.134521, "longitude": 113.358803, "datum": "GCJ-02",
    }  # fmt: skip


@pytest.mark.parametrize("x", ["", "nan", "inf", "91", "x"])
async def test_a_place_that_is_none_is_explained(house: House, x: str) -> None:
    said = await house.platform.send(WANG, "location", Location_X=x, Location_Y="113")

    assert said == problems()["bad_location"]


async def test_a_forwarded_article_is_taken_by_its_title(house: House) -> None:
    await house.platform.send(WANG, "link", Title="停水通知", Description="明天", Url="http://x")

    assert house.dialogue.texts == ["停水通知\n明天"]


@pytest.mark.parametrize("text", ["【收到不支持的消息类型，暂无法显示】"])
async def test_what_wechat_itself_cannot_pass_on_is_explained(house: House, text: str) -> None:
    assert await house.platform.write(WANG, text) == words().unsupported


async def test_an_unknown_kind_is_explained(house: House) -> None:
    assert await house.platform.send(WANG, "file", Title="a.pdf") == words().unsupported


async def test_who_follows_is_greeted(house: House) -> None:
    assert await house.platform.tap(WANG, "subscribe") == words().welcome


async def test_who_scans_an_entrance_need_not_say_where_they_live(house: House) -> None:
    said = await house.platform.tap(WANG, "subscribe", "qrscene_b3-2", Ticket="T")
    await house.platform.tap(LI, "SCAN", "b12")

    assert said is not None
    assert said.startswith(words().welcome)
    assert "3栋2单元" in said
    assert house.dialogue.texts == ["3栋2单元", "12栋"]


async def test_an_entrance_may_open_the_elderly_mode(house: House) -> None:
    await house.platform.tap(WANG, "SCAN", "elder-b3")
    await house.platform.write(WANG, "你好")

    assert house.dialogue.heard[-1].audience == "elderly"


@pytest.mark.parametrize("key", ["", "123", "b3-2x", "b9999", "../etc"])
async def test_a_strange_code_says_nothing(house: House, key: str) -> None:
    assert await house.platform.tap(WANG, "SCAN", key) is None
    assert house.dialogue.heard == []


@pytest.mark.parametrize(
    ("key", "text"),
    [("tickets", "我的工单"), ("human", "转人工"), ("cell", "我的网格员是谁"), ("cancel", "取消")],
)
async def test_the_menu_says_something_for_the_person(house: House, key: str, text: str) -> None:
    await house.platform.tap(WANG, "CLICK", key)

    assert house.dialogue.texts == [text]


async def test_the_menu_s_help_is_ours(house: House) -> None:
    assert await house.platform.tap(WANG, "CLICK", "help") == words().help
    assert await house.platform.tap(LI, "CLICK", "a-menu-of-last-year") == words().help


@pytest.mark.parametrize("event", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "unsubscribe"])
async def test_what_nobody_asks_is_not_answered(house: House, event: str) -> None:
    said = await house.platform.tap(WANG, event, "x", Latitude="23.1", Longitude="113.3")

    assert said is None
    assert house.dialogue.heard == []


async def test_the_elderly_mode_is_switched_by_message(house: House) -> None:
    on = await house.platform.write(WANG, "长辈模式")
    await house.platform.write(WANG, "你好")
    off = await house.platform.write(WANG, "关闭长辈模式")

    assert on == f"{words().elder_on}\n字更大的网页:https://linli.example.org/simple"
    assert house.dialogue.heard[0].audience == "elderly"
    assert off == words().elder_off
    assert house.conversation(WANG).audience is Audience.STANDARD


async def test_the_menu_switches_it_there_and_back(house: House) -> None:
    await house.platform.tap(WANG, "CLICK", "elder")
    was = house.conversation(WANG).audience
    house.platform.clock.advance(seconds=1)
    await house.platform.tap(WANG, "CLICK", "elder")

    assert (was, house.conversation(WANG).audience) == (Audience.ELDERLY, Audience.STANDARD)


async def test_without_a_public_address_no_page_is_named(tmp_path: Path) -> None:
    async with open_house(tmp_path, LINLI_PUBLIC_URL="") as house:
        assert await house.platform.write(WANG, "长辈模式") == words().elder_on


async def test_an_emergency_comes_first_and_alone(house: House) -> None:
    await house.publish(WANG, "工单已受理")  # nothing is granted yet: it waits
    house.dialogue.script["着火了"] = turn("请马上拨打 119", outcome=Outcome.EMERGENCY)
    house.platform.refusals["send"] = [48001]

    assert await house.platform.write(WANG, "着火了") == "请马上拨打 119"


async def test_who_talks_to_a_person_hears_no_bot(house: House) -> None:
    await house.platform.write(WANG, "你好")
    conversation = house.conversation(WANG).id
    house.parts.handover.take(conversation, "王芳")

    said = await house.platform.write(WANG, "在吗")
    await house.parts.handover.answer(conversation, "王芳", "在的,我下午过来")

    assert said is None
    assert house.platform.texts(WANG) == ["在的,我下午过来"]


async def test_a_danger_that_is_spoken_to_a_person_is_answered_at_once(house: House) -> None:
    house.ears.is_open = True
    house.platform.files["v"] = sound("厨房着火了")
    await house.platform.write(WANG, "你好")
    house.parts.handover.take(house.conversation(WANG).id, "王芳")

    said = await house.platform.send(WANG, "voice", MediaId="v", Format="amr", Recognition="")

    assert house.dialogue.texts == ["你好", "厨房着火了"]
    assert said is not None


async def test_a_dialogue_that_is_away_is_explained(house: House) -> None:
    house.dialogue.is_down = True

    assert await house.platform.write(WANG, "你好") == problems()["dialogue_unavailable"]


async def test_too_long_a_message_is_explained(house: House) -> None:
    said = await house.platform.write(WANG, "长" * 4001)

    assert said == problems()["too_long"].format(limit=4000, length=4001)


async def test_an_unspoken_option_of_news_is_chosen_by_its_number(house: House) -> None:
    await house.platform.write(WANG, "你好")
    solved = Choice(title="已解决", payload='/confirm_solved{"ticket_number":"1"}')
    await house.publish(WANG, "修好了吗", (solved,))

    await house.platform.write(WANG, "1")

    assert house.platform.options() != {}
    assert house.dialogue.texts[-1].startswith("/confirm_solved")


async def test_one_tap_call_is_in_the_menu_and_called_with_one_yes(house: House) -> None:
    keys = [entry.get("key") for menu in words().menu for entry in menu["sub"]]

    asked = await house.platform.tap(WANG, "click", "call")
    called = await house.platform.write(WANG, "1")

    assert "call" in keys
    assert "回复1:是,叫人" in str(asked)
    assert "120 急救" in str(called)
    assert [text.partition("{")[0] for text in house.dialogue.texts] == ["/emergency"]
    assert [one["channel"] for one in house.parts.handover.waiting()] == ["wechat"]
