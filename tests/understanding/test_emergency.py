"""The expressions find what they were written for and spare the near misses beside it.

These examples are the ones that the expressions were written from: the tests keep what was
reached, and say nothing about unfamiliar sentences, which ``bench.emergencies`` measures.
"""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SKILL = ROOT / "bot" / "skills" / "emergency"
CASES: dict[str, list[str]] = yaml.safe_load((SKILL / "examples.yml").read_text(encoding="utf-8"))
# Of these only the classifier learns; expressions are not written for each of them.
LEARNT_ONLY = {"told", "told_near"}
KINDS = [name for name in CASES if name not in {"happening", "near", "careful"} | LEARNT_ONLY]
EXACT = {"self_harm", "missing_person", "lift", "gas", "flood"}


def _module() -> ModuleType:
    """Load the component's core, which needs nothing of Rasa's environment."""
    sys.path.insert(0, str(ROOT / "bot"))
    try:
        return importlib.import_module("components.emergency_patterns")
    finally:
        sys.path.remove(str(ROOT / "bot"))


PATTERNS = _module().load_patterns()


@pytest.mark.parametrize("text", [text for kind in [*KINDS, "happening"] for text in CASES[kind]])
def test_what_happens_now_is_an_emergency(text: str) -> None:
    verdict = PATTERNS.judge(text)

    assert verdict is not None
    assert verdict.is_now


@pytest.mark.parametrize("text", CASES["near"])
def test_what_only_sounds_like_one_is_none(text: str) -> None:
    verdict = PATTERNS.judge(text)

    assert verdict is None or not verdict.is_now


@pytest.mark.parametrize("text", CASES["careful"])
def test_what_is_denied_or_over_is_noticed_but_no_alarm(text: str) -> None:
    verdict = PATTERNS.judge(text)

    assert verdict is not None
    assert not verdict.is_now


def test_almost_every_kind_is_named_rightly() -> None:
    named = [(kind, PATTERNS.judge(text).kind) for kind in KINDS for text in CASES[kind]]

    right = [kind == name for kind, name in named]

    assert sum(right) / len(right) > 0.97
    assert all(kind == name for kind, name in named if kind in EXACT and name != "fire")


def test_an_emergency_in_a_long_complaint_is_found() -> None:
    text = "我是三栋的住户。电梯天天坏,反映过好几次了。现在我妈被困在电梯里!"

    verdict = PATTERNS.judge(text)

    assert verdict is not None
    assert (verdict.kind, verdict.is_now) == ("lift", True)


@pytest.mark.parametrize("text", ["楼上 着 火 了", "樓上著火了", "楼上着火了", "３栋着火了"])
def test_positions_are_those_of_the_words_as_written(text: str) -> None:
    verdict = PATTERNS.judge(text)

    assert verdict is not None
    assert text[verdict.start] in {"着", "著"}
    assert text[verdict.end - 1] in {"火", "了"}


def test_every_kind_of_the_table_has_cases() -> None:
    table = yaml.safe_load((SKILL / "patterns.yml").read_text(encoding="utf-8"))

    assert set(table["kinds"]) == set(KINDS)
    assert sum(len(texts) for texts in CASES.values()) >= 300


def test_examples_of_other_intents_raise_no_alarm() -> None:
    alarms = []
    for path in sorted((ROOT / "bot" / "skills").glob("*/nlu.yml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if row.get("intent") in {None, "emergency"}:
                continue
            for line in row["examples"].splitlines():
                verdict = PATTERNS.judge(line.removeprefix("- "))
                alarms += [line] if verdict is not None and verdict.is_now else []

    assert not alarms


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("救命啊", ""),
        ("救命,有人拿刀", "violence"),
        ("快来救人,淹着娃娃了", "flood"),
        ("快来,老人不行了", "collapsed_person"),
    ],
)
def test_a_cry_for_help_is_about_what_its_words_point_to(text: str, kind: str) -> None:
    assert PATTERNS.hint(text) == kind


@pytest.mark.parametrize(
    "text", ["地太滑老有人摔", "路上结冰滑倒好几个人", "门口的砖翘了,绊倒不少人"]
)
def test_a_slip_without_harm_is_nothing_a_classifier_may_raise_the_alarm_for(text: str) -> None:
    verdict = PATTERNS.judge(text)

    assert PATTERNS.is_harmless(text)
    assert verdict is None or not verdict.is_now


def test_a_slip_with_harm_is_an_emergency() -> None:
    verdict = PATTERNS.judge("有人踩冰滑倒了起不来,头上流血")

    assert verdict is not None
    assert verdict.is_now


# One idea after another: what happens, then what is only written with the same words.
SHUT_IN = [
    "两岁宝宝把自己反锁在卧室了",
    "孩子锁车里了,太阳晒着",
    "老人锁在家里,灶上还炖着东西",
    "我把娃锁在车里了",
    "孙女被反锁在卫生间",
    "门自动锁上了,宝宝一个人在里面",
    "孩子关在卫生间里出不来",
    "奶奶反锁在屋里,打不开",
    "我家门打不开了,孩子在里面哭",
    "宝宝在车里,车锁了",
]
NOT_SHUT_IN = [
    "孩子关在家里上网课",
    "孩子锁车里怎么办",
    "怕孩子锁车里",
    "孩子把钥匙锁屋里了",
    "我妈把钥匙反锁在家里了",
    "老婆锁在家里的狗一直叫",
    "儿子把自行车锁在楼道里了",
    "老人锁在家里不安全",
    "孩子把自己关在房间打游戏",
    "孩子锁在门外了",
    "孩子反锁在厕所已经出来了,锁能修吗",
    "上次孩子锁车里了,想买个破窗锤",
    "门锁上了,孩子在里面上课",
    "老人关节炎走不到厕所了",
    "老公在家里关了灯",
    "老公把我锁在门外了",
    "我家门打不开了,钥匙在里面",
]
OUTSIDE = [
    "小孩爬窗户外面了",
    "有个娃爬到空调外机上",
    "小孩挂在防盗网上",
    "孩子翻到阳台外边了",
    "女孩站在窗台外面",
    "宝宝吊在晾衣架上下不来",
    "孩子骑在阳台栏杆上",
    "小孩坐在楼顶栏杆上",
    "小朋友站在窗外面的空调上",
]
NOT_OUTSIDE = [
    "怕孩子爬窗户,想装防盗网",
    "小孩爬栏杆不安全,建议加高",
    "孩子的衣服挂在防盗网上",
    "孩子把书包挂在防盗网上了",
    "防止小孩爬到空调外机上",
    "孩子坐在窗台上看书",
    "小孩子容易翻出护栏外面",
    "老人坐在阳台上晒太阳",
    "老人坐在桥栏杆边上乘凉",
    "大爷挂在窗外的鸟笼掉了",
    "孩子爬山去了",
    "奶奶站在窗口外面排队",
    "孩子坐在栏杆外面的长椅上",
]
STUCK = [
    "孩子头卡在栏杆里了",
    "我女儿的手卡在下水口拔不出来",
    "娃的脚夹在自行车轮里了",
    "小孩卡在两堵墙缝里",
    "井盖没了孩子掉进去了",
    "窨井盖翻了,有个大爷摔下去了",
]
NOT_STUCK = [
    "栏杆间距太大怕孩子头卡进去",
    "孩子的手机卡在门缝里了",
    "孩子的球卡在树上了",
    "老人卡在窗口办不了",
    "孩子的自行车夹在栏杆里",
    "栏杆容易卡住孩子的头",
    "井盖没了怕孩子掉进去",
    "井盖破了,差点掉进去",
    "井盖松了,自己掉下去了",
    "井盖坏了,车轮掉进去了",
    "井盖没了有人掉进去过",
    "井盖没了,我手机掉下去了",
]
BURNS = [
    "电动车充电冒烟",
    "楼下电动车在冒烟",
    "楼道里电动车充电冒烟了",
    "电瓶车冒白烟了",
    "停在楼下的车冒浓烟",
    "停车场里冒浓烟",
    "路边停着的轿车冒烟了",
    "汽车引擎盖里冒烟",
    "隔壁饭店厨房冒烟了人都往外跑",
    "楼下烧烤店冒烟了,火苗都窜出来了",
    "车库里的电瓶车冒黑烟",
    "五楼着或了",
    "楼上着货快来",
]
DOES_NOT_BURN = [
    "楼下停着的大货车天天冒黑烟",
    "公交车冒黑烟",
    "卖红薯的车停在路边冒烟熏人",
    "楼下饭店油烟大,熏得人往外跑",
    "三轮车发动冒烟很大",
    "电动车充电容易冒烟",
    "电瓶车有没有烟感",
    "路边停着或者堵着很多车",
    "看着货被搬走",
    "楼道堆着货",
    "门口拉着货车堵路",
    "盯着货架找不到",
]
NO_CRY = [
    "现在没气味了",
    "刚才关了阀门没气味了",
    "垃圾桶没气味了",
    "社区急救名单在哪公布",
    "围墙倒了压到我家车",
    "补助名单在哪看",
    "电梯坏了,我妈80岁下不来楼",
    "电梯坏三天了,我妈坐轮椅下不来",
    "电梯坏了,老人出不了门",
    "电梯停在12楼下不来",
    "楼上掉水泥块砸到我老公的车",
    "高空抛物砸到我家窗户",
    "楼上掉下来的花盆砸到邻居家雨棚了",
    "高空抛物砸到我家空调",
    "树枝掉下来砸到别人的摩托车了",
    "我现在在楼顶,防水层裂了",
    "我在桥上看到路灯坏了",
    "我在天台晒被子,门锁坏了",
    "我站在桥上看见栏杆锈断了",
]
CRY = [
    "电梯卡住了,我们下不来",
    "电梯里有两个人下不来",
    "电梯门打不开出不来",
    "困在电梯下不来",
    "这电梯上不去下不来,里头还有人",
    "围墙倒了压到我",
    "楼上掉水泥块砸到我老公的头",
    "高空抛物砸到我家孩子",
    "花盆掉下来砸到我,车也坏了",
    "广告牌掉下来砸到人了,车也砸了",
    "我现在在楼顶",
    "我在楼顶,不想活了",
    "我在天台,灯都灭了,想跳下去",
    "我在桥上,什么都不想要了",
    "救名啊",
]


@pytest.mark.parametrize("text", [*SHUT_IN, *OUTSIDE, *STUCK, *BURNS, *CRY])
def test_somebody_in_danger_is_heard_whatever_the_words(text: str) -> None:
    verdict = PATTERNS.judge(text)

    assert verdict is not None
    assert verdict.is_now


@pytest.mark.parametrize("text", [*NOT_SHUT_IN, *NOT_OUTSIDE, *NOT_STUCK, *DOES_NOT_BURN, *NO_CRY])
def test_the_same_words_without_danger_are_no_alarm(text: str) -> None:
    verdict = PATTERNS.judge(text)

    assert verdict is None or not verdict.is_now


def test_a_slip_is_as_long_as_what_it_means() -> None:
    assert len(PATTERNS.plain("五楼着货了,救名啊")) == len("五楼着货了,救名啊")
