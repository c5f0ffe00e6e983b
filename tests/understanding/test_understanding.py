"""One message, everything it says."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.tickets.categories import load_categories
from actions.tickets.ticket import RequestType
from actions.understanding.normalise import normalise
from actions.understanding.rating import rating_of
from actions.understanding.understanding import Understander, understand
from actions.understanding.vectors import MEANT, Vectors
from channels.family.words import words

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


def test_one_sentence_fills_the_draft() -> None:
    draft = understand("幸福里3栋2单元楼道灯坏三天了没人修", NOW).as_dict()["draft"]

    assert draft["category"] == {"code": "FAC-01", "name": "公共照明"}
    assert (draft["building"], draft["unit"], draft["room"]) == ("3栋", "2单元", "")
    assert draft["since"] == "三天了"
    assert draft["address"].startswith("幸福里3栋2单元")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("电梯坏了", "电梯故障"),
        ("楼上漏水", "房屋漏水渗水"),
        ("下水道堵了", "下水道堵塞"),
        ("停水了", "停水与水质水压"),
        ("家里停电", "停电与用电"),
        ("暖气不热", "供暖"),
        ("井盖没了", "井盖"),
        ("垃圾没人收", "垃圾清运"),
        ("楼道里堆满杂物", "楼道堆物"),
        ("消防通道被堵了", "消防通道堵塞"),
        ("有人飞线充电", "飞线充电"),
        ("半夜施工吵死了", "施工噪声"),
        ("广场舞太吵", "广场舞与公共娱乐噪声"),
        ("楼下烧烤店油烟大", "餐饮油烟"),
        ("乱停车把门堵了", "违规停车"),
        ("有人占我车位", "车位纠纷"),
        ("楼顶私搭乱建", "违法建设"),
        ("隔壁群租", "群租"),
        ("遛狗不牵绳", "不文明养犬"),
        ("流浪狗太多", "流浪动物"),
        ("物业乱收费", "物业收费与公共收益"),
        ("业委会不换届", "业主委员会"),
        ("门禁坏了", "门禁监控"),
        ("想申请调解", "调解申请"),
        ("想预约上门理发", "上门服务预约"),
        ("好多蟑螂", "虫害消杀"),
        ("河水发臭", "河道水体"),
        ("工地扬尘太大", "扬尘与废气"),
        ("楼到灯坏了", "公共照明"),
        ("電梯壞了", "电梯故障"),
        ("一辆灰色小轿车横在3栋单元门口,轮椅推不出去", "违规停车"),
        ("有台货车老停在我们单元门前", "违规停车"),
        ("楼下面馆味儿大得开不了窗", "餐饮油烟"),
        ("麻辣烫店呛得孩子直咳嗽", "餐饮油烟"),
    ],
)
def test_a_terse_complaint_finds_its_category(text: str, name: str) -> None:
    best = understand(text, NOW).category

    assert best is not None
    assert best.name == name
    assert best.score > 0.3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("交着物业费,地库顶上滴水滴到我车上,前台只会说记下了,都三个月了", "房屋漏水渗水"),
        ("物业费一分没少交,电梯一个月坏四回,打物业电话永远占线", "电梯故障"),
        ("保安态度差,物业经理不见人,可我家下水道堵得粪水都出来了", "下水道堵塞"),
        ("物业费涨了一倍也没跟业主商量", "物业收费与公共收益"),
    ],
)
def test_the_fault_outweighs_anger_at_the_property_company(text: str, name: str) -> None:
    best = understand(text, NOW).category

    assert best is not None
    assert best.name == name


@pytest.mark.parametrize("text", ["你好", "我要投诉", "3栋2单元", "嗯", "算了不报了"])
def test_nothing_is_guessed_from_nothing(text: str) -> None:
    best = understand(text, NOW).category

    assert best is None or best.score < 0.3


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我要投诉物业", RequestType.COMPLAINT),
        ("举报有人聚众赌博", RequestType.REPORT),
        ("建议加装路灯", RequestType.SUGGESTION),
        ("想表扬保洁阿姨", RequestType.PRAISE),
        ("请社区帮帮我们老两口", RequestType.REQUEST),
        ("请问什么时候通气", RequestType.ENQUIRY),
        ("楼道灯坏了", RequestType.COMPLAINT),
    ],
)
def test_the_kind_of_request_is_told(text: str, kind: RequestType) -> None:
    assert understand(text, NOW).request_type is kind


@pytest.mark.parametrize(
    ("text", "urgency"),
    [("井盖没了一个大洞", 1), ("整栋楼停水了", 2), ("楼道灯坏了", 3), ("建议多种点花", 4)],
)
def test_danger_comes_before_comfort(text: str, urgency: int) -> None:
    assert understand(text, NOW).urgency == urgency


def test_who_speaks_is_understood() -> None:
    said = understand("替我妈反映一下,楼上漏水,别说是我说的", NOW)

    assert said.is_anonymous
    assert said.on_behalf_of == "我妈"


@pytest.mark.parametrize(
    "text",
    [
        "不要写我姓名",
        "千万别说是我讲的",
        "别让楼下知道是我",
        "我的电话别给对方",
        "怕人家回头报复我",
        "别把我供出去",
        "担心被记恨",
        "身份要保密",
    ],
)
def test_whoever_fears_to_be_known_stays_unknown(text: str) -> None:
    assert understand(text, NOW).is_anonymous


@pytest.mark.parametrize(
    "text", ["我的名字写错了", "报名要不要钱", "收到匿名信", "别告诉我不能办"]
)
def test_a_name_that_is_spoken_of_is_no_wish_to_hide(text: str) -> None:
    assert not understand(text, NOW).is_anonymous


def test_hearsay_about_the_community_is_no_place() -> None:
    assert understand("听邻居讲社区要发东西", NOW).place.address == ""


def test_a_ticket_number_is_neither_time_nor_telephone() -> None:
    said = understand("20261121-000123到哪一步了", NOW)

    assert said.ticket_number == "20261121-000123"
    assert said.since is None
    assert said.contact == ""


def test_an_invitation_is_read_in_any_case() -> None:
    assert understand("绑定 abcd-efgh-2345", NOW).invitation == "ABCD-EFGH-2345"


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("五星好评", 3),
        ("4星", 2),
        ("给三颗星", 1),
        ("一星", 0),
        ("非常满意", 3),
        ("不满意", 0),
        ("还行吧", 1),
        ("挺满意的", 2),
        ("★★★★★", 3),
        ("3栋", None),
    ],
)
def test_a_rating_is_read(text: str, rating: int | None) -> None:
    assert rating_of(normalise(text)) == rating


@given(st.text(max_size=80))
def test_any_message_is_understood_without_fault(text: str) -> None:
    said = understand(text, NOW)

    assert all(0 <= entity.start < entity.end <= len(text) for entity in said.entities)


@given(st.text(max_size=60))
def test_the_normal_form_keeps_every_position(text: str) -> None:
    assert len(normalise(text)) == len(text)


def test_of_a_long_letter_only_the_beginning_is_embedded_and_once() -> None:
    asked: list[str] = []

    def embed(texts: list[str]) -> Vectors:
        asked.extend(texts)
        return np.ones((len(texts), 2), dtype=np.float32)

    reader = Understander(load_categories(), embed=embed)
    asked.clear()
    reader.understand("黑灯" * 1000, NOW)

    assert set(asked) == {("黑灯" * 1000)[:MEANT]}


def test_an_embedder_may_help() -> None:
    def embed(texts: list[str]) -> Vectors:
        rows = np.array([[1.0, float("灯" in text)] for text in texts], np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    best = Understander(load_categories(), embed=embed).understand("黑灯", NOW).category

    assert best is not None
    assert best.name == "公共照明"


def test_departments_are_those_of_the_routing_table() -> None:
    departments = {category.department for category in load_categories().values()}

    assert understand("物业什么都不管,小区没人打扫", NOW).department in departments


@pytest.mark.parametrize(
    "text",
    [
        "楼下那家没执照,无证行医好几年了",
        "有人半夜偷偷倾倒渣土",
        "3栋一楼有个黑作坊做熟食",
        "村里有人冒领补贴",
    ],
)
def test_wrongdoing_of_others_is_a_report_without_the_word(text: str) -> None:
    assert understand(text, NOW).request_type is RequestType.REPORT


@pytest.mark.parametrize(("place", "unit"), [("3栋2单元", "2单元"), ("3栋", "")])
def test_the_words_of_a_one_tap_call_tell_where_it_is(place: str, unit: str) -> None:
    draft = understand(words()["told"].format(place=place), NOW).as_dict()["draft"]

    assert (draft["building"], draft["unit"]) == ("3栋", unit)
