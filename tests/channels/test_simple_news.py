"""News on the page for elderly people: read to its end, a screen at a time."""

import re
from html import unescape
from typing import Any

import pytest

from channels.message import Choice
from tests.channels.office import Office

SENTENCES = [f"第{number}句话说得很长很长很长很长很长很长很长很长。" for number in range(1, 12)]
LONG = "".join(SENTENCES)
FIVE = tuple(Choice(title=f"选项{number}", payload=f"/choose_{number}") for number in range(5))


def body_of(text: str) -> dict[str, Any]:
    reply = {"text": text, "choices": [], "citations": []}
    return {"replies": [reply], "outcome": "ticket_status", "ticket": None}


async def publish(office: Office, text: str, *choices: Choice, key: str = "n-1") -> None:
    """Let news come to the visitor of the page, who has said something before."""
    if not office.talker.heard:
        await office.client.post("/simple/say", data={"text": "你好", "nonce": "n"})
    await office.parts.news.publish(office.talker.heard[0].sender, key, body_of(text), choices)


def link(page: str, title: str) -> str:
    """Return where a link leads whose words contain ``title``; empty if there is none."""
    for address, words in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', page, re.S):
        if title in words:
            return unescape(address)
    return ""


async def read(office: Office, address: str = "/simple/news") -> str:
    answer = await office.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def unseen(office: Office) -> int:
    count: int = (await office.client.get("/simple/unseen")).json()["unseen"]
    return count


async def read_to_the_end(office: Office) -> list[str]:
    pages = [await read(office)]
    while further := link(pages[-1], "接着看"):
        pages.append(await read(office, further))
    return pages


async def test_long_news_are_read_to_their_end(office: Office) -> None:
    await publish(office, LONG, *FIVE[:3])

    pages = await read_to_the_end(office)

    assert len(pages) > 2
    assert [s for s in SENTENCES if not any(s in page for page in pages)] == []
    assert ["选项0" in page for page in pages] == [False] * (len(pages) - 1) + [True]


async def test_news_are_unseen_until_their_last_screen(office: Office) -> None:
    await publish(office, LONG)

    first = await read(office)
    left = await unseen(office)
    again = await read(office)
    await read_to_the_end(office)

    assert left == 1
    assert SENTENCES[0] in first
    assert SENTENCES[0] in again
    assert await unseen(office) == 0


async def test_the_options_of_news_come_three_at_a_time(office: Office) -> None:
    await publish(office, "请选一个", *FIVE)

    page = await read(office)
    shown = re.findall("选项[0-9](?=</span>)", page)
    while len(shown) < len(FIVE):
        assert len(re.findall('class="option[ "]', page)) <= 3
        page = await read(office, link(page, "换一批"))
        shown += re.findall("选项[0-9](?=</span>)", page)

    assert shown == [one.title for one in FIVE]


async def test_larger_letters_show_the_same_screen_of_news(office: Office) -> None:
    await publish(office, LONG)
    last = (await read_to_the_end(office))[-1]
    await publish(office, "另一条", key="n-2")

    larger = await read(office, link(last, "特大"))

    assert 'class="size-3"' in larger
    assert SENTENCES[-1] in larger
    assert await unseen(office) == 1


async def test_going_back_to_old_news_makes_no_later_ones_unseen(office: Office) -> None:
    await publish(office, LONG)
    pages = await read_to_the_end(office)
    await publish(office, "另一条", key="n-2")
    await read(office)

    await read(office, link(pages[-2], "接着看"))

    assert await unseen(office) == 0


@pytest.mark.parametrize("address", ["/simple/news?read=999999", "/simple/news?read=1&part=99"])
async def test_news_of_nobody_leads_to_what_is_unseen(office: Office, address: str) -> None:
    await publish(office, LONG)
    stranger = await office.guest()
    await office.parts.news.publish(stranger.id, "n-2", body_of("别人的"))

    assert "别人的" not in await read(office, address)


async def test_a_stranger_reads_nobodys_news(office: Office) -> None:
    await publish(office, LONG)
    further = link(await read(office), "接着看")
    office.client.cookies.clear()

    assert "还没有新消息" in await read(office, further)
    assert not re.search("[^!-~]|%", further)
