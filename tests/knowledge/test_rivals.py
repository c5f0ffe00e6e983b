"""Of documents on one subject the nearer and newer goes first, and disagreement is shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.desk import Desk, LiveAnswerer
from knowledge.embedder import Embedder
from knowledge.rivals import are_rivals, disagree, nearness
from knowledge.settings import Settings
from tests.knowledge.conftest import POLICY

HOME = "江苏省云溪市鼓楼区和平街道幸福里社区"
STREET = """\
和平街道关于提高高龄津贴的通知
第一条 年满80周岁的老人由街道发给高龄津贴。
第二条 高龄津贴标准如下：
（一）80至89周岁，每人每月150元；
（二）90至99周岁，每人每月300元。
第三条 社区应当在3个工作日内完成初审。
和平街道办事处
2026年3月1日
"""
DISABLED = """\
云溪市残疾人生活补贴办法
第一条 具有本市户籍的残疾人可以申请生活补贴。
第二条 申请人向社区居委会提交残疾人证复印件。社区应当在7个工作日内完成初审。
云溪市残疾人联合会
2025年4月2日
"""
HOW_LONG = "高龄津贴初审要几个工作日"


@pytest.mark.parametrize(
    ("area", "level"),
    [
        ("", 0),
        ("全国", 0),
        ("江苏省", 1),
        ("云溪市", 2),
        ("云溪市鼓楼区", 3),
        ("和平街道", 4),
        ("和平街道幸福里社区", 5),
        ("幸福里社区", 5),
        ("清河市", -1),
        ("云溪市清江区", -1),
    ],
)
def test_the_smaller_place_around_us_is_the_nearer(area: str, level: int) -> None:
    assert nearness(area, HOME) == level


@pytest.mark.parametrize(
    ("area", "level"),
    [
        ("本社区60周岁以上老人", 0),
        ("本街道户籍居民", 0),
        ("全市", 0),
        ("本小区全体业主", 0),
        ("我市", 0),
        ("各街道、各社区", 0),
        ("具有本市户籍的老人", 0),
        ("在幸福里社区居住的老人", 0),
        ("云溪市全市各社区", 2),
        ("清河市各社区", -1),
        ("本溪市", -1),
        ("全州县", -1),
    ],
)
def test_a_place_without_a_name_is_no_other_place(area: str, level: int) -> None:
    assert nearness(area, HOME) == level


def test_where_nobody_has_said_where_we_are_no_place_is_far() -> None:
    assert nearness("清河市", "") == 2


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [
        ("每人每月100元", "每人每月150元", True),
        ("每人每月一百元", "每人每月100元", False),
        ("5个工作日内办结", "3个工作日内办结", True),
        ("每人每月100元", "5个工作日内办结", False),
        ("20个工作日内办结。", "15日内办结。", True),
        ("5个工作日内初审。", "5个工作日内初审，3日内公示。", False),
        ("有效期1年。", "有效期12个月。", False),
        ("有效期1年。", "有效期6个月。", True),
        ("2周内办结。", "14日内办结。", False),
        ("自2026年4月2日起办理。", "5个工作日内办结。", False),
        ("办理免费。", "办理收费10元。", True),
        ("办理不收取任何费用。", "办理免费。", False),
        ("办理免费。", "凭免费票办理。", False),
        ("首次办理免费，补办收费10元。", "补办收费10元。", False),
    ],
)
def test_figures_of_one_unit_and_times_and_charges_are_compared(
    one: str, other: str, is_so: bool
) -> None:
    assert disagree(one, other) is is_so


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [
        ("可以由他人代办。", "不得由他人代办。", True),
        ("需要提交户口本原件。", "无需提交户口本原件。", True),
        ("可以由他人代办。", "可由他人代办。", False),
        ("持证人员可以进入。", "无证人员不得进入。", False),
        ("符合条件的，可以申请。", "有违法记录的，不得申请。", False),
        (
            "委托他人投票须写委托书，一人最多三户。",
            "委托他人投票，一人最多三户，员工不得代投。",
            False,
        ),
        ("本地户籍可以申请。", "外地户籍不得申请。", False),
        ("楼道内不得停放电动车。", "车棚内可以停放电动车。", False),
        ("符合条件的予以办理。", "不符合条件的不予办理。", False),
    ],
)
def test_contrary_permissions_of_one_act_disagree(one: str, other: str, is_so: bool) -> None:
    assert disagree(one, other) is is_so
    assert disagree(other, one) is is_so


@pytest.mark.parametrize(
    ("area", "home", "level"),
    [
        ("新乡市", "新乡市红旗区", 2),
        ("新乡市红旗区", "新乡市红旗区", 3),
        ("景德镇市", "江西省景德镇市珠山区", 2),
        ("景德镇市珠山区", "江西省景德镇市珠山区", 3),
        ("萍乡市", "萍乡市安源区", 2),
        ("荆州市沙市区", "荆州市沙市区", 3),
        ("济南市市中区", "济南市市中区", 3),
        ("宁波市镇海区", "宁波市镇海区", 3),
        ("桐乡市乌镇镇", "桐乡市乌镇镇", 4),
        ("和平街道新村社区", "和平街道新村社区", 5),
        ("内蒙古自治区赤峰市阿鲁科尔沁旗", "内蒙古自治区赤峰市阿鲁科尔沁旗", 3),
        ("新乡市", "景德镇市", -1),
    ],
)
def test_an_ending_inside_a_name_does_not_cut_it(area: str, home: str, level: int) -> None:
    assert nearness(area, home) == level


def test_sentences_with_other_figures_have_one_subject() -> None:
    assert are_rivals("社区应当在5个工作日内完成初审。", "社区应当在3日内完成初审。")
    assert not are_rivals("社区应当在5个工作日内完成初审。", "首次申领不收费。")


def test_a_charge_and_none_for_the_same_have_one_subject() -> None:
    assert are_rivals("办理免费。", "办理收费10元。")
    assert are_rivals("办理居住证不收费。", "办理居住证收取工本费10元。")
    assert not are_rivals("首次申领不收费。", "补领收取工本费20元。")
    assert not are_rivals("免费。", "收费10元。")


@pytest.fixture
def desk(real_embedder: Embedder, items: Path, tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(home=tmp_path / "home", items=items, area=HOME)
    desk = Desk(settings, embedder=real_embedder)
    desk.add_bytes(POLICY.encode(), "市.txt", publish=True)
    yield desk
    desk.close()


def test_both_are_shown_with_place_and_date_the_nearer_first(desk: Desk) -> None:
    desk.add_bytes(STREET.encode(), "街道.txt", publish=True)

    found = LiveAnswerer(desk).answer(HOW_LONG)

    assert [one.quote for one in found.citations] == [
        "社区应当在3个工作日内完成初审。",
        "社区应当在5个工作日内完成初审。",
    ]
    assert "和平街道，2026-03-01" in found.text
    assert "云溪市，2024-04-02" in found.text


def test_of_two_of_one_place_the_newer_goes_first(desk: Desk) -> None:
    newer = POLICY.replace("5个工作日", "2个工作日").replace("2024年4月2日", "2026年4月2日")
    desk.add_bytes(newer.encode(), "新.txt", publish=True)

    found = LiveAnswerer(desk).answer(HOW_LONG)

    assert found.citations[0].quote == "社区应当在2个工作日内完成初审。"
    assert len(found.citations) == 2


def test_what_agrees_is_said_once(desk: Desk) -> None:
    same = STREET.replace("3个工作日", "五个工作日")
    desk.add_bytes(same.encode(), "街道.txt", publish=True)

    found = LiveAnswerer(desk).answer(HOW_LONG)

    assert [one.document for one in found.citations] == ["和平街道关于提高高龄津贴的通知"]


def test_another_place_does_not_speak_against_ours(desk: Desk) -> None:
    other = POLICY.replace("云溪市", "清河市").replace("5个工作日", "9个工作日")
    desk.add_bytes(other.encode(), "清河.txt", publish=True)

    found = LiveAnswerer(desk).answer(HOW_LONG)

    assert [one.document for one in found.citations] == ["云溪市高龄津贴发放办法"]


def test_another_subject_in_the_same_words_does_not_speak_against_it(desk: Desk) -> None:
    desk.add_bytes(DISABLED.encode(), "残疾.txt", publish=True)

    found = LiveAnswerer(desk).answer(HOW_LONG)

    assert [one.document for one in found.citations] == ["云溪市高龄津贴发放办法"]
