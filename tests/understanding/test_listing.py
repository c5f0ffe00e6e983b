"""Doors that are named side by side: the same matter at each."""

import pytest

from actions.understanding.listing import listed_doors
from actions.understanding.normalise import normalise


@pytest.mark.parametrize(
    ("text", "doors"),
    [
        ("5栋和6栋都坏了", [("5栋", ""), ("6栋", "")]),
        ("3栋、4栋、9栋的垃圾没人收", [("3栋", ""), ("4栋", ""), ("9栋", "")]),
        ("5、6栋都停水了", [("5栋", ""), ("6栋", "")]),
        ("七和八号楼的灯不亮", [("7栋", ""), ("8栋", "")]),
        ("3栋1单元和2单元的门禁都刷不开", [("3栋", "1单元"), ("3栋", "2单元")]),
        ("3栋2单元跟5栋1单元都漏水", [("3栋", "2单元"), ("5栋", "1单元")]),
        ("十二栋还有十三栋", [("12栋", ""), ("13栋", "")]),
    ],
)
def test_each_of_several_doors_is_heard(text: str, doors: list[tuple[str, str]]) -> None:
    assert list(listed_doors(normalise(text))) == doors


@pytest.mark.parametrize(
    "text",
    [
        "3栋2单元楼道灯坏了",
        "3栋和4栋之间的路灯不亮",
        "3栋跟4栋中间那条路坏了",
        "不是3栋,是5栋",
        "1、9栋电梯老停 2、楼下垃圾没人收",
        "3栋灯坏了,5栋电梯也坏了",
        "1、9栋电梯老停半道",
        "把3栋改成5栋",
        "3栋和3栋",
        "1栋、2栋、3栋、4栋、5栋都没水",
        "没有说在哪",
    ],
)
def test_one_place_is_not_taken_for_several(text: str) -> None:
    assert listed_doors(normalise(text)) == ()
