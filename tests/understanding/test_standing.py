"""Doors that are taken back, excepted or only lived at; and those that stand."""

import pytest

from actions.understanding.listing import listed_doors
from actions.understanding.normalise import normalise
from actions.understanding.place import find_places

Door = tuple[str, str, str]


def door_of(text: str) -> Door:
    place, _ = find_places(normalise(text))
    return place.building, place.unit, place.room


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("不是5栋2单元是6栋3单元", ("6栋", "3单元", "")),
        ("不是3栋501，是3栋502", ("3栋", "", "502")),
        ("不是3栋501室,是502室", ("3栋", "", "502")),
        ("不是3栋2单元,是3单元", ("3栋", "3单元", "")),
        ("不是3栋501,是5栋", ("5栋", "", "")),
        ("不是5栋、6栋,是7栋", ("7栋", "", "")),
        ("5栋，哦不对，6栋", ("6栋", "", "")),
        ("五栋哦不六栋", ("6栋", "", "")),
        ("5栋 不 6栋", ("6栋", "", "")),
        ("5栋，不是，6栋", ("6栋", "", "")),
        ("5栋1单元，不对，2单元", ("5栋", "2单元", "")),
        ("5栋 打错了 是6栋", ("6栋", "", "")),
        ("5栋，我刚说错了，6栋", ("6栋", "", "")),
        ("把3栋2单元改成5栋1单元", ("5栋", "1单元", "")),
        ("5栋没停水，就6栋停水", ("6栋", "", "")),
        ("5栋正常，6栋没水", ("6栋", "", "")),
        ("5栋的水正常,6栋没水", ("6栋", "", "")),
        ("3栋没着火，是5栋着火了", ("5栋", "", "")),
        ("5栋的灯修好了,6栋的还黑着", ("6栋", "", "")),
        ("6栋停水,5栋没事", ("6栋", "", "")),
        ("师傅去了5栋，应该去6栋", ("6栋", "", "")),
    ],
)
def test_the_door_that_is_not_taken_back_stands(text: str, door: Door) -> None:
    assert door_of(text) == door


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("5栋，不是6栋", ("5栋", "", "")),
        ("是5栋不是6栋", ("5栋", "", "")),
        ("不是5栋", ("5栋", "", "")),
        ("是不是5栋停水了,6栋也没水", ("5栋", "", "")),
        ("5栋电梯不正常,6栋也一样", ("5栋", "", "")),
        ("5栋还没修好,6栋的又坏了", ("5栋", "", "")),
        ("5栋修好了又坏了,6栋也坏了", ("5栋", "", "")),
        ("5栋没停车位,6栋门口停满了", ("5栋", "", "")),
        ("5栋不对外开放,6栋也不开", ("5栋", "", "")),
        ("5栋门禁刷不开,6栋的人也说刷不开", ("5栋", "", "")),
        ("5栋没人管,6栋也没人管", ("5栋", "", "")),
        ("都来电了,就差5栋", ("5栋", "", "")),
        ("3栋电梯坏了,应该是5栋的人弄的", ("3栋", "", "")),
    ],
)
def test_a_door_that_nobody_takes_back_stays(text: str, door: Door) -> None:
    assert door_of(text) == door


@pytest.mark.parametrize(
    ("text", "building"),
    [
        ("除了5栋都停水", ""),
        ("除了5栋和6栋都停水", ""),
        ("除5栋以外都没电", ""),
        ("5栋以外都停了", ""),
        ("除了5栋,6栋也停水", "5栋"),
        ("请清除5栋门口的垃圾", "5栋"),
        ("除了5栋都停水,7栋最惨", "7栋"),
    ],
)
def test_an_exception_is_never_the_place(text: str, building: str) -> None:
    assert door_of(text)[0] == building


@pytest.mark.parametrize(
    ("text", "building"),
    [
        ("我在5栋，对面6栋着火了", "6栋"),
        ("我在5栋看到6栋着火", "6栋"),
        ("从5栋楼上望过去6栋冒烟", "6栋"),
        ("我住8栋，楼上12栋看着像冒烟", "12栋"),
        ("我住5栋，6栋门口垃圾没人收", "6栋"),
        ("我家6栋，5栋楼顶太阳能掉下来了", "5栋"),
        ("我住3栋2单元，4栋装修吵", "4栋"),
        ("我是5栋的业主,投诉6栋半夜装修", "6栋"),
        ("我住5栋,想反映一个事,6栋装修太吵", "6栋"),
    ],
)
def test_where_one_lives_gives_way_to_where_it_happens(text: str, building: str) -> None:
    place, _ = find_places(normalise(text))

    assert (place.building, place.unit) == (building, "")
    assert listed_doors(normalise(text)) == ()


@pytest.mark.parametrize(
    ("text", "building"),
    [
        ("我住5栋", "5栋"),
        ("我住5栋,电梯坏了,6栋的人也来看过", "5栋"),
        ("我住5栋,6栋也停水", "5栋"),
        ("我家在5栋,6栋旁边", "5栋"),
        ("我家3栋,不是5栋", "3栋"),
        ("我在5栋门口被6栋的狗咬了", "5栋"),
        ("从5栋到6栋的路灯不亮", "5栋"),
        ("我住3栋501,楼上601漏水", "3栋"),
    ],
)
def test_where_one_lives_is_the_place_of_what_is_told_of_it(text: str, building: str) -> None:
    assert door_of(text)[0] == building


@pytest.mark.parametrize(
    ("text", "doors"),
    [
        ("5栋,6栋都停水", [("5栋", ""), ("6栋", "")]),
        ("5栋,6栋停水了", [("5栋", ""), ("6栋", "")]),
        ("我住5栋,6栋也停水", [("5栋", ""), ("6栋", "")]),
        ("不是5栋,是6栋和7栋", [("6栋", ""), ("7栋", "")]),
    ],
)
def test_doors_that_stand_are_listed(text: str, doors: list[tuple[str, str]]) -> None:
    assert list(listed_doors(normalise(text))) == doors
