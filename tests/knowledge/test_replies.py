"""Questions and answers: the clause is called by its question and ends with its answer."""

import pytest

from knowledge.reading.document import Document
from knowledge.reading.files import document_of

TABLE = "| 项目 | 费用 |\n|---|---|\n| 换锁芯 | 60元 |\n| 换灯泡 | 免费 |"


def read(text: str) -> Document:
    return document_of(f"# 物业问答\n\n{text}\n".encode(), "问答.md")


@pytest.mark.parametrize(
    "text",
    [
        "**问：快递柜放在哪里？**\n\n答：东门岗亭旁。",
        "Q：快递柜放在哪里？\nA：东门岗亭旁。",
        "## 快递\n\n问：快递柜放在哪里？答：东门岗亭旁。",
        "快递柜放在哪里？\n\n东门岗亭旁。",
    ],
)
def test_a_clause_is_called_by_the_question_that_it_answers(text: str) -> None:
    (section,) = read(text).sections

    assert (section.label, section.text) == ("快递柜放在哪里？", "东门岗亭旁。")


@pytest.mark.parametrize("question", ["问：楼上漏水怎么办？", "### 楼上漏水怎么办？"])
def test_a_table_behind_an_answer_belongs_to_no_question(question: str) -> None:
    document = read(f"{question}\n\n先联系物业关阀。\n\n{TABLE}")

    assert [(one.label, one.question, one.text) for one in document.sections][1:] == [
        ("", "", "项目：换锁芯；费用：60元"),
        ("", "", "项目：换灯泡；费用：免费"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "### 维修怎么收费？\n\n",
        "### 维修怎么收费？\n\n标准见下表。\n\n",
        "### 维修怎么收费？\n\n按次收取：\n\n",
        "### 换锁芯多少钱？\n\n由物业收取。\n\n",
        "问：换锁芯多少钱？\n\n答：由物业收取。\n\n",
    ],
)
def test_a_table_that_answers_stays_with_its_question(text: str) -> None:
    document = read(text + TABLE)

    assert {one.question for one in document.sections[-2:]} == {
        text[2 if text[0] == "问" else 4 :].split("\n")[0]
    }
