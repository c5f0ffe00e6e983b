"""Lines that a page cut off are joined again, and lines that end by themselves are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.reading.markdown import read_text
from tests.knowledge.conftest import POLICY

PARAGRAPHS = [
    "幸福区八十周岁以上的老年人可以向户籍所在地的社区居民委员会申请高龄津贴，由本人或者其委托的亲属持本人身份证和"
    "户口本办理，社区居民委员会应当在五个工作日内完成初审并且上报街道办事处。",
    "街道办事处应当在十个工作日内完成审核，对材料不齐全的，应当一次性告知申请人需要补正的全部内容，申请人补正以后"
    "重新计算办理的期限。",
    "高龄津贴自批准的下一个月起按月发放到申请人本人的银行账户，发放标准由区人民政府根据经济社会发展水平确定并且"
    "适时调整，调整以后向社会公布。",
]


def cut(paragraph: str, width: int, indent: str = "") -> list[str]:
    text = indent + paragraph
    return [text[at : at + width] for at in range(0, len(text), width)]


def paragraphs(*lines: str) -> list[str]:
    return [block.text for block in read_text("\n".join(lines))]


@pytest.mark.parametrize("width", [20, 24, 28, 36, 45])
@pytest.mark.parametrize("indent", ["", "　　"])
def test_paragraphs_that_were_cut_are_whole_again(width: int, indent: str) -> None:
    lines = [line for one in PARAGRAPHS for line in cut(one, width, indent)]

    assert paragraphs("养老办法", *lines) == ["养老办法", *PARAGRAPHS]


def test_a_few_longer_lines_do_not_change_where_the_others_are_cut() -> None:
    lines = [line for one in PARAGRAPHS for line in cut(one, 28)]
    table = "社区\t电话\t地点\t说明"
    row = "枫桥社区\t65510098\t幸福区枫桥路十八号枫桥社区党群服务中心一楼大厅\t周一至周五"

    assert paragraphs(*lines, "", table, row)[:3] == PARAGRAPHS


def test_an_article_begins_a_paragraph_and_a_reference_to_one_does_not() -> None:
    first = (
        "第三十条　违反本办法规定的单位和个人，由区城市管理局责令限期改正，逾期不改正的，"
        "由区城市管理局会同公安机关依照本办法"
    )[-56:]
    reference, last = "第二十五条规定处以五百元以下罚款。", "第三十一条　由民政局负责解释。"

    found = paragraphs(*cut(PARAGRAPHS[0], 28), *cut(first, 28), reference, last)

    assert found[1:] == [first + reference, last]


def test_lines_of_one_length_that_are_whole_are_not_joined() -> None:
    lines = [f"{one}社区服务中心办公时间为上午九点至下午五点整" for one in "甲乙"]

    assert paragraphs(*lines) == lines


def test_items_and_rows_in_columns_are_not_joined() -> None:
    lines = [line for one in PARAGRAPHS for line in cut(one, 28)]
    items = ["（一）年满八十周岁并且具有本区户籍连续满三年以上的老年人", "（二）低保老人"]
    phones = ["枫桥社区服务中心   65510098   幸福区枫桥路十八号", "甲   1   乙", "丙   2   丁"]

    found = paragraphs(*lines, *items, *phones)

    assert found[3:5] == items
    assert len(found) > 5


def test_a_text_whose_lines_end_as_they_like_stays_as_it_is() -> None:
    lines = POLICY.splitlines()

    assert paragraphs(*lines) == lines


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("老人津贴登记。，：；（）一二1、 ", max_size=60), max_size=30))
def test_no_sign_of_a_text_is_lost(lines: list[str]) -> None:
    found = "".join(paragraphs(*lines))

    assert sorted(found.replace(" ", "")) == sorted("".join(lines).replace(" ", ""))


NOTICE = ["关于图书室开放时间调整的通告", "", "为方便居民，图书室开放时间调整如下："]


def test_a_numbered_line_that_the_next_one_ends_is_one_sentence() -> None:
    items = ["一、开放时间：周二至周日9:00至", "20:00。"]
    more = ["二、借书押金为100元，逾期不还的，从押金中每日扣除", "1元，扣完为止。"]
    closing = ["联系人：刘敏，电话：010-00004545", "", "柳荫里社区居委会"]

    found = paragraphs(*NOTICE, *items, *more, "", *closing)

    assert found[2:] == ["".join(items), "".join(more), closing[0], closing[2]]


@pytest.mark.parametrize("end", ["，", "、", "（", "至", "或者", "以及", "从"])
def test_a_line_that_cannot_end_there_goes_on(end: str) -> None:
    lines = [f"图书室的开放时间为上午{end}", "下午两点。"]

    assert paragraphs(*NOTICE, *lines)[2:] == ["".join(lines)]


@pytest.mark.parametrize("heading", ["一、活动目的", "二、业主参与", "三、禁止行为", "四、签到"])
def test_headings_that_end_like_a_sentence_that_goes_on_are_headings(heading: str) -> None:
    lines = [heading, "请各位居民相互转告。"]

    assert paragraphs(*NOTICE, *lines)[2:] == lines


def test_short_lines_with_signs_within_are_not_joined_to_what_follows() -> None:
    lines = ["一、加强领导，落实责任", "各社区应当定期检查，并且公布结果，接受居民的监督。",
             "二、地址：幸福路16号，电话：55512345", "请带齐以上材料。"]  # fmt: skip

    assert paragraphs(*NOTICE, *lines)[2:] == lines


def test_a_text_with_many_short_lines_is_joined_where_it_was_cut() -> None:
    body = [line for one in PARAGRAPHS for line in cut(one, 28)]
    short = [f"{one}、服务中心" for one in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"]

    assert paragraphs(*body, *short) == [*PARAGRAPHS, *short]


def test_words_of_latin_letters_stay_apart() -> None:
    lines = [f"{'社区服务' * 5}，居民可以在这里使用 Wi", "Fi，并且打印文件。"]

    assert paragraphs(*NOTICE, *lines, *lines)[2] == " ".join(lines)
