"""Numbered sentences without headings of their own are clauses that can be cited."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.reading.document import Document
from knowledge.reading.files import document_of

ITEMS = [
    "一、停水范围：柳荫里小区1至12号楼、槐树胡同全部平房。",
    "二、停水期间13至20号楼水压偏低，四楼以上可能无水。",
    "三、请用户提前储水。恢复供水后请先打开水龙头放水。",
]
CLOSING = ["抢修热线：010-00009611", "柳州桥自来水有限公司", "2026年11月20日"]


def read(*lines: str, title: str = "停水公告") -> Document:
    return document_of("\n".join([title, *lines]).encode(), "公告.txt")


def labelled(document: Document) -> list[tuple[str, str]]:
    return [(one.label, one.text) for one in document.sections]


def test_each_numbered_sentence_is_a_clause_with_its_number() -> None:
    document = read("现将有关事项公告如下：", *ITEMS)

    assert labelled(document) == [
        ("", "现将有关事项公告如下："),
        ("一、停水范围", ITEMS[0]),
        ("二、", ITEMS[1]),
        ("三、请用户提前储水", ITEMS[2]),
    ]


def test_closing_lines_do_not_belong_to_the_last_item() -> None:
    document = read(*ITEMS, *CLOSING)

    assert labelled(document)[2] == ("三、请用户提前储水", ITEMS[2])
    assert "\n".join(one.text for one in document.sections[3:]) == "\n".join(CLOSING)
    assert document.issuer == CLOSING[1]


def test_what_follows_the_last_of_items_of_one_line_is_no_part_of_it() -> None:
    document = read(*ITEMS, "施工如遇雨天顺延，敬请谅解。", *CLOSING)

    assert labelled(document)[2] == ("三、请用户提前储水", ITEMS[2])
    assert {one.label for one in document.sections[3:]} == {""}


def test_an_item_keeps_the_paragraphs_and_lists_below_it() -> None:
    more = ["低保户另有安排的，从其安排。", "（一）军属优先；", "（二）老人优先。"]

    document = read(ITEMS[0], *more, ITEMS[1], "具体时间由物业通知。", *CLOSING)

    assert labelled(document)[:2] == [
        ("一、停水范围", "\n".join([ITEMS[0], *more])),
        ("二、", "\n".join([ITEMS[1], "具体时间由物业通知。"])),
    ]
    assert "\n".join(one.text for one in document.sections[2:]) == "\n".join(CLOSING)


def test_items_that_only_list_things_stay_together() -> None:
    lines = ["申请人应当提交下列材料：", "一、居民身份证和复印件；", "二、户口本；", "三、照片。"]

    document = read(*lines)

    assert labelled(document) == [("", "\n".join(lines))]


@pytest.mark.parametrize(
    "lines",
    [
        ["图书室位于服务中心大楼的", "二、三层，周一至周五开放，欢迎居民前来。"],
        ["三、服务时间为周一至周五的九时至十七时。", "五、请遵守秩序，保持安静，爱护公物。"],
        ["一、本公告由柳州桥自来水有限公司负责解释。"],
        ["第五条 有下列情形的，不予登记：", *ITEMS],
        ["问：什么时候停水，停水以后怎么办？", "答：请看这里：", *ITEMS],
    ],
)
def test_numbers_that_do_not_count_the_text_from_one_are_no_clauses(lines: list[str]) -> None:
    document = read("公告如下。", *lines)

    assert [one for one in document.sections if one.label.startswith(tuple("一二三五"))] == []


def test_headings_among_numbered_sentences_stay_headings() -> None:
    document = read("一、停水范围", "柳荫里小区1至12号楼。", *ITEMS[1:])

    assert labelled(document) == [
        ("一、停水范围", "柳荫里小区1至12号楼。"),
        ("二、", ITEMS[1]),
        ("三、请用户提前储水", ITEMS[2]),
    ]


def test_items_below_different_headings_are_told_apart_by_them() -> None:
    text = "\n\n".join(["# 公告", "## 停水", *ITEMS, "## 停电", *ITEMS[:2]])

    document = document_of(text.encode(), "公告.md")

    assert [(one.context, one.label[:2]) for one in document.sections] == [
        ("停水", "一、"), ("停水", "二、"), ("停水", "三、"), ("停电", "一、"), ("停电", "二、"),
    ]  # fmt: skip


sentence = st.text(alphabet="停水范围小区居民请提前储0123，：；", min_size=12, max_size=40)
bodies = st.lists(sentence.map(lambda one: f"自{one}止。"), min_size=2, max_size=9)


@settings(max_examples=100, deadline=None)
@given(bodies, st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_every_sentence_stands_under_its_own_number(texts: list[str], encoding: str) -> None:
    lines = [f"{'一二三四五六七八九'[at]}、{text}" for at, text in enumerate(texts)]

    document = document_of("\n".join(["停水公告", *lines]).encode(encoding), "公告.txt")

    assert [one.text for one in document.sections] == lines
    assert [one.label[:2] for one in document.sections] == [line[:2] for line in lines]
