"""A web page keeps its words apart, and loses only what is no text of it."""

import pytest

from knowledge.reading.document import Document
from knowledge.reading.files import document_of


def read(page: str) -> Document:
    return document_of(page.encode(), "通知.html")


def texts(document: Document) -> list[str]:
    return [section.text for section in document.sections]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("5551234<br>5555678", "5551234 5555678"),
        ("<p>9:00-12:00</p><p>14:00-17:00</p>", "9:00-12:00 14:00-17:00"),
        ("<ul><li>身份证<li>户口本</ul>", "身份证 户口本"),
        ("<div>每月<b>100</b>元</div>", "每月100元"),
    ],
)
def test_lines_within_a_cell_stay_apart(cell: str, shown: str) -> None:
    page = f"<h1>电话</h1><table><tr><td>社区<td>说明<tr><td>枫桥<td>{cell}</table>"

    assert texts(read(page))[-1] == f"枫桥：{shown}"


def test_a_heading_of_two_lines_is_one_heading() -> None:
    assert read("<h1>幸福区民政局<br>停水通知</h1><p>8月1日停水。</p>").title == (
        "幸福区民政局 停水通知"
    )


def test_a_page_within_a_form_is_read_without_its_controls() -> None:
    page = (
        '<form id="form1"><input value="搜索"><select><option>全部</option></select>'
        "<textarea>留言</textarea><button>提交</button>"
        "<h1>停水通知</h1><p>8月1日停水。</p></form>"
    )

    document = read(page)

    assert (document.title, texts(document)) == ("停水通知", ["8月1日停水。"])


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("2024-2025年度供暖通知_幸福区政府", "2024-2025年度供暖通知"),
        ("2024-2025年度供暖通知-幸福区政府", "2024-2025年度供暖通知"),
        ("供暖通知 - 幸福区政府", "供暖通知"),
        ("A-1栋停水 | 幸福家园", "A-1栋停水"),
        ("供暖通知-ABC网", "供暖通知"),
        ("供暖通知——幸福区政府", "供暖通知"),
        ("_幸福区政府", "幸福区政府"),
    ],
)
def test_the_title_of_a_page_is_what_stands_before_its_site(title: str, shown: str) -> None:
    assert read(f"<title>{title}</title><p>11月1日起供暖。</p>").title == shown


def test_a_head_that_is_never_closed_leaves_the_body() -> None:
    page = (
        '<html><head><meta charset="utf-8"><title>停水</title><style>p {}</style>'
        "<script>var a = '<p>';</script><body><p>8月1日停水。</p></body></html>"
    )

    document = read(page)

    assert (document.title, texts(document)) == ("停水", ["8月1日停水。"])


def test_the_title_of_a_picture_is_not_that_of_the_page() -> None:
    page = "<title>停水</title><svg><title>图标</title></svg><p>8月1日停水。</p>"

    document = read(page)

    assert (document.title, texts(document)) == ("停水", ["8月1日停水。"])


FRAME = """<div class="header"><ul class="nav"><li><a href="/">首页</a>
<li><a href="/a">政务公开</a><li><a href="/b">办事服务</a></ul></div>
<div class="crumb">当前位置：首页 &gt; 通知公告</div>
<div class="content"><h1>停水通知</h1>{}</div>
<div class="footer">主办：幸福街道办事处　京ICP备00000000号　网站地图 | 联系我们</div>"""


def test_menus_paths_and_footers_are_no_words_of_the_page() -> None:
    document = read(FRAME.format("<p>8月1日8时至20时，1号楼至6号楼停水，请提前储水。</p>"))

    assert (document.title, texts(document)) == (
        "停水通知",
        ["8月1日8时至20时，1号楼至6号楼停水，请提前储水。"],
    )


def test_links_outside_the_article_are_left_out_whatever_they_are_called() -> None:
    links = "".join(f'<li><a href="/{name}">{name}</a>' for name in ("通知", "公告", "政策"))

    document = read(f"<ul>{links}</ul><div><h1>停水</h1><p>8月1日停水。</p></div><ul>{links}</ul>")

    assert texts(document) == ["8月1日停水。"]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ('<div class="menu"><p>周一：红烧肉，12元</p></div>', "周一：红烧肉，12元"),
        ('<div class="article-footer">监督电话：5551234</div>', "监督电话：5551234"),
        ('<div class="has-sidebar"><p>周日照常供应。</p></div>', "周日照常供应。"),
        (
            '<ul><li><a href="/1.docx">申请表</a><li><a href="/2.docx">承诺书</a>'
            '<li><a href="/3.pdf">说明</a></ul>',
            "说明",
        ),
        (
            '<ul><li><a href="/1">预约</a><li><a href="/2">缴费</a><li><a href="/3">查询</a></ul>',
            "查询",
        ),
    ],
)
def test_a_name_or_a_list_of_links_leaves_no_words_of_the_article_out(
    block: str, words: str
) -> None:
    document = read(
        FRAME.format(f"<p>社区食堂8月1日起每日供应午餐，老人凭助餐卡就餐。</p>{block}")
    )

    assert words in "\n".join(texts(document))


def test_a_menu_that_is_never_closed_takes_no_article_with_it() -> None:
    page = '<div class="nav"><a href="/">首页</a><h1>停水</h1><p>8月1日停水。</p>'

    assert "8月1日停水。" in "\n".join(texts(read(page)))


def test_who_signed_and_when_is_no_part_of_the_last_clause() -> None:
    page = FRAME.format(
        "<p>一、标准</p><p>监督电话：5551234</p><p>幸福街道办事处<br>2026年10月20日</p>"
    )

    document = read(page)

    assert texts(document)[-2:] == ["监督电话：5551234", "幸福街道办事处\n2026年10月20日"]
    assert (document.issuer, document.issued) == ("幸福街道办事处", "2026-10-20")
