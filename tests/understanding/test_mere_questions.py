"""What only asks is heard as a question, and not as a report or a wish for others' data."""

from datetime import UTC, datetime

import pytest

from actions.understanding.asking_for import asks_for_people, asks_whom_to_complain_to
from actions.understanding.normalise import normalise
from actions.understanding.problems import enquires
from actions.understanding.request_type import only_asks
from tests.actions.stage import understander


@pytest.mark.parametrize("text", ["疫苗在哪打", "老年证去哪取", "水费在哪里交"])
def test_where_something_is_done_is_an_enquiry(text: str) -> None:
    assert enquires(text)


def test_where_something_is_broken_is_none() -> None:
    assert not enquires("也不知道哪里漏水,天花板湿了")


@pytest.mark.parametrize("text", ["不满意找谁投诉", "跟谁反映", "去哪投诉", "投诉电话是多少"])
def test_whom_to_complain_to_is_nobody_elses_secret(text: str) -> None:
    assert not asks_for_people(text)
    assert asks_whom_to_complain_to(normalise(text))


@pytest.mark.parametrize("text", ["告诉我是谁投诉的", "帮我查一下谁举报了我们楼"])
def test_who_complained_stays_secret(text: str) -> None:
    assert asks_for_people(text)
    assert not asks_whom_to_complain_to(normalise(text))


@pytest.mark.parametrize("text", ["今天股票涨了吗", "停车月卡多少钱", "疫苗在哪打"])
def test_what_only_asks_reports_nothing(text: str) -> None:
    assert only_asks(text)


@pytest.mark.parametrize(
    "text", ["楼道灯坏了几点来修", "停车费涨了好几倍", "楼上太吵了能不能管管"]
)
def test_what_is_wrong_is_not_only_asked(text: str) -> None:
    assert not only_asks(text)


def test_the_category_of_a_mere_question_offers_no_complaint() -> None:
    found = understander().understand("请问停车月卡多少钱", datetime.now(UTC))

    assert found.category is None or found.category.score < 0.5


@pytest.mark.parametrize(
    ("slip", "meant"), [("社保咔丢了", "社保卡丢了"), ("门禁咔嚓一声断了", "门禁咔嚓一声断了")]
)
def test_a_card_by_its_sound_is_a_card(slip: str, meant: str) -> None:
    assert normalise(slip) == meant
