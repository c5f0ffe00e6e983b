"""Numbers that stand beside a door and are no part of it."""

import pytest

from actions.understanding.door import find_doors
from actions.understanding.normalise import normalise


def doors_of(text: str) -> list[str]:
    return [part.value for part in find_doors(normalise(text))]


@pytest.mark.parametrize(
    ("text", "doors"),
    [
        ("3栋2单元，120快来", ["3栋", "2单元"]),
        ("5栋，119怎么还没到", ["5栋"]),
        ("5栋110都不管", ["5栋"]),
        ("3栋,120救人啊", ["3栋"]),
        ("3栋2单元100平的房子漏水", ["3栋", "2单元"]),
        ("3栋2单元2000瓦的灯", ["3栋", "2单元"]),
        ("3栋2单元 220伏的线掉下来了", ["3栋", "2单元"]),
        ("3栋2单元三百六十五天没水", ["3栋", "2单元"]),
        ("3栋二百五十多户停水", ["3栋"]),
        ("5栋302路公交站", ["5栋"]),
        ("下午2-5有人在家", []),
        ("今天2-5有人在家", []),
        ("上午8-9，我在", []),
        ("晚上8-9,我在", []),
        ("每周1-5,早上8点装修", []),
        ("3单元12-3漏水", ["3单元"]),
    ],
)
def test_a_number_that_counts_calls_or_tells_the_time_is_no_room(
    text: str, doors: list[str]
) -> None:
    assert doors_of(text) == doors


@pytest.mark.parametrize(
    ("text", "doors"),
    [
        ("3栋2单元120漏水", ["3栋", "2单元", "120"]),
        ("5栋119没水", ["5栋", "119"]),
        ("5栋110水管爆了", ["5栋", "110"]),
        ("5栋120没人来修", ["5栋", "120"]),
        ("3栋501平台漏水", ["3栋", "501"]),
        ("3栋501次卧漏水", ["3栋", "501"]),
        ("3栋501瓦片掉了", ["3栋", "501"]),
        ("3栋501天天吵", ["3栋", "501"]),
        ("3栋2单元三百零一漏水", ["3栋", "2单元", "301"]),
        ("3栋一千二百零三室", ["3栋", "1203"]),
        ("8-1漏水", ["8栋", "1单元"]),
        ("楼上8-1漏水", ["8栋", "1单元"]),
        ("8-1有人高空抛物", ["8栋", "1单元"]),
    ],
)
def test_a_room_of_such_a_number_is_still_one(text: str, doors: list[str]) -> None:
    assert doors_of(text) == doors
