"""How much of a passage is quoted: whole lists, whole conditions, exclusions as exclusions."""

import pytest

from knowledge.evidence import Candidate
from knowledge.question import Question, view
from knowledge.quoting import quoted_span, window
from knowledge.spans import MAX_LIST, MAX_QUOTE, MAX_WINDOW, sentences

MATERIALS = (
    "申请老年证需要携带以下材料：\n1. 身份证原件及复印件。\n2. 户口本原件及复印件。\n"
    "3. 一寸照片两张。"
)
REASONS = (
    "户籍迁出本市的", "死亡或者被宣告死亡的", "被判处徒刑正在服刑的", "长期居住在国外的",
    "弄虚作假骗取津贴的", "已经领取其他同类补贴的",
)  # fmt: skip


def asked(text: str) -> Question:
    return view(text, lambda term: 1.0)


def quoted(text: str, sentence: str, question: str = "要带什么") -> str:
    at = text.index(sentence)
    start, end = quoted_span(asked(question), text, at, at + len(sentence))
    return text[start:end]


def windowed(text: str, sentence: str, *others: str) -> str:
    """Return the window around sentences that are far ahead of the rest."""
    likely = (sentence, *others)
    row = [
        Candidate(passage=0, start=start, end=end, features=(), score=9.0 * is_likely)
        for start, end in sentences(text)
        for is_likely in [any(one in text[start:end] for one in likely)]
    ]
    best = next(one for one in row if sentence in text[one.start : one.end])
    start, end = window(asked("能领津贴吗"), text, best, row)
    return text[start:end]


def listed(lead: str, *, between: str = "\n") -> str:
    """Return an article with a lead-in and a list of reasons."""
    signs = "一二三四五六"
    items = [f"（{sign}）{reason}；" for sign, reason in zip(signs, REASONS, strict=True)]
    return lead + between + "\n".join(items)


def test_a_list_whose_items_are_sentences_is_quoted_whole() -> None:
    assert quoted(MATERIALS, MATERIALS.splitlines()[0]) == MATERIALS


@pytest.mark.parametrize(
    "after",
    [
        "\n申请人可以委托他人办理。",
        "\n1. 先到社区登记。\n2. 再到街道领取。",
        "\n二、办理流程如下。",
        "以上材料交社区。\n5. 本条另行解释。",
    ],
)
def test_what_follows_a_list_is_not_quoted_with_it(after: str) -> None:
    said = quoted(MATERIALS + after, MATERIALS.splitlines()[0])

    assert said == MATERIALS


def test_an_item_of_several_sentences_does_not_end_the_list() -> None:
    text = MATERIALS.replace("1. 身份证原件及复印件。", "1. 身份证原件。复印件要两份。")

    assert quoted(text, MATERIALS.splitlines()[0]) == text


def test_a_list_within_an_item_does_not_end_the_list() -> None:
    text = MATERIALS.replace("户口本原件及复印件。", "下列之一：\n(1) 户口本。\n(2) 居住证。")

    assert quoted(text, MATERIALS.splitlines()[0]) == text


def test_a_list_that_is_too_long_ends_with_an_item() -> None:
    lines = [
        f"{number}. 第{number}份材料的原件和复印件，均由申请人签字。" for number in range(1, 31)
    ]
    text = "需要以下材料：\n" + "\n".join(lines)

    said = quoted(text, "需要以下材料：")

    assert len(said) <= MAX_LIST + len("需要以下材料：")
    assert said.endswith("签字。")
    assert said.count("\n") > 5


@pytest.mark.parametrize(
    "ending", ["无论其是否符合困难补助条件，均不予受理。", "但已经领取的除外，不得重复申请。"]
)
def test_a_long_sentence_keeps_what_turns_its_meaning(ending: str) -> None:
    text = (
        "凡是不按照本办法第五条规定的程序，而是由他人代为提出，或者通过信函、电话、网络等方式"
        "提出，区退役军人事务局对退役军人提出的困难补助申请，"
        "经街道退役军人服务站登记，并由社区退役军人服务站公示七天以后再报送的申请材料，" + ending
    )
    assert len(text) > MAX_QUOTE

    said = quoted(text, text, "退役军人困难补助申请找谁")

    assert said in text
    assert said.endswith(ending)


def test_a_long_sentence_without_a_turn_stays_short() -> None:
    text = "社区负责登记，" + "街道负责审核材料并且公示，" * 15 + "市里负责发放。"

    assert len(quoted(text, text, "谁负责登记")) <= MAX_QUOTE


@pytest.mark.parametrize("between", ["\n", ""])
def test_an_exclusion_is_quoted_with_what_excludes(between: str) -> None:
    lead = "有下列情形之一的，不予发放高龄津贴："
    text = listed(lead, between=between)

    said = windowed(text, REASONS[5])

    assert said.startswith(lead)
    assert REASONS[5] in said


def test_an_exclusion_far_below_is_quoted_with_what_excludes_all_the_same() -> None:
    lead = "申请人有下列情形之一的，不予发放高龄津贴："
    text = listed(lead).replace("；", "，并且经过社区和街道核实属实，没有提出异议的；")
    assert len(text) > MAX_WINDOW

    said = windowed(text, REASONS[5])

    assert said.startswith(lead)
    assert REASONS[5] in said


def test_an_item_far_below_a_lead_in_that_denies_nothing_stands_alone() -> None:
    text = listed("有下列情形之一的，可以申请高龄津贴：").replace("；", "，" + "且" * 30 + "；")

    said = windowed(text, REASONS[5])

    assert said.startswith("（六）")


def test_the_lead_in_of_another_list_is_not_taken() -> None:
    text = listed("有下列情形之一的，不予发放：") + "\n其他规定见后。\n（七）年满八十周岁的老人；"

    assert "不予发放" not in windowed(text, "年满八十周岁的老人")


def test_the_lead_in_of_a_list_within_an_item_is_not_taken_for_the_outer_one() -> None:
    text = (
        "有下列情形之一的，不予发放：\n（一）材料有下列缺陷的：\n1. 没有签字；\n2. 没有日期；\n"
        "（二）户籍迁出的；"
    )

    said = windowed(text, "户籍迁出的")

    assert said == text


@pytest.mark.parametrize("between", ["", "\n(1) 正反面各一份"])
@pytest.mark.parametrize("after", ["", "\n幸福区民政局"])
def test_a_list_that_is_begun_is_told_to_its_end(between: str, after: str) -> None:
    materials = f"申请材料\n1. 身份证原件\n2. 户口本复印件{between}\n3. 本人银行卡\n4. 一寸照片"

    told = windowed(materials + after, "申请材料", "1. 身份证", "2. 户口本")

    assert told == materials


def test_one_item_that_answers_does_not_bring_the_others_along() -> None:
    text = "联系方式\n1. 地址：幸福路16号\n2. 电话：0316-5551234\n3. 邮编：065000"

    assert windowed(text, "2. 电话") == "2. 电话：0316-5551234"
