"""Visits and mediations: what, for whom, when, with whom, as people write it."""

import pytest

from actions.understanding.normalise import normalise
from actions.understanding.wishes import (
    asks_about_wish,
    find_appointment,
    find_other_party,
    find_person,
    find_service,
    wish_of,
)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("周三上午在家", "周三上午"),
        ("下周二早上8点到10点都行", "下周二早上8点到10点"),
        ("工作日下午三点以后", "工作日下午三点以后"),
        ("我随时都可以", "随时都可以"),
        ("12月3号上午吧", "12月3号上午"),
        ("明天下午两点半", "明天下午两点半"),
        ("周末", "周末"),
        ("明早九点", "明早九点"),
        ("明晚七点以后", "明晚七点以后"),
        ("今晚有空", "今晚"),
        ("说明晚上停水", "晚上"),
        ("10:30", "10:30"),
        ("明天下午3:30", "明天下午3:30"),
        ("下午2-5点", "下午2-5点"),
        ("周六上午9点-11点", "周六上午9点-11点"),
        ("下午两点到五点", "下午两点到五点"),
        ("周一至周五9:00至17:00", "周一至周五9:00至17:00"),
        ("周一到周五下午都在", "周一到周五下午"),
        ("除了周三都行", "除了周三都行"),
        ("除周三、周四外其他时间都可以", "除周三、周四外其他时间都可以"),
        ("9号楼2单元", ""),
        ("3-2-501", ""),
        ("我电话13800001111", ""),
    ],
)
def test_when_it_suits_is_kept_as_it_was_said(text: str, when: str) -> None:
    assert find_appointment(normalise(text)) == when


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("别中午来", ""),
        ("不要早上来,我睡觉", ""),
        ("早上不要来", ""),
        ("中午别来,下午三点行", "下午三点"),
        ("周三周四都没空,周五可以", "周五"),
        ("周六、周日不行", ""),
        ("别周三周四来", ""),
        ("周三不用来了,周四来", "周四"),
        ("周一到周五上班,周末可以", "周末"),
        ("要不要周三来", "周三"),
        ("能不能早上来", "早上"),
        ("早上别太早,九点", "早上、九点"),
        ("除了周三", ""),
        ("周三上班前", "周三"),
    ],
)
def test_a_time_that_is_refused_does_not_suit(text: str, when: str) -> None:
    assert find_appointment(normalise(text)) == when


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("不要理发,要洗澡", "洗澡"),
        ("不用做饭和打扫,就理发", "理发"),
        ("要不要先理发", "理发"),
        ("不是要送餐,是要陪诊", "陪诊"),
        ("理发、洗澡", "理发、洗澡"),
        ("做饭不方便,要送餐", "做饭、送餐"),
    ],
)
def test_a_service_that_is_refused_is_not_ordered(text: str, service: str) -> None:
    assert find_service(normalise(text)) == service


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("跟楼上邻居老王为漏水的事吵了半年", "楼上邻居老王"),
        ("我跟房东退押金扯皮", "房东"),
        ("楼上601的老李天天跟我吵", "楼上601的老李"),
        ("和前夫因为孩子的事谈不拢", "前夫"),
        ("对方是二楼开店的", "二楼开店的"),
        ("不是和老王吵,是和老李吵", "老李"),
        ("我没有跟老王吵架", ""),
        ("是不是跟老王吵架就能调解", "老王"),
        ("想申请调解", ""),
    ],
)
def test_with_whom_there_is_a_dispute(text: str, party: str) -> None:
    assert find_other_party(normalise(text)) == party


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("我妈瘫痪在床,想约人上门给她理个发", "CAR-03"),
        ("想预约上门", "CAR-03"),
        ("能不能派人上门给我爸量血压", "CAR-03"),
        ("想请社区调解一下", "MED-02"),
        ("请你们来评评理", "MED-02"),
        ("请人上门修水管", ""),
        ("怎么预约上门服务", ""),
        ("调解收费吗", ""),
        ("楼道灯坏了", ""),
    ],
)
def test_only_who_asks_for_it_gets_a_visit_or_a_mediator(text: str, category: str) -> None:
    assert wish_of(normalise(text)) == category


def test_service_and_person_are_found_in_one_sentence() -> None:
    plain = normalise("帮我爸约个资格认证,顺便剪头发")

    assert find_service(plain) == "资格认证、剪头发"
    assert find_person(plain) == "我爸"
    assert find_service(normalise("陪我奶奶去医院")) == "陪我奶奶去医院"


def test_who_asks_how_wants_nothing_yet() -> None:
    assert asks_about_wish("上门服务怎么约")
    assert not asks_about_wish("想约人上门")
