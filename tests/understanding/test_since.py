"""Times in words become approximate dates."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding.normalise import normalise
from actions.understanding.since import find_since

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)  # a Saturday, noon in Shanghai


@pytest.mark.parametrize(
    ("text", "phrase", "on"),
    [
        ("楼道灯坏三天了没人修", "三天了", date(2026, 11, 18)),
        ("从上周五开始就没热水", "从上周五开始", date(2026, 11, 13)),
        ("昨晚开始的", "昨晚开始", date(2026, 11, 20)),
        ("漏了一个多月了", "一个多月了", date(2026, 10, 13)),
        ("半个月了吧", "半个月了", date(2026, 11, 6)),
        ("两个半月", "两个半月", date(2026, 9, 7)),
        ("好几天了", "好几天了", date(2026, 11, 17)),
        ("前天夜里开始响", "前天夜里开始", date(2026, 11, 19)),
        ("今天早上停的水", "今天早上", date(2026, 11, 21)),
        ("上个月底就坏了", "上个月底", date(2026, 10, 28)),
        ("11月15号停的", "11月15号", date(2026, 11, 15)),
        ("2026年10月3日开始停水", "2026年10月3日开始", date(2026, 10, 3)),
        ("去年冬天就不热", "去年冬天", date(2025, 12, 1)),
        ("国庆节前就坏了", "国庆节前", date(2026, 10, 1)),
        ("这周一下午", "这周一下午", date(2026, 11, 16)),
    ],
)
def test_a_time_is_kept_in_words_and_dated(text: str, phrase: str, on: date) -> None:
    since = find_since(normalise(text), NOW)

    assert since is not None
    assert (since.phrase, since.on) == (phrase, on)


def test_a_habit_has_no_date() -> None:
    since = find_since(normalise("每天晚上都吵"), NOW)

    assert since is not None
    assert (since.phrase, since.on) == ("每天晚上", None)


@pytest.mark.parametrize("text", ["三天内给我修好", "3-2-501", "住了20年了", "你好", "第三天"])
def test_other_numbers_are_no_time(text: str) -> None:
    assert find_since(normalise(text), NOW) is None


@given(st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    find_since(normalise(text), NOW)


@given(st.integers(1, 60), st.sampled_from(["天了", "天", "天多了"]))
def test_days_are_counted_back(days: int, unit: str) -> None:
    since = find_since(f"灯坏了{days}{unit}", NOW)

    assert since is not None
    assert since.on is not None
    assert (date(2026, 11, 21) - since.on).days in {days, days + 1}


@pytest.mark.parametrize(
    "text", ["刚才那个帮我交了", "刚才说的灯坏了", "刚提交的撤回", "刚才填错了"]
)
def test_what_was_just_said_is_no_time(text: str) -> None:
    assert find_since(text, NOW) is None


@pytest.mark.parametrize("text", ["刚才发现漏水", "灯刚坏", "刚刚楼上掉东西了"])
def test_what_just_happened_is(text: str) -> None:
    assert find_since(text, NOW) is not None


def test_every_other_day_is_how_often_not_since_when() -> None:
    since = find_since("电梯三天两头坏", NOW)

    assert since is not None
    assert (since.phrase, since.on) == ("三天两头", None)


@pytest.mark.parametrize(
    ("text", "phrase", "on"),
    [
        ("25年10月开始漏", "25年10月开始", date(2025, 10, 1)),
        ("25年就坏了", "25年", date(2025, 6, 1)),
        ("孩子才三个月,受不了,楼上装修一周了", "一周了", date(2026, 11, 14)),
        ("我2019年入住,上周开始漏水", "上周开始", date(2026, 11, 9)),
        ("上周周五坏的", "上周周五", date(2026, 11, 13)),
        ("上月月底停的", "上月月底", date(2026, 10, 28)),
        ("停电两个小时了", "两个小时了", date(2026, 11, 21)),
        ("水流了半个钟头了", "半个钟头了", date(2026, 11, 21)),
        ("停水二十分钟了", "二十分钟了", date(2026, 11, 21)),
        ("停了两个小时", "两个小时", date(2026, 11, 21)),
        ("好几个小时没人管", "好几个小时", date(2026, 11, 21)),
        ("垃圾扔在门口半个多月", "半个多月", date(2026, 11, 6)),
        ("周五开始的", "周五开始", date(2026, 11, 20)),
        ("从周一起就没热水", "从周一起", date(2026, 11, 16)),
        ("周日晚上开始停电", "周日晚上开始", date(2026, 11, 15)),
        ("从5号开始停水", "从5号开始", date(2026, 11, 5)),
        ("28号开始就没人收垃圾", "28号开始", date(2026, 10, 28)),
        ("俩月了", "俩月了", date(2026, 9, 22)),
        ("坏了俩礼拜了", "俩礼拜了", date(2026, 11, 7)),
        ("早上就开始了", "早上就开始", date(2026, 11, 21)),
        ("停水两三天了", "两三天了", date(2026, 11, 19)),
        ("坏了十二三天了", "十二三天了", date(2026, 11, 9)),
        ("漏了二十五天了", "二十五天了", date(2026, 10, 27)),
        ("今天上门修了又坏", "今天", date(2026, 11, 21)),
        ("上周搬来的租客半夜吵", "上周", date(2026, 11, 9)),
        ("今天上午来修过又坏了", "今天上午", date(2026, 11, 21)),
    ],
)
def test_the_time_that_something_began_is_told_from_others(
    text: str, phrase: str, on: date
) -> None:
    since = find_since(normalise(text), NOW)

    assert since is not None
    assert (since.phrase, since.on) == (phrase, on)


@pytest.mark.parametrize(
    "text",
    [
        "周一到周五装修",
        "周一到周五都在装修",
        "每周六周日施工",
        "星期一到星期三",
        "一到六楼都没水",
        "我这周六在家",
        "今天下午在家,来修吧",
        "今天能来吗",
        "这周有空",
        "我2019年入住的",
        "怀孕三个月了",
        "孩子才三个月",
        "楼上24小时开着灯",
        "两个小时内修好",
        "每两个小时响",
        "等电梯等了二十分钟",
        "养老金几月份涨",
        "提前两个小时通知",
        "下周五开始放假",
        "每周五开始吵",
        "3号楼开始停水",
        "5号就是我家",
        "到早上才停",
        "周五开会吗",
        "20年的老房子",
    ],
)
def test_other_times_are_no_beginning(text: str) -> None:
    since = find_since(normalise(text), NOW)

    assert since is None or since.on is None
    assert since is None or since.phrase not in {"一到", "周六"}


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("一到晚上就吵", "一到晚上"),
        ("门前天天堵", "天天"),
        ("每天吵到凌晨", "每天吵到凌晨"),
    ],
)
def test_a_habit_is_no_beginning(text: str, phrase: str) -> None:
    since = find_since(normalise(text), NOW)

    assert since is not None
    assert (since.phrase, since.on) == (phrase, None)
