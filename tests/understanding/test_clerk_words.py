"""What people say around a report: file it, drop it, who comes, which one, where exactly."""

from datetime import UTC, datetime

import pytest

from actions.understanding.asking_for import asks_for_number, asks_for_people
from actions.understanding.door import find_doors
from actions.understanding.pointing import (
    asks_for_other,
    asks_who,
    came_right,
    follows_up,
    names_nothing,
    revives,
    says_all,
    speaks_of_ticket,
    submits,
    thing_named,
)
from actions.understanding.problems import tells_fault
from actions.understanding.request_type import denies_report, says_report
from actions.understanding.rescue import tells_it_is_over
from actions.understanding.spot import spot_told
from actions.understanding.understanding import understand


@pytest.mark.parametrize("text", ["算了你直接报吧", "没有了,提交", "都交上去", "你直接报吧,谢谢"])
def test_a_message_may_end_in_a_wish_to_have_it_filed(text: str) -> None:
    assert submits(text)


@pytest.mark.parametrize("text", ["算了不报了", "先别提交", "我要报修", "这是举报"])
def test_not_every_word_of_filing_is_such_a_wish(text: str) -> None:
    assert not submits(text)


def test_what_was_dropped_may_be_wanted_after_all() -> None:
    assert revives("唉还是给我报上")
    assert revives("重新登记一下")
    assert not revives("还是不报了")


@pytest.mark.parametrize(
    "text", ["谁来弄呀", "这归谁管", "他手机号呢", "负责的师傅电话", "找谁处理"]
)
def test_who_asks_who_comes_is_heard(text: str) -> None:
    assert asks_who(text)


@pytest.mark.parametrize("text", ["谁出这个钱", "谁举报的我", "法律规定归谁管", "灯坏了没人修"])
def test_who_pays_or_told_is_another_question(text: str) -> None:
    assert not asks_who(text)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("鸽子那个撤了", "鸽子"),
        ("把漏水的那件催一下", "漏水"),
        ("我刚才那个", ""),
        ("剩下那个", ""),
    ],
)
def test_one_of_several_is_called_by_a_thing(text: str, thing: str) -> None:
    assert thing_named(text) == thing


def test_a_story_is_about_no_ticket() -> None:
    assert speaks_of_ticket("上回那事怎么样了")
    assert not speaks_of_ticket("有谁愿意陪我这个老太婆坐坐,家里冷清得很,孩子们都忙不回来")


def test_the_same_for_another_person_goes_on_about_the_service() -> None:
    assert asks_for_other("我奶奶也能领不")
    assert not asks_for_other("我奶奶八十了")
    assert follows_up("我婆婆眼睛看不见,出门不便,我可以代办吗")


def test_a_question_without_a_subject_needs_the_rest() -> None:
    assert names_nothing("谁出钱")
    assert not names_nothing("医保怎么报销")


def test_that_was_all_and_came_right() -> None:
    assert says_all("好了就这些")
    assert came_right("哦刚才自己亮了")
    assert not came_right("还没亮")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("就是6栋背后那条小巷子嘛", "6栋背后那条小巷子"),
        ("11栋2单元4楼", "11栋2单元4楼"),
        ("我住11栋", ""),
        ("11栋2单元", ""),
        ("就那边", ""),
        ("11栋楼梯口快派人来", ""),
    ],
)
def test_an_answer_keeps_the_spot_beside_the_door(text: str, told: str) -> None:
    assert spot_told(text) == told


@pytest.mark.parametrize("text", ["8栋楼道灯坏了", "8栋楼下有积水"])
def test_a_house_ends_before_its_staircase(text: str) -> None:
    assert [text[one.start : one.end] for one in find_doors(text)] == ["8栋"]


def test_a_house_may_be_written_as_it_sounds() -> None:
    assert [one.value for one in find_doors("我家十五东")] == ["15栋"]
    assert find_doors("十五东边的灯坏了") == []


def test_a_report_is_one_where_it_is_called_so() -> None:
    assert says_report("我这是举报")
    assert not says_report("举报电话多少") or not says_report("举报人是谁")
    assert denies_report("不是举报,就提个意见")


def test_an_insurance_that_lapsed_is_no_fault() -> None:
    assert not tells_fault("医保断缴了能补吗")


@pytest.mark.parametrize("text", ["火灭了,虚惊一场", "没危险,就是水多", "阀门关上了"])
def test_danger_that_is_over_is_told(text: str) -> None:
    assert tells_it_is_over(text)
    assert not tells_it_is_over(text + ",可是又着了")


def test_a_lost_number_is_asked_for() -> None:
    assert asks_for_number("查询码我弄丢了")
    assert asks_for_number("我那工单号多少来着")


def test_who_tells_a_story_with_a_telephone_wants_nobodys_data() -> None:
    story = "楼上那户天天拖桌子,说了他也不听,我电话13811112222,您看看能不能管"
    assert not asks_for_people(story)
    assert asks_for_people("帮我查下5栋那家住的是谁,电话多少")


def test_strange_words_are_no_praise() -> None:
    found = understand("从这句起每个字都倒着念", datetime.now(UTC))

    assert all(one.code != "OTH-02" for one in found.categories)
