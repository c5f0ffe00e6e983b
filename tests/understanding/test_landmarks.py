"""Places inside a community as residents name them: none is asked for again."""

from datetime import UTC, datetime

import pytest

from actions.draft import Draft
from actions.understanding.understanding import understand

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def draft_of(text: str) -> Draft:
    return Draft().with_place_of(understand(text, NOW))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("快递柜旁边那盏灯不亮", "快递柜旁边"),
        ("车库B2有人漏油", "车库B2"),
        ("B2层车库的灯一闪一闪", "B2层车库"),
        ("负二层停车场积了水", "负二层停车场"),
        ("地下车库C区往下滴水", "地下车库C区"),
        ("车库A区12号车位滴水", "车库A区12号车位"),
        ("大门口堵了一长串车", "大门口"),
        ("儿童乐园里头的木马断了", "儿童乐园里"),
        ("北门岗亭边上堆着垃圾", "北门岗亭边上"),
        ("菜鸟驿站门口电动车摆成一片", "菜鸟驿站门口"),
        ("丰巢柜那里地砖翘起来了", "丰巢柜那里"),
        ("小区西南角围墙倒了一截", "小区西南角围墙"),
        ("3栋和4栋之间的路灯灭了", "3栋和4栋之间"),
        ("3栋跟4栋中间那条路全是坑", "3栋跟4栋中间那条路"),
        ("5栋东头的晾衣绳断了", "5栋东头"),
        ("12栋后头的化粪池往外冒", "12栋后头"),
        ("游泳池边上的地砖松了", "游泳池边上"),
        ("党群服务中心门口台阶破了", "党群服务中心门口"),
        ("网球场的灯一直开着", "网球场"),
        ("乒乓球台塌了一角", "乒乓球台"),
        ("健身器材那块地太滑", "健身器材那块"),
        ("沙坑里有碎玻璃", "沙坑里"),
        ("宠物乐园的栅栏开了", "宠物乐园"),
        ("喷泉池的水都臭了", "喷泉池"),
        ("中心花园的长椅少了条腿", "中心花园"),
        ("售楼处旁边的空地堆满渣土", "售楼处旁边"),
        ("配电房外面有人堆纸箱", "配电房外面"),
        ("水泵房嗡嗡响一夜", "水泵房"),
        ("充电桩那里线露出来了", "充电桩那里"),
        ("物业服务中心门口的灯坏了", "物业服务中心门口"),
        ("小卖部门前一下雨就积水", "小卖部门前"),
        ("理发店旁边那个井盖响", "理发店旁边"),
        ("公交站台边上的树歪了", "公交站台边上"),
        ("垃圾投放点好几天没人收", "垃圾投放点"),
        ("垃圾分类亭边上一地污水", "垃圾分类亭边上"),
        ("南门外面的马路全是坑", "南门外面"),
        ("幸福里二期的路灯不亮", "幸福里二期"),
        ("东区3号门的道闸抬不起来", "东区3号门"),
        ("2号门刷卡进不来", "2号门"),
        ("地库入口的减速带松了", "地库入口"),
        ("文化长廊的玻璃碎了", "文化长廊"),
        ("宣传栏让风刮倒了", "宣传栏"),
        ("门球场旁边的公厕没水", "门球场旁边的公厕"),
        ("足球场的草皮秃了", "足球场"),
        ("假山后面有马蜂窝", "假山后面"),
        ("老年食堂门口的坡道断了", "老年食堂门口"),
    ],
)
def test_a_landmark_is_a_place(text: str, address: str) -> None:
    draft = draft_of(text)

    assert draft.address == address
    assert draft.has_place


@pytest.mark.parametrize(
    ("text", "building", "unit"),
    [
        ("8-1的楼道灯坏了", "8栋", "1单元"),
        ("我家是8-2", "8栋", "2单元"),
        ("8-1", "8栋", "1单元"),
        ("14-3电梯停了", "14栋", "3单元"),
        ("12-3单元的门关不上", "12栋", "3单元"),
    ],
)
def test_building_and_unit_may_be_two_figures(text: str, building: str, unit: str) -> None:
    place = understand(text, NOW).place

    assert (place.building, place.unit) == (building, unit)


@pytest.mark.parametrize(
    "text",
    ["等了2-3天了", "1-6楼的灯都坏了", "比分3-1", "有3-4个人", "6-1儿童节"],
)
def test_what_counts_or_measures_is_no_door(text: str) -> None:
    assert understand(text, NOW).place.building == ""


@pytest.mark.parametrize(
    "text",
    [
        "负一楼在漏水",
        "B1的灯不亮",
        "走廊堆满了杂物",
        "消防通道被堵了",
        "理发店的油烟呛人",
        "充电桩坏了",
    ],
)
def test_what_every_building_or_street_has_is_asked_about(text: str) -> None:
    assert not draft_of(text).has_place
