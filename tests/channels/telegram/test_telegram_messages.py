"""Places, pictures, voice and what cannot be read."""

import io

import pytest
from PIL import Image

from channels import readback
from channels.message import Audience, Outcome
from channels.texts import problems
from tests.channels.ears import OGG, sound
from tests.channels.telegram.house import WANG, YES, House, turn


def picture(width: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 30), "gray").save(out, "JPEG")
    return out.getvalue()


async def test_a_location_comes_as_wgs_84(house: House) -> None:
    house.api.send(WANG, location={"latitude": 39.9, "longitude": 116.4})
    await house.api.heard(1)

    assert house.dialogue.texts == ["/send_location"]
    assert house.dialogue.heard[0].metadata["location"] == {
        "latitude": 39.9, "longitude": 116.4, "datum": "WGS-84",
    }  # fmt: skip


async def test_a_live_location_counts_once(house: House) -> None:
    point = {"latitude": 39.9, "longitude": 116.4, "live_period": 900}
    house.api.send(WANG, location=point)
    house.api.edit(WANG, location={**point, "latitude": 39.91})
    house.api.edit(WANG, location={**point, "latitude": 39.92})
    await house.api.heard(1)
    await house.api.quiet()

    assert house.dialogue.texts == ["/send_location"]
    assert len(house.api.sent) == 1


async def test_a_shared_contact_is_a_telephone_number(house: House) -> None:
    house.api.send(WANG, contact={"phone_number": "01000000103", "first_name": "王"})
    await house.api.heard(1)

    assert house.dialogue.texts == ["01000000103"]


async def test_a_photo_is_kept_in_its_largest_size_with_its_caption(house: House) -> None:
    house.api.photograph(WANG, picture(), caption="灯坏了")
    await house.api.heard(1)

    said = house.dialogue.heard[0]
    assert said.text == "灯坏了"
    (media,) = said.metadata["media"]
    with Image.open(house.parts.settings.home / "media" / media) as kept:
        assert kept.size == (40, 30)


async def test_an_album_is_one_message(house: House) -> None:
    house.api.photograph(WANG, picture(), media_group_id="77", caption="垃圾没人收")
    house.api.photograph(WANG, picture(), media_group_id="77")
    house.api.photograph(WANG, picture(), media_group_id="77")
    house.api.write(WANG, "在3栋")
    await house.api.heard(2)

    assert house.dialogue.texts == ["垃圾没人收", "在3栋"]
    assert len(house.dialogue.heard[0].metadata["media"]) == 3


async def test_a_document_that_is_a_picture_is_a_picture(house: House) -> None:
    content = picture()
    document = {**house.api.keep(content), "mime_type": "image/jpeg", "file_size": len(content)}
    house.api.send(WANG, document=document)
    await house.api.heard(1)

    assert house.dialogue.texts == ["/send_media"]


async def test_a_picture_that_is_too_large_is_refused_with_the_limit(house: House) -> None:
    document = {**house.api.keep(b""), "mime_type": "image/png", "file_size": 30_000_000}
    house.api.send(WANG, document=document)

    assert "20 MB" in (await house.api.heard(1))[0]
    assert house.api.called("getFile") == []


async def test_a_file_that_only_claims_to_be_a_picture_is_refused(house: House) -> None:
    document = {**house.api.keep(b"MZ not a picture"), "mime_type": "image/png"}
    house.api.send(WANG, document=document)

    assert await house.api.heard(1) == [problems()["refused_media"]]


async def test_a_voice_message_is_kept_and_a_human_offered(house: House) -> None:
    house.api.send(WANG, voice={**house.api.keep(OGG), "duration": 3, "mime_type": "audio/ogg"})
    assert "还听不懂" in (await house.api.heard(1))[0]
    house.api.tap(dict(house.api.sent[0]), "转人工")
    await house.api.heard(2)

    assert house.dialogue.texts == ["/request_human"]
    assert len(list((house.parts.settings.home / "media").iterdir())) == 1


async def test_a_voice_message_joins_the_draft(house: House) -> None:
    house.dialogue.script["报修"] = turn("在哪里?", outcome=Outcome.TICKET_DRAFT)
    house.api.write(WANG, "报修")
    await house.api.heard(1)
    house.api.send(WANG, voice={**house.api.keep(OGG), "duration": 3})
    await house.api.heard(3)

    assert house.dialogue.texts == ["报修", "/send_media"]
    assert len(house.dialogue.heard[1].metadata["media"]) == 1


async def say_aloud(house: House, text: str) -> None:
    house.ears.is_open = True
    house.api.send(WANG, voice={**house.api.keep(sound(text)), "duration": 3})


async def test_a_voice_message_is_read_back_and_taken_only_after_a_yes(house: House) -> None:
    await say_aloud(house, "三栋电梯坏了")
    asked = (await house.api.heard(1))[0]
    before = list(house.dialogue.texts)
    house.api.tap(dict(house.api.sent[0]), "对")
    await house.api.heard(2)

    assert (asked, before) == ("我听到的是:「三栋电梯坏了」,对吗?", [])
    assert house.dialogue.texts == ["三栋电梯坏了"]
    assert not (house.parts.settings.home / "media").exists()


async def test_a_yes_may_be_spoken_and_a_no_asks_for_the_words_again(house: House) -> None:
    await say_aloud(house, "三通电梯坏了")
    await house.api.heard(1)
    await say_aloud(house, "不对。")
    again = (await house.api.heard(2))[1]
    await say_aloud(house, "三栋电梯坏了")
    await house.api.heard(3)
    await say_aloud(house, "对的。")
    await house.api.heard(4)

    assert again == readback.words().say_again
    assert house.dialogue.texts == ["三栋电梯坏了"]


async def test_a_person_can_be_asked_for_instead_of_a_yes(house: House) -> None:
    await say_aloud(house, "三通电梯坏了")
    await house.api.heard(1)
    house.api.tap(dict(house.api.sent[0]), "转人工")
    await house.api.heard(2)

    assert house.dialogue.texts == ["/request_human"]


async def test_a_danger_that_is_spoken_waits_for_no_yes(house: House) -> None:
    await say_aloud(house, "厨房着火了")
    replies = await house.api.heard(2)

    assert replies[0] == "我听到的是:「厨房着火了」"
    assert house.dialogue.texts == ["厨房着火了"]


@pytest.mark.parametrize(
    ("spoken", "heard_by_bot"),
    [("厨房着火了", ["厨房着火了"]), ("我再等等", []), ("很" * 1001, [])],
)
async def test_while_a_person_has_the_conversation_only_a_danger_is_answered(
    house: House, spoken: str, heard_by_bot: list[str]
) -> None:
    conversation = house.parts.conversations.for_account("telegram", str(WANG), Audience.STANDARD)
    house.parts.handover.take(conversation.id, "小李")

    await say_aloud(house, spoken)
    await (house.api.heard(2) if heard_by_bot else house.api.quiet())

    assert house.dialogue.texts == heard_by_bot
    assert bool(house.api.texts()) == bool(heard_by_bot)


async def test_an_offered_option_may_be_spoken(house: House) -> None:
    house.dialogue.script["报修"] = turn("请核对", choices=YES)
    house.api.write(WANG, "报修")
    await house.api.heard(1)
    await say_aloud(house, "确认登记")
    await house.api.heard(2)

    assert house.dialogue.texts == ["报修", "/affirm"]


async def test_a_voice_that_is_not_clear_is_kept_and_said_so(house: House) -> None:
    house.ears.mumbled.add("呜呜")
    await say_aloud(house, "呜呜")

    assert (await house.api.heard(1))[0] == readback.words().unclear_kept
    assert len(list((house.parts.settings.home / "media").iterdir())) == 1


async def test_a_voice_that_is_too_long_is_refused_with_the_limit(house: House) -> None:
    await say_aloud(house, "很" * 1001)

    assert (await house.api.heard(1))[0] == problems()["voice_too_long"]


async def test_without_the_voice_process_a_voice_is_kept_as_ever(house: House) -> None:
    house.ears.is_down = True
    await say_aloud(house, "三栋电梯坏了")

    assert "还听不懂" in (await house.api.heard(1))[0]
    assert len(list((house.parts.settings.home / "media").iterdir())) == 1


async def test_an_edited_message_is_not_taken_twice(house: House) -> None:
    house.api.write(WANG, "3栋灯坏了")
    await house.api.heard(1)
    house.api.edit(WANG, text="5栋灯坏了")

    assert "改之前" in (await house.api.heard(2))[1]
    assert house.dialogue.texts == ["3栋灯坏了"]


@pytest.mark.parametrize(
    "content",
    [
        {"dice": {"emoji": "🎲", "value": 3}},
        {
            "sticker": {
                "file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                "is_animated": False, "is_video": False,
            }
        },
        {"document": {"file_id": "d", "file_unique_id": "d", "mime_type": "application/pdf"}},
    ],
)  # fmt: skip
async def test_what_cannot_be_read_gets_a_kind_sentence(
    house: House, content: dict[str, object]
) -> None:
    house.api.send(WANG, **content)

    assert "看不懂" in (await house.api.heard(1))[0]
    assert house.dialogue.heard == []
