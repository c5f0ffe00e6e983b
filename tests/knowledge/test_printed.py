"""Printed lines of a PDF become the sentences they were, column by column."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.reading.document import Document
from knowledge.reading.files import document_of
from knowledge.reading.printed import Line, Page, Part, blocks_of_printed
from tests.knowledge.bad_files import CATALOGUE, pdf, stream

Shown = tuple[float, float, float, str]  # from the left, from below, size of the type, words
LEFT, RIGHT, TYPE = 60, 540, 16  # points; 30 Chinese characters a line
FONTS = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
    "/DescendantFonts [5 0 R] >>",
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
    "/FontDescriptor 6 0 R >>",
    "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880] "
    "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
)


def printed(*pages: list[Shown]) -> bytes:
    """A PDF that shows these words at these places."""
    numbers = [7 + 2 * at for at in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [CATALOGUE, f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>", "null", *FONTS]
    for number, page in zip(numbers, pages, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 4 0 R >> >> >>"
        )
        objects.append(stream("\n".join(map(_shown, page))))
    return pdf(*objects)


def _shown(one: Shown) -> str:
    left, below, size, words = one
    return f"BT /F1 {size} Tf {left} {below} Td <{words.encode('utf-16-be').hex()}> Tj ET"


def below(top: float, *lines: str, left: float = LEFT, size: float = TYPE) -> list[Shown]:
    """Lines one below the other; ``>`` stands for one character of indent."""
    return [
        (left + size * line.count(">"), top - 30 * at, size, line.lstrip(">"))
        for at, line in enumerate(lines)
    ]


def read(*pages: list[Shown]) -> Document:
    return document_of(printed(*pages), "通知.pdf")


def words_of(document: Document) -> list[str]:
    return [line for one in document.sections for line in one.text.split("\n")]


HEAD = ["关于供热的通知", "一、退费标准"]
FIRST = [
    ">>（二）室温低于18℃但高于16℃的，退还当日热费的50%；低于",
    "16℃的，退还当日全部热费。用户自行改动供热设施、擅自扩大采",
    "暖面积、封闭散热器影响散热的，不予退费。",
]


def test_lines_that_reach_the_right_edge_go_on_below() -> None:
    document = read(below(760, *HEAD, *FIRST))

    assert words_of(document) == ["".join(FIRST).strip(">")]


def test_a_page_of_mostly_short_lines_is_joined_too() -> None:
    short = [f"{name}电话：010-{at:08}" for at, name in enumerate("一二三四五六七八九十", 1)]

    document = read(below(760, *HEAD, *FIRST, *short))

    assert words_of(document) == ["".join(FIRST).strip(">"), *short]


def test_a_line_is_short_where_the_next_word_had_no_room() -> None:
    lines = [
        ">>供热单位应当在接到申请后二十四小时内上门，可以拨打",
        "010-00005050申请，测温结果由双方签字确认，有异议的可以委",
        "托有资质的第三方机构检测，检测费用由责任方承担。",
    ]

    document = read(below(760, *HEAD, *lines))

    assert words_of(document) == ["".join(lines).strip(">")]


def test_a_sentence_goes_on_over_the_page() -> None:
    rest = ["供热单位应当在接到申请后二十四小时内上门。"]
    feet = [[(290.0, 20.0, 12.0, f"- {at} -")] for at in (1, 2)]

    document = read(below(760, *HEAD, *FIRST[:2]) + feet[0], below(760, FIRST[2], *rest) + feet[1])

    assert words_of(document) == ["".join(FIRST).strip(">"), *rest]


def test_items_headings_and_indented_paragraphs_begin_anew() -> None:
    lines = [
        ">>申请暂停供热的居民应当于每年的九月三十日以前提出以下的",
        ">>1. 书面申请",
        ">>2. 申请暂停供热的居民所住房屋的不动产权证书或者租赁的合同",
        "的复印件",
        ">>3. 本人的身份证",
        "二、供热单位应当公布的内容",
        ">>供热单位应当在营业场所的醒目位置公布收费的标准和服务的",
        "承诺以及联系人的姓名还有营业的时间和服务的电话和投诉的渠道",
        ">>以上材料由供热单位核对。",
    ]

    document = read(below(760, *HEAD, *FIRST, *lines))

    assert words_of(document)[1:] == [
        "申请暂停供热的居民应当于每年的九月三十日以前提出以下的",
        "1. 书面申请",
        "2. 申请暂停供热的居民所住房屋的不动产权证书或者租赁的合同的复印件",
        "3. 本人的身份证",
        "供热单位应当在营业场所的醒目位置公布收费的标准和服务的"
        "承诺以及联系人的姓名还有营业的时间和服务的电话和投诉的渠道",
        "以上材料由供热单位核对。",
    ]


def test_an_item_whose_lines_hang_below_its_words_is_one() -> None:
    lines = [
        "1. 申请暂停供热的居民应当提出申请，供热单位应当在十个工作",
        ">>日内答复，并且一次告知申请人需要补正的材料。",
    ]

    document = read(below(760, *HEAD, *FIRST, *lines))

    assert words_of(document)[1:] == [lines[0] + lines[1].strip(">")]


def test_a_signature_on_the_right_is_a_line_of_its_own() -> None:
    signed = [*below(600, "柳荫街道办事处", left=428), *below(570, "2026年10月28日", left=428)]

    document = read([*below(760, *HEAD, *FIRST), *signed])

    assert words_of(document)[1:] == ["柳荫街道办事处", "2026年10月28日"]


def test_lists_of_names_of_one_length_stay_lists() -> None:
    names = [f"{one}社区党群服务中心" for one in "甲乙丙丁戊己庚辛"]

    document = read(below(760, "服务中心名单", *names))

    assert words_of(document) == names


@pytest.mark.parametrize("place", ["after", "before"])
def test_rows_of_a_table_are_not_joined(place: str) -> None:
    cells = ((60, "居民"), (160, "按面积"), (300, "二十四元每平方米每个采暖季节"))
    row: list[Shown] = [(x, top, 16, cell) for top in (500, 470, 440) for x, cell in cells]
    text = below(760 if place == "after" else 380, *FIRST)

    document = read([*below(790, HEAD[0]), *(text + row if place == "after" else row + text)])

    assert words_of(document).count("居民 按面积 二十四元每平方米每个采暖季节") == 3


COLUMNS = (
    ["一科值班电话010-00006001，负", "责柳荫里、槐树两个社区，值", "班时间为每日8时至20时，夜间",
     "由街道总值班室接听。"],
    ["二科值班电话010-00006002，负", "责桥北、桥南两个社区，值班时", "间为每日8时至22时，夜间由供",
     "热单位值班人员接听。"],
)  # fmt: skip


@pytest.mark.parametrize("is_by_rows", [False, True])
@pytest.mark.parametrize("is_longer", [False, True])
def test_columns_are_read_one_after_the_other(is_by_rows: bool, is_longer: bool) -> None:
    longer = [*COLUMNS[1], *(["值班人员名单由街道另行公布。"] if is_longer else [])]
    left, right = below(600, *COLUMNS[0]), below(600, *longer, left=310)
    sides = sorted(left + right, key=lambda one: -one[1]) if is_by_rows else left + right
    last = below(400, ">>本通知自印发之日起施行，有效期到明年三月三十一日为止。")

    document = read([*below(760, *HEAD, *FIRST), *sides, *last])

    assert words_of(document)[1:] == [
        "".join(COLUMNS[0]),
        "".join(COLUMNS[1]),
        *longer[4:],
        last[0][3],
    ]


def test_a_word_that_juts_out_of_a_column_does_not_move_its_edge() -> None:
    address = "https://www.example.gov.cn/heating/apply.html"
    left = below(600, *COLUMNS[0][:3], address, "由街道总值班室接听。")

    document = read([*below(760, *HEAD, *FIRST), *left, *below(600, *COLUMNS[1], left=310)])

    assert words_of(document)[1].startswith("".join(COLUMNS[0][:3]))
    assert words_of(document)[-1] == "".join(COLUMNS[1])


def test_cells_of_a_table_are_not_columns_that_go_on() -> None:
    cells = [
        *below(600, "停车收费每小时五元，残疾", "人专用车辆凭证免费停"),
        (310.0, 600.0, 16.0, "010-00001"),
    ]
    last = ">>本通知自印发之日起施行，有效期到明年三月三十一日为止。"

    document = read([*below(760, *HEAD, *FIRST), *cells, *below(500, last)])

    assert words_of(document)[-2:] == ["010-00001", last.strip(">")]


def test_lists_of_long_names_in_large_type_stay_lists() -> None:
    names = [f"{one}社区党群服务中心办公室地址幸福路十八号" for one in "甲乙丙丁戊己"]

    document = read(below(760, "服务中心名单", *names, size=18, left=70))

    assert words_of(document) == names


def test_latin_words_of_lines_that_go_on_are_parted() -> None:
    lines = ["The community service centre will be closed on Monday and", "open on Tuesday."]

    document = read(below(760, "Notice", lines[0], lines[0], lines[1]))

    assert words_of(document) == [" ".join([lines[0], *lines])]


places = st.tuples(st.integers(0, 20), st.integers(1, 25), st.integers(10, 24))
words = st.text("老人津贴登记。，：；（）一二、", min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(places, words), min_size=1, max_size=20, unique_by=lambda one: one[0]))
def test_no_word_of_a_page_is_lost_wherever_it_stands(shown: list[tuple[Any, str]]) -> None:
    lines = tuple(
        Line(
            text=text,
            left=x * 20,
            right=x * 20 + size * len(text),
            top=y * 30 + size,
            bottom=y * 30,
            parts=tuple(
                Part(text=part, left=x * 20 + 300 * at, right=x * 20 + 300 * at + size * len(part))
                for at, part in enumerate((text[:9], text[9:]))
                if part
            ),
        )
        for (x, y, size), text in shown
    )

    found = "".join(block.text for block in blocks_of_printed([Page(lines=lines, width=600)]))

    assert sorted(found.replace(" ", "")) == sorted("".join(text for _, text in shown))


def test_a_page_whose_places_are_not_known_is_still_read() -> None:
    document = document_of(printed(below(760, "办事指南\U0001f600", "登记免费。")), "指南.pdf")

    assert words_of(document) == ["登记免费。"]
