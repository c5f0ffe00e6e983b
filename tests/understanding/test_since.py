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
