"""Whatever the lines of a text look like, each stands under its clause and none is lost."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.reading.document import Document
from knowledge.reading.files import document_of

FEW = settings(max_examples=150, deadline=None)


def read(*lines: str, title: str = "云溪市养老办法") -> Document:
    return document_of("\n".join([title, *lines]).encode(), "办法.txt")


def labelled(document: Document) -> list[tuple[str, str]]:
    return [(section.label, section.text) for section in document.sections]


def all_words(document: Document) -> str:
    parts = [document.title, document.number, document.issuer]
    for one in document.sections:
        parts += [one.text, one.label, one.context, one.question]
    return "\n".join(parts)


def test_the_last_item_of_a_list_without_signs_stays_under_its_article() -> None:
    document = read(
        "第五条 申请材料",
        "1. 身份证原件",
        "2. 户口本复印件",
        "第六条 联系方式",
        "1. 地址：幸福路16号",
        "2. 电话：0316-5551234",
        "第七条 本办法由民政局解释。",
    )

    assert labelled(document) == [
        ("第五条", "申请材料\n1. 身份证原件\n2. 户口本复印件"),
        ("第六条", "联系方式\n1. 地址：幸福路16号\n2. 电话：0316-5551234"),
        ("第七条", "本办法由民政局解释。"),
    ]


def test_the_last_item_of_a_list_stays_under_its_heading() -> None:
    document = read(
        "一、申请材料",
        "1. 身份证原件；",
        "2. 户口本复印件；",
        "3. 照片",
        "请带齐以上材料。",
        "二、联系方式",
        "（1）电话：5551234",
        "三、办理流程",
        "到社区窗口办理。",
    )

    assert labelled(document) == [
        (
            "一、申请材料",
            "1. 身份证原件；\n2. 户口本复印件；\n3. 照片\n请带齐以上材料。",
        ),
        ("二、联系方式", "（1）电话：5551234"),
        ("三、办理流程", "到社区窗口办理。"),
    ]


def test_a_list_may_begin_behind_a_colon() -> None:
    document = read("一、材料", "身份证。", "附件：1. 申请表", "2. 名册", "云溪市民政局")

    assert [one.label for one in document.sections] == ["一、材料"]
    assert "2. 名册" in document.sections[0].text


def test_numbered_headings_with_texts_of_their_own_are_headings() -> None:
    document = read(
        "一、申请",
        "（一）条件",
        "年满80周岁。",
        "（二）材料",
        "身份证。",
        "二、发放",
        "按月发放。",
    )

    assert [(one.context, one.text) for one in document.sections] == [
        ("一、申请 （一）条件", "年满80周岁。"),
        ("一、申请 （二）材料", "身份证。"),
        ("二、发放", "按月发放。"),
    ]


def test_a_numbered_sentence_does_not_stand_under_the_heading_before_it() -> None:
    document = read("一、标准", "每月100元。", "二、由民政局负责解释。")

    assert [(one.context, one.text) for one in document.sections] == [
        ("一、标准", "每月100元。"),
        ("", "二、由民政局负责解释。"),
    ]


def test_a_list_of_contents_does_not_make_items_of_the_headings() -> None:
    document = read("一、总则", "二、标准", "一、总则", "为保障老人。", "二、标准", "每月100元。")

    assert labelled(document)[-2:] == [("一、总则", "为保障老人。"), ("二、标准", "每月100元。")]


def test_a_heading_without_a_text_is_a_text() -> None:
    document = document_of(
        "# 通知\n\n## 值班电话 5551234\n\n## 地点\n\n幸福路16号。\n\n## 周末休息\n".encode(),
        "a.md",
    )

    assert [one.text for one in document.sections] == [
        "值班电话 5551234",
        "幸福路16号。",
        "周末休息",
    ]


def test_a_heading_is_not_repeated_where_a_text_below_it_names_it() -> None:
    document = document_of("# 通知\n\n## 收费\n\n### 停车\n\n5元。\n".encode(), "a.md")

    assert [(one.context, one.text) for one in document.sections] == [("收费 停车", "5元。")]


def test_a_question_that_nobody_answers_is_kept() -> None:
    document = read("问：补贴多少钱？", "问：在哪申请？", "答：社区居委会。", title="问答")

    assert [(one.question, one.text) for one in document.sections] == [
        ("", "补贴多少钱？"),
        ("在哪申请？", "社区居委会。"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "第二十五条规定处以五百元以下罚款。",
        "第五条规定的材料应当齐全。",
        "第五条之规定不适用于单位。",
        "第五条、第六条所列材料。",
        "第五条第二款规定的情形除外。",
        "第五条第（三）项除外。",
        "第五条和第六条同时适用。",
        "第五条至第八条同时适用。",
        "第五条所称老人为年满80周岁。",
        "第五条的规定不适用于单位。",
    ],
)
def test_what_refers_to_an_article_is_not_that_article(line: str) -> None:
    document = read("第三十条 违反规定的，依照", line)

    assert [one.label for one in document.sections] == ["第三十条"]
    assert line in document.sections[0].text


@pytest.mark.parametrize(
    "line",
    ["第五条 规定用语", "第五条　本市老人。", "第五条：本市老人。", "第五条本市老人。",
     "第五条之一 本市老人。", "第五条所有老人免费。", "第5条 和平街道老人。"],
)  # fmt: skip
def test_an_article_is_an_article(line: str) -> None:
    document = read("第四条 登记免费。", line)

    assert len(document.sections) == 2
    assert document.sections[1].label == re.match(r"第.条(之一)?", line)[0]  # type: ignore[index]


numbers = st.sampled_from(
    ["", "一、", "二、", "三、", "（一）", "（二）", "1. ", "2. ", "3、", "（1）", "（2）",
     "第五条 ", "第六条", "第二章 ", "第一节 ", "问：", "答：", "【"]
)  # fmt: skip
ends = st.sampled_from(["", "", "。", "；", "：", "？", "】"])
words = st.text(alphabet="户口本身份证原件电话地址登记材料5680", min_size=2, max_size=14)
lines_of_a_text = st.lists(
    st.tuples(numbers, words, ends).map(lambda one: "".join(one)), min_size=1, max_size=14
)
MARKS = re.compile(r"^(?:[（(]?[一二三123][)）、.]|第.[条章节]|问：|答：|【|\s)+|[。；：？】]+$")


@FEW
@given(lines_of_a_text)
def test_no_word_of_a_text_is_lost(lines: list[str]) -> None:
    document = read(*lines)

    kept = all_words(document)
    assert [line for line in lines if MARKS.sub("", line) not in kept] == []


heads = st.sampled_from(
    ["幸福区民政局文件", "幸福区财政局", "幸民发〔2024〕12号", "国发〔2015〕52号", "来源：财政局",
     "关于养老的通知", "养犬登记办法", "日期：另定", "登记免费。", "# 总则", "标题：养犬须知"]
)  # fmt: skip


@FEW
@given(st.lists(heads, min_size=1, max_size=8), st.sampled_from(["a.txt", "a.md"]))
def test_no_word_of_a_head_is_lost(lines: list[str], name: str) -> None:
    document = document_of("\n\n".join(lines).encode(), name)

    kept = all_words(document)
    bare = [re.sub(r"^(来源：|标题：|# )|文件$", "", line) for line in lines]
    assert [line for line in bare if line not in kept] == []


@FEW
@given(st.lists(st.tuples(words, st.integers(0, 4)), min_size=1, max_size=10))
def test_no_word_of_a_page_is_lost(parts: list[tuple[str, int]]) -> None:
    lines = [f"{'#' * level} {text}" if level else text for text, level in parts]

    document = document_of("\n\n".join(lines).encode(), "通知.md")

    kept = all_words(document)
    assert [text for text, _ in parts if text not in kept] == []
