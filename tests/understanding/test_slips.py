"""Slips of the pen are put right where they are slips, and left where they are words."""

import re

import pytest

from actions.understanding.asking_for import asks_when_open
from actions.understanding.lexicon import load_lexicon
from actions.understanding.normalise import normalise


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("晚晚都好嘈", "每晚都好吵"),
        ("点办理低保", "咋办理低保"),
        ("我想问点办", "我想问咋办"),
        ("呢个点解唔得", "呢个为啥不得"),
        ("点算好", "咋办好"),
        ("点办理低保,点搞", "咋办理低保,咋办"),
        ("楼到灯坏了", "楼道灯坏了"),
        ("楼到里堆满了", "楼道里堆满了"),
        ("下水道赌了三天", "下水道堵了三天"),
        ("厕所又赌了", "厕所又堵了"),
        ("灯都怀了", "灯都坏了"),
        ("楼道登坏了", "楼道灯坏了"),
        ("路登不亮", "路灯不亮"),
        ("查一下工但", "查一下工单"),
        ("五楼着货了", "五楼着火了"),
    ],
)
def test_a_slip_is_put_right(text: str, means: str) -> None:
    assert normalise(text) == means


@pytest.mark.parametrize(
    "text",
    [
        "昨晚晚上10点",
        "社区几点办公",
        "一点办法没有",
        "八点办理",
        "就近网点申请",
        "早点办完",
        "有点搞不懂",
        "三点解决",
        "快点解释",
        "从3号楼到5号楼",
        "整栋楼到处漏水",
        "一楼到里面那户",
        "他们赌了一晚上的钱",
        "我儿子赌了三年",
        "她们都怀孕了",
        "去街道登记",
        "走知道登录的路",
        "一路登山",
        "晚上施工但没人管",
        "员工但是不来",
        "看着货被搬走",
        "楼道堆着货",
    ],
)
def test_a_word_that_looks_like_a_slip_is_left(text: str) -> None:
    assert normalise(text) == text


def test_who_asks_for_office_hours_is_understood() -> None:
    assert asks_when_open(normalise("社区几点办公"))


def test_every_slip_is_an_expression_of_one_length() -> None:
    slips: dict[str, str] = load_lexicon()["slips"]

    for slip, meant in slips.items():
        bare = re.sub(r"\[[^]]*\]", "x", re.sub(r"\(\?<?[=!][^)]*\)", "", slip))
        assert all(len(one) == len(meant) for one in bare.split("|")), slip
