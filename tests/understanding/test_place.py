"""Doors, roads and communities, however they are written."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.tickets.ticket import Place
from actions.understanding.normalise import normalise
from actions.understanding.place import find_places

DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """Write 1–99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def spoken(number: int) -> str:
    """Write a number digit by digit (五零一)."""
    return "".join(DIGITS[int(digit)] for digit in str(number))


def full_width(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))


numbers = st.sampled_from([str, chinese, full_width])
doors = st.tuples(st.integers(1, 40), st.integers(1, 6), st.integers(1, 32), st.integers(1, 8))
building_words = st.sampled_from(["栋", "号楼", "幢", "號樓", "#", "#楼", "栋楼"])
links = st.sampled_from(["", " ", ",", ",", "-"])
leads = st.sampled_from(["", "我家住", "幸福里", "幸福里小区", "你好,我在", "麻烦看看", "地址:"])
tails = st.sampled_from(
    ["", "楼道灯坏了", "漏水", " 电梯坏了三天了", "没人管", ",电话13800138000"]
)
frames = st.tuples(leads, tails, st.booleans())


@pytest.fixture(scope="module", autouse=True)
def names_are_read() -> None:
    """Read the lists of names before hypothesis times anything."""
    place_of("仓山区龙津河")


def place_of(text: str) -> Place:
    return find_places(normalise(text), ("幸福里",))[0]


@given(doors, numbers, building_words, links, frames)
def test_a_door_is_found_however_it_is_written(
    door: tuple[int, int, int, int],
    number: Callable[[int], str],
    word: str,
    link: str,
    frame: tuple[str, str, bool],
) -> None:
    building, unit, floor, flat = door
    lead, tail, is_spoken = frame
    room = floor * 100 + flat
    digits = spoken(room) if is_spoken else str(room)

    place = place_of(
        f"{lead}{number(building)}{word}{link}{number(unit)}单元{link}{digits}室{tail}"
    )

    assert (place.building, place.unit, place.room) == (f"{building}栋", f"{unit}单元", str(room))


@given(doors, leads, tails, st.sampled_from(["-", "—", "–", "杠", "-"]))
def test_a_compact_door_is_found(
    door: tuple[int, int, int, int], lead: str, tail: str, dash: str
) -> None:
    building, unit, floor, flat = door
    room = floor * 100 + flat

    place = place_of(f"{lead}{building}{dash}{unit}{dash}{room}{tail}")

    assert (place.building, place.unit, place.room) == (f"{building}栋", f"{unit}单元", str(room))


@given(doors, st.sampled_from(["3#{u}-{r}", "3栋{u}-{r}", "3号楼{u}单元{r}", "3栋{u}门{r}"]))
def test_a_door_may_mix_the_styles(door: tuple[int, int, int, int], style: str) -> None:
    _, unit, floor, flat = door
    room = floor * 100 + flat

    place = place_of(style.format(u=unit, r=room))

    assert (place.building, place.unit, place.room) == ("3栋", f"{unit}单元", str(room))


@pytest.mark.parametrize(
    ("text", "building", "unit", "room"),
    [
        ("3栋", "3栋", "", ""),
        ("嗯3栋", "3栋", "", ""),
        ("二十一号楼", "21栋", "", ""),
        ("二单元", "", "2单元", ""),
        ("三号楼二单元", "3栋", "2单元", ""),
        ("501", "", "", "501"),
        ("我家501", "", "", "501"),
        ("A座1502", "A栋", "", "1502"),
        ("12楼1单元", "12栋", "1单元", ""),
        ("3栋501", "3栋", "", "501"),
        ("3-501", "3栋", "", "501"),
        ("8栋3门502", "8栋", "3单元", "502"),
        ("6幢3单元2楼东户", "6栋", "3单元", "2楼东户"),
        ("十五楼漏水", "", "", ""),
        ("第三次反映了", "", "", ""),
        ("打12345没用", "", "", ""),
        ("交了3000块物业费", "", "", ""),
        ("2026-11-21停水", "", "", ""),
        ("11月15号停水", "", "", ""),
        ("不是3栋,是5栋", "5栋", "", ""),
        ("把3栋改成5栋", "5栋", "", ""),
        ("3栋写错了,是5栋", "5栋", "", ""),
    ],
)
def test_doors_people_really_write(text: str, building: str, unit: str, room: str) -> None:
    place = place_of(text)

    assert (place.building, place.unit, place.room) == (building, unit, room)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("人民路128号门口路灯不亮", "人民路128号门口"),
        ("建设路与人民路交叉口红绿灯坏了", "建设路与人民路交叉口"),
        ("我们小区北门外面摆摊", "小区北门外面"),
        ("地下车库灯全灭了", "地下车库"),
        ("粪水流到路上了", ""),
        ("楼下跳广场舞", ""),
    ],
)
def test_roads_and_landmarks_are_an_address(text: str, address: str) -> None:
    assert place_of(text).address == address


def test_a_community_is_named_without_the_words_before_it() -> None:
    assert place_of("我家住在阳光花园6幢").community == "阳光花园"
    assert place_of("幸福里3栋楼道灯坏了").community == "幸福里"


def test_a_street_office_is_no_road() -> None:
    place = place_of("我想反映和平街道中山路12号院垃圾没人收")

    assert place.street == "和平街道"
    assert place.address == "和平街道中山路12号院"


dashes = st.sampled_from(["-", "—", "-", "杠", "横", "横杠", "之", "、", "/", " - "])


@given(doors, numbers, dashes, st.booleans(), frames)
def test_a_door_is_found_however_its_numbers_are_joined(
    door: tuple[int, int, int, int],
    number: Callable[[int], str],
    dash: str,
    is_spoken: bool,
    frame: tuple[str, str, bool],
) -> None:
    building, unit, floor, flat = door
    room = floor * 100 + flat
    lead = "" if frame[0].endswith("看看") else frame[0]
    said = spoken(room) if is_spoken else str(room)

    place = place_of(f"{lead}{number(building)}{dash}{number(unit)}{dash}{said}")

    assert (place.building, place.unit, place.room) == (f"{building}栋", f"{unit}单元", str(room))


@given(doors, numbers, st.sampled_from(["杠", "横杠", "之"]))
def test_a_building_and_a_room_may_be_joined_by_a_word(
    door: tuple[int, int, int, int], number: Callable[[int], str], dash: str
) -> None:
    building, _, floor, flat = door
    room = floor * 100 + flat

    place = place_of(f"{number(building)}{dash}{room}")

    assert (place.building, place.room) == (f"{building}栋", str(room))


@given(
    st.sampled_from(["號樓", "棟", "幢"]), st.sampled_from(["單元", "单元"]), st.integers(1, 40)
)
def test_traditional_characters_say_the_same(house: str, unit: str, number: int) -> None:
    place = place_of(f"{chinese(number)}{house}二{unit}漏水")

    assert (place.building, place.unit) == (f"{number}栋", "2单元")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("三号楼东边路灯坏了", "三号楼东边"),
        ("9栋旁边的绿化带堆了垃圾", "9栋旁边的绿化带"),
        ("仓山区清水河有臭味", "仓山区清水河"),
        ("清水河改造工地半夜施工,我住在南山花园", "清水河 南山花园"),
        ("春江花园旁边的清水河工地太吵", "春江花园旁边的清水河"),
        ("投诉清水河污染,清水河又黑又臭", "清水河"),
        ("打石港内河的河道又臭了", "打石港"),
        ("明月村到清水大桥的路坏了", "明月村"),
        ("污水排到内河里", "内河"),
        ("投诉路灯不亮", ""),
        ("有人掉进河里了", ""),
        ("我们这条河臭了", ""),
        ("港口贸易公司欠薪", ""),
        ("河北省来的亲戚", ""),
        ("仓山区", ""),
    ],
)
def test_waters_villages_and_bridges_are_an_address(text: str, address: str) -> None:
    assert place_of(text).address == address


def test_a_whole_address_is_taken_as_one() -> None:
    place = place_of("我住在成都市武侯区望江路街道青松路18号春晓花园南区2期3栋501,楼下垃圾没人收")

    assert place.address == "成都市武侯区望江路街道青松路18号春晓花园南区2期3栋501"
    assert (place.street, place.community) == ("望江路街道", "春晓花园")
    assert (place.building, place.room) == ("3栋", "501")


@pytest.mark.parametrize(
    "text",
    [
        "你们社区到底有没有人管",
        "咱们小区路灯坏了",
        "您们社区电话多少",
        "我想预约社区的人上门",
        "联系社区来看看",
        "感谢社区",
    ],
)
def test_your_community_is_no_place(text: str) -> None:
    place, _ = find_places(normalise(text))

    assert (place.community, place.address) == ("", "")
