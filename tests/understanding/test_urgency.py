"""How soon somebody must act is told by what happened, not by how politely it is said."""

import pytest

from actions.tickets.ticket import RequestType
from actions.understanding.normalise import normalise
from actions.understanding.urgency import urgency_of

USUAL = 3


def _urgency(text: str, request_type: RequestType = RequestType.COMPLAINT) -> int:
    return urgency_of(normalise(text), usual=USUAL, request_type=request_type)


@pytest.mark.parametrize(
    "text",
    [
        "井盖没了一个大洞",
        "井盖没有了",
        "井盖不见了",
        "围墙要倒了",
        "树快倒了,要砸到车",
        "这棵树要倒,压着电线",
        "电线漏电",
        "有人受伤了",
        "没人管,一直冒烟",
        "烧烤店的电表箱冒烟",
        "饭店后厨着火了,门口冒烟",
    ],
)
def test_danger_to_life_comes_first(text: str) -> None:
    assert _urgency(text) == 1
    assert _urgency(text, RequestType.SUGGESTION) == 1


@pytest.mark.parametrize(
    "text",
    [
        "居民要倒垃圾没地方倒",
        "下班要倒车入库",
        "去医院要倒两趟车",
        "井盖没问题",
        "井盖没坏,就是响",
        "没有人受伤,就是护栏松了",
        "没人受伤",
        "电线没有漏电",
        "不会漏电吧",
        "店要倒闭了",
        "楼下烧烤摊天天半夜冒烟",
        "饭店的烟囱对着我家窗户冒烟",
    ],
)
def test_what_is_denied_or_only_sounds_alike_is_no_danger(text: str) -> None:
    assert _urgency(text) == USUAL


@pytest.mark.parametrize(
    ("text", "request_type"),
    [
        ("建议你们赶紧派人来修,整栋楼停水三天了", RequestType.SUGGESTION),
        ("我建议,我妈要透析停电怎么办", RequestType.SUGGESTION),
        ("真是太感谢你们了,整栋楼停水三天", RequestType.PRAISE),
        ("建议尽快解决停水的问题", RequestType.SUGGESTION),
        ("建议换个师傅,停电三天还没修好", RequestType.SUGGESTION),
    ],
)
def test_what_presses_is_not_calmed_by_a_polite_word(text: str, request_type: RequestType) -> None:
    assert _urgency(text, request_type) == 2


def test_a_suggestion_about_a_fault_is_as_urgent_as_the_fault() -> None:
    assert _urgency("建议修一下,路灯坏了", RequestType.SUGGESTION) == USUAL


@pytest.mark.parametrize(
    ("text", "request_type"),
    [
        ("建议多种点花", RequestType.SUGGESTION),
        ("建议停水提前通知", RequestType.SUGGESTION),
        ("建议增设坡道,方便轮椅", RequestType.SUGGESTION),
        ("感谢你们把停水的问题解决了", RequestType.PRAISE),
        ("感谢师傅,停电马上就来修好了", RequestType.PRAISE),
        ("感谢张师傅冒雨修水管", RequestType.PRAISE),
    ],
)
def test_thanks_and_plans_can_wait(text: str, request_type: RequestType) -> None:
    assert _urgency(text, request_type) == 4
