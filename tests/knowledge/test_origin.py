"""Where somebody comes from is not the place that is asked about."""

import pytest

from knowledge.desk import LiveAnswerer
from knowledge.origin import without_origin
from knowledge.question import view
from knowledge.wording import wording


@pytest.mark.parametrize(
    "said",
    [
        "俺刚从河南来,租的房子,租房子要不要登记",
        "我老家四川的,居住证咋办",
        "老家是安徽阜阳的,看病能报销吗",
        "从上海搬来,户口怎么迁",
        "我是河南周口人,孩子上学咋办",
        "我妈是湖南的,社保卡怎么办",
        "在广东打工过来,社保怎么转",
        "江西过来的,租房要登记吗",
        "户口在河南,孩子在这上学要啥",
    ],
)
def test_an_origin_is_no_place_asked_about(said: str) -> None:
    question = view(said, lambda term: 1.0)
    asked = wording(said, lambda term: 1.0, lambda text: ())

    assert (question.places, asked.places) == ((), ())


@pytest.mark.parametrize(
    "said",
    [
        "河南的居住证怎么办",
        "在上海怎么办居住证",
        "我想问北京的公积金怎么提",
        "上海户口怎么办",
        "北京人社局电话多少",
        "我想在上海打工,居住证怎么办",
        "我上海的房子怎么过户",
        "北京来的专家什么时候坐诊",
    ],
)
def test_a_place_asked_about_stays(said: str) -> None:
    assert without_origin(said) == said


def test_what_is_said_of_oneself_does_not_hide_the_place_asked_about() -> None:
    question = view("我是河南人,在上海怎么办居住证", lambda term: 1.0)

    assert question.places == ("上海",)


def test_who_comes_from_elsewhere_is_answered(answerer: LiveAnswerer) -> None:
    found = answerer.answer("我老家四川的,居住证咋办", is_enquiry=True)

    assert found.item == "residence-permit"
