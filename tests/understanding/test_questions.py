"""Several questions in one message come apart; one question stays one."""

import pytest

from actions.understanding.introduction import without_introduction
from actions.understanding.questions import questions_in, subject_of
from actions.understanding.unsolved import beside_unsolved


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "居住证怎么办，多少钱，还有周末上班吗",
            ("居住证怎么办", "多少钱", "周末上班吗"),
        ),
        ("居住证要多少钱？周末上班吗？", ("居住证要多少钱？", "周末上班吗？")),
        ("1. 停车月卡多少钱 2. 装修押金多少", ("停车月卡多少钱", "装修押金多少")),
        ("办居住证要什么材料，去哪里交", ("办居住证要什么材料", "去哪里交")),
        ("居住证怎么办 多少钱", ("居住证怎么办", "多少钱")),
        ("我妈80了，高龄津贴怎么领，领多少", ("我妈80了，高龄津贴怎么领", "领多少")),
    ],
)
def test_questions_come_apart(text: str, questions: tuple[str, ...]) -> None:
    assert questions_in(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "居住证怎么办",
        "您好，请问居住证怎么办？谢谢",
        "我想问一下，高龄津贴怎么领",
        "不知道怎么办，想问居住证多少钱",
        "物业费怎么收，是按面积吗",
        "电动车能推进电梯吗，是不是会罚款",
        "你们到底管不管，要我说几遍",
        "楼道灯坏了怎么办，谁来修",
    ],
)
def test_one_question_stays_one(text: str) -> None:
    assert questions_in(text) == ()


def test_more_questions_than_a_few_are_left_together() -> None:
    assert questions_in("多少钱一张？几天能拿？在哪办？谁能办？周末上班吗？") == ()


def test_the_subject_is_what_is_left_of_a_question() -> None:
    assert subject_of("停车月卡多少钱") == "停车月卡"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("我叫王小明，电话13800138000，住3栋2单元501，游泳池几点开放啊", "游泳池几点开放啊"),
        ("我姓李，居住证怎么办", "居住证怎么办"),
        ("我是3栋501的业主，停车月卡多少钱", "停车月卡多少钱"),
    ],
)
def test_who_asks_is_no_part_of_the_question(text: str, asked: str) -> None:
    assert without_introduction(text) == asked


@pytest.mark.parametrize(
    "text",
    ["我叫王小明", "3栋2单元归谁管", "我叫物业来修，一直没来，怎么办", "姓名变更怎么办，要钱吗"],
)
def test_what_is_asked_is_no_introduction(text: str) -> None:
    assert without_introduction(text) == text


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("没解决，冬天开不开？", "冬天开不开？"),
        ("还是没解决", ""),
        ("不满意，没说冬天开不开", "没说冬天开不开"),
    ],
)
def test_what_is_told_beside_the_no_is_kept(text: str, more: str) -> None:
    assert beside_unsolved(text) == more


def test_thanks_at_the_end_are_no_part_of_the_last_question() -> None:
    asked = questions_in("您好,居住证多少钱？停车月卡多少钱？ 谢谢")

    assert asked[-1].startswith("停车月卡多少钱")
    assert "谢" not in asked[-1]
