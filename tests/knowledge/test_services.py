"""Tables of service items are read item by item, and each facet is told of the item meant."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from knowledge import errors
from knowledge.answer import Answer, Outcome
from knowledge.desk import Desk, LiveAnswerer
from knowledge.item import Facet
from knowledge.reading.columns import named_columns
from knowledge.reading.document import Section
from knowledge.reading.files import document_of
from knowledge.services import names_of

TABLE = """\
某区办事事项表,,,,,,
事项名称,实施主体,申请材料,承诺办结时限(工作日),收费标准,办理地点,咨询电话
招牌设置许可（首次）,城管局,"申请表
效果图",8个工作日,不收费,柳堤路66号,0999-6203300
招牌设置许可（变更）,城管局,"变更表
原许可证",5个工作日,不收费,柳堤路66号,0999-6203300
招牌设置许可（注销）,城管局,注销表,2个工作日,,柳堤路66号,0999-6203300
高龄津贴申领,南桥街道,身份证,7个工作日,不收费,南桥街12号,0999-6310001
高龄津贴申领,北岭街道,户口簿,10个工作日,不收费,北岭路88号,0999-6320001
"""


def told(sections: tuple[Section, ...], service: int) -> dict[str, str]:
    return {one.facet: one.text for one in sections if one.service == service}


def workbook(*sheets: list[list[str | None]], merged: tuple[str, ...] = ()) -> bytes:
    file, book = io.BytesIO(), Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    for area in merged:
        book.worksheets[0].merge_cells(area)
    book.save(file)
    return file.getvalue()


@pytest.fixture
def answerer(desk: Desk) -> LiveAnswerer:
    desk.add_bytes(TABLE.encode(), "事项.csv", publish=True)
    return LiveAnswerer(desk)


def asked(answerer: LiveAnswerer, question: str) -> Answer:
    return answerer.answer(question, is_enquiry=True)


def test_a_row_is_an_item_and_a_column_a_facet_of_it() -> None:
    document = document_of(TABLE.encode(), "事项.csv")

    assert document.title == "某区办事事项表"
    assert told(document.sections, 1) == {
        "": "招牌设置许可（首次）",
        "department": "城管局",
        "materials": "申请表\n效果图",
        "time_limit": "8个工作日",
        "fee": "不收费",
        "place": "柳堤路66号",
        "telephone": "0999-6203300",
    }


def test_what_reaches_over_several_rows_belongs_to_one_item() -> None:
    content = workbook(
        [
            ["事项", "时限", None, "材料"],
            [None, "法定时限", "承诺时限", None],
            ["犬只登记", "20日", "3日", "身份证"],
            [None, None, None, "免疫证"],
            ["犬只注销", "5日", "1日", "登记证"],
        ],
        [["事项名称", "咨询电话", "办理地点"], ["砍树许可", "0999-6209900", "松风路3号"]],
        merged=("A1:A2", "B1:C1", "D1:D2", "A3:A4", "B3:B4", "C3:C4"),
    )

    sections = document_of(content, "事项.xlsx").sections

    assert [one.text for one in sections if one.service and not one.facet] == [
        "犬只登记",
        "犬只注销",
        "砍树许可",
    ]
    assert told(sections, 1)["materials"] == "身份证\n免疫证"
    limits = {one.label: one.text for one in sections if one.service == 1}
    assert limits["犬只登记 时限法定时限"] == "20日"
    assert limits["犬只登记 时限承诺时限"] == "3日"


def test_a_sheet_may_be_the_card_of_one_item() -> None:
    content = workbook(
        [["事项名称", "生育登记"], ["办理条件", "怀孕后"], ["咨询电话", "0999-6208800"]]
    )

    sections = document_of(content, "生育登记.xlsx").sections

    assert told(sections, 1) == {
        "": "生育登记",
        "conditions": "怀孕后",
        "telephone": "0999-6208800",
    }


def test_lines_of_json_are_items_and_lists_stay_lists() -> None:
    line = {"matter": "生育登记", "materials": ["身份证", {"名称": "结婚证", "份数": 1}],
            "legal_limit": None, "phone": "0999-6208800", "visits": 0}  # fmt: skip

    document = document_of(json.dumps(line).encode(), "事项.jsonl")

    assert told(document.sections, 1) == {
        "": "生育登记",
        "materials": "身份证\n名称：结婚证；份数：1",
        "telephone": "0999-6208800",
        "visits": "0",
    }


def test_unknown_columns_are_named_and_a_person_may_say_what_they_tell() -> None:
    content = json.dumps({"what": "生育登记", "how_long": "当场"}).encode()

    with pytest.raises(errors.UnknownColumnsError, match="what、how_long"):
        document_of(content, "a.jsonl")
    document = document_of(content, "a.jsonl", {"what": "name", "how_long": "time_limit"})

    assert told(document.sections, 1) == {"": "生育登记", "time_limit": "当场"}


def test_a_broken_line_of_json_is_a_broken_file() -> None:
    with pytest.raises(errors.BrokenDocumentError):
        document_of(b'{"matter": "a"}\n{', "a.jsonl")


@pytest.mark.parametrize(
    ("question", "name", "facet", "quote"),
    [
        (
            "招牌设置许可变更要带啥材料",
            "招牌设置许可（变更）",
            Facet.MATERIALS,
            "变更表\n原许可证",
        ),
        ("头一回弄招牌设置许可几天能下来", "招牌设置许可（首次）", Facet.TIME_LIMIT, "8个工作日"),
        ("招牌设置许可注销在哪办", "招牌设置许可（注销）", Facet.PLACE, "柳堤路66号"),
    ],
)
def test_a_facet_is_quoted_of_the_item_that_is_meant(
    answerer: LiveAnswerer, question: str, name: str, facet: Facet, quote: str
) -> None:
    found = asked(answerer, question)

    assert found.facet is facet
    assert [one.quote for one in found.citations] == [quote]
    assert f"【{name}】" in found.text
    assert "《某区办事事项表》" in found.text


def test_a_facet_that_is_not_told_is_said_to_be_missing_with_whom_to_ask(
    answerer: LiveAnswerer,
) -> None:
    found = asked(answerer, "招牌设置许可注销要多少钱")

    assert "没有写这一项的费用" in found.text
    assert "0999-6203300" in found.text
    assert "不收费" not in found.text


def test_items_of_one_name_are_told_place_by_place(answerer: LiveAnswerer) -> None:
    found = asked(answerer, "高龄津贴申领几天能办好")

    assert "【高龄津贴申领（南桥街道）】" in found.text
    assert "【高龄津贴申领（北岭街道）】" in found.text
    assert {one.quote for one in found.citations} == {"7个工作日", "10个工作日"}
    assert len(found.choices) == 2


def test_the_place_that_is_named_goes_first(answerer: LiveAnswerer) -> None:
    found = asked(answerer, "北岭街道的高龄津贴申领几天能办好")

    assert found.citations[0].quote == "10个工作日"


def test_what_is_asked_next_is_asked_of_the_same_item(answerer: LiveAnswerer) -> None:
    item = asked(answerer, "招牌设置许可变更要带啥材料").item

    found = answerer.answer("那打哪个电话", item=item)
    chosen = answerer.facet(item or "", Facet.PLACE)

    assert [one.quote for one in found.citations] == ["0999-6203300"]
    assert [one.quote for one in chosen.citations] == ["柳堤路66号"]
    assert "变更表" in answerer.item(item or "").text


DOGS = """\
事项名称,收费标准,咨询电话,监督投诉电话,办理时间,有效期限,网上办理地址,实施主体
犬只登记,50元,0999-6203300,0999-6203311,工作日9点至17点,1年,www.example.gov.cn,公安局
犬只注销,不收费,0999-6203300,0999-6203311,工作日9点至17点,长期,www.example.gov.cn,公安局
"""


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("那打哪个电话", "0999-6203300"),
        ("那要多少钱", "50元"),
        ("投诉电话是多少", "0999-6203311"),
        ("周末上班吗", "工作日9点至17点"),
        ("几点开门", "工作日9点至17点"),
        ("网上能办吗", "www.example.gov.cn"),
        ("有效期几年", "1年"),
        ("归哪个部门管", "公安局"),
    ],
)
def test_each_facet_of_a_table_is_asked_next_without_the_name(
    desk: Desk, question: str, quote: str
) -> None:
    desk.add_bytes(DOGS.encode(), "犬只.csv", publish=True)
    live = LiveAnswerer(desk)
    item = asked(live, "犬只登记多少钱").item

    found = live.answer(question, item=item, is_enquiry=True)

    assert found.item == item
    assert [one.quote for one in found.citations] == [quote]


@pytest.mark.parametrize(
    "question", ["犬只注销多少钱", "停车证投诉电话是多少", "居住证有效期几年", "今天天气怎么样"]
)
def test_what_names_another_thing_is_not_told_of_the_item_before(
    desk: Desk, question: str
) -> None:
    desk.add_bytes(DOGS.encode(), "犬只.csv", publish=True)
    live = LiveAnswerer(desk)
    item = asked(live, "犬只登记多少钱").item

    found = live.answer(question, item=item, is_enquiry=True)

    assert found.item != item


def test_an_item_of_a_table_has_a_title_like_one_that_is_shipped(
    desk: Desk, answerer: LiveAnswerer
) -> None:
    item = asked(answerer, "招牌设置许可变更要带啥材料").item
    library = answerer.current.library

    assert library.title_of(item or "") == "招牌设置许可（变更）"
    assert library.title_of("residence-permit") == "居住证办理"
    assert not library.title_of("nothing")


def test_a_removed_table_is_out_of_answers_at_once(desk: Desk, answerer: LiveAnswerer) -> None:
    item = asked(answerer, "招牌设置许可变更要带啥材料").item

    desk.documents.remove("事项.csv", desk.clock())

    assert asked(answerer, "招牌设置许可变更要带啥材料").outcome is Outcome.NO_EVIDENCE
    assert answerer.item(item or "").outcome is Outcome.NO_EVIDENCE


def test_other_questions_are_not_answered_from_a_table(answerer: LiveAnswerer) -> None:
    assert answerer.answer("今天天气怎么样").outcome is Outcome.NO_EVIDENCE


def test_what_stands_beside_a_table_is_quoted_as_before(desk: Desk) -> None:
    desk.add_bytes(TABLE.encode(), "事项.csv", publish=True)
    desk.add_bytes("便民通知\n理发日为每月15日上午。".encode(), "通知.txt", publish=True)
    library = desk.library()

    assert len(library.services.all) == 5
    assert len(names_of(library.passages)) == 4
    assert [one.text for one in library.documents.passages if one.owner] == [
        "理发日为每月15日上午。"
    ]


def test_a_table_comes_from_a_folder_too(tmp_path: Path, desk: Desk) -> None:
    file = tmp_path / "事项.csv"
    file.write_text(TABLE, encoding="gb18030")

    record = desk.add(file, publish=True)

    assert record.title == "某区办事事项表"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("有犯罪记录公证打哪个电话", "有犯罪记录公证"),
        ("无犯罪记录公证打哪个电话", "无犯罪记录公证"),
    ],
)
def test_a_name_that_denies_what_is_said_is_not_meant(
    desk: Desk, question: str, name: str
) -> None:
    rows = [
        "事项名称,办理地点,咨询电话",
        "无犯罪记录公证,一楼,0999-1",
        "有犯罪记录公证,二楼,0999-2",
    ]
    desk.add_bytes("\n".join(rows).encode(), "公证.csv", publish=True)

    assert f"【{name}】" in asked(LiveAnswerer(desk), question).text


def test_a_list_of_columns_is_read_and_a_bad_one_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "columns.yml"
    file.write_text("叫什么: 事项名称\n要几天: time_limit\n没用: ignored\n", encoding="utf-8")

    assert named_columns(file) == {"叫什么": "name", "要几天": "time_limit", "没用": "ignored"}
    file.write_text("叫什么: 天气\n", encoding="utf-8")
    with pytest.raises(errors.ColumnsError, match="天气"):
        named_columns(file)


def test_the_day_on_which_a_table_was_published_is_not_told_as_its_date(
    answerer: LiveAnswerer,
) -> None:
    told = asked(answerer, "招牌设置许可（注销）要多久")

    (checked,) = {one.checked for one in told.citations}
    assert checked
    assert checked not in told.text
    assert "《某区办事事项表》（没有写明日期）" in told.text
