"""Whether a message only says that help was called."""

import pytest

from actions.understanding.rescue import tells_of_rescue


@pytest.mark.parametrize(
    "words",
    [
        "已经打了119了",
        "119打过了",
        "我刚打了120",
        "打了",
        "已经报警了",
        "救护车在路上了",
        "消防员说五分钟就到",
        "给燃气公司打了电话,打通了燃气公司",
        "都叫了救护车了",
        "110说马上来",
    ],
)
def test_a_call_that_was_made_is_heard(words: str) -> None:
    assert tells_of_rescue(words)


@pytest.mark.parametrize(
    "words",
    [
        "着火了",
        "119打不通怎么办",
        "打了120没人接",
        "打了119了火越来越大",
        "要不要打119",
        "打120还是自己送医院",
        "已经打了110,他又拿刀追过来了",
        "我家灯坏了",
        "谢谢,消防员来了没事了",
        "上个月打了12345没用",
    ],
)
def test_danger_and_questions_are_not_taken_for_it(words: str) -> None:
    assert not tells_of_rescue(words)
