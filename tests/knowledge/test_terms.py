"""A document says of itself from when and until when it is in force, and where."""

import pytest

from knowledge.item import Audience
from knowledge.life import Terms
from knowledge.reading.document import Document, Section
from knowledge.reading.files import document_of
from knowledge.reading.terms import area_of, terms_of


def read(*lines: str, title: str = "云溪市高龄津贴发放办法") -> Terms:
    text = "\n".join([title, *lines, "云溪市民政局", "2024年4月2日"])
    return terms_of(document_of(text.encode(), "办法.txt"), audience=Audience.PUBLIC)


@pytest.mark.parametrize(
    ("line", "effective", "expires"),
    [
        ("第九条 本办法自2024年5月1日起施行。", "2024-05-01", ""),
        ("第九条 本办法自2024年5月1日起施行，有效期五年。", "2024-05-01", "2029-04-30"),
        (
            "第九条 本办法自2024年5月1日起施行，有效期至2026年12月31日。",
            "2024-05-01",
            "2026-12-31",
        ),
        ("第九条 本办法自发布之日起施行，有效期2年。", "2024-04-02", "2026-04-01"),
        ("第九条 本通知自2027年1月1日起废止。", "", "2026-12-31"),
        ("施行日期：2024-06-01", "2024-06-01", ""),
        ("第九条 老年证有效期至2020年12月31日的，可以换发。", "", ""),
        ("第九条 本办法自2024年2月30日起施行。", "", ""),
        ("第九条 本办法自二〇二四年五月一日起施行。", "2024-05-01", ""),
        ("第九条 本办法自二○二四年十月二十五日起实施，有效期3年。", "2024-10-25", "2027-10-24"),
        (
            "第九条 本办法由区民政局负责解释，自2024年5月1日起施行，有效期五年。",
            "2024-05-01",
            "2029-04-30",
        ),
        ("第九条 本通知有效期至2026年12月31日。", "", "2026-12-31"),
        (
            "第九条 本办法自2024年5月1日起施行，自2026年5月1日起废止。",
            "2024-05-01",
            "2026-04-30",
        ),
    ],
)
def test_the_dates_in_force_are_read(line: str, effective: str, expires: str) -> None:
    terms = read("第一条 为保障老人生活，制定本办法。", line)

    assert (terms.effective, terms.expires) == (effective, expires)


@pytest.mark.parametrize(
    "line",
    [
        "第八条 按照本规定核发的许可证有效期为三年。",
        "第八条 按照本规定核发许可证，有效期为三年。",
        "第八条 本办法所称居住证有效期为一年。",
        "第八条 本办法所称居住证，是指居住地核发的证件，有效期为一年。",
        "第八条 本办法实施前已领取的老年证有效期至2024年12月31日。",
        "第九条 本办法自2024年1月1日起施行，居住证有效期为一年。",
        "第九条 本办法自2024年1月1日起施行，原《云溪市养老办法》（云民发〔2019〕3号）"
        "自2024年1月1日起废止。",
        "第九条 本办法自印发之日起施行，2019年1月1日起施行的办法自2024年1月1日起废止。",
    ],
)
def test_the_end_of_a_certificate_or_an_old_text_is_not_its_own(line: str) -> None:
    assert read("第一条 为保障老人生活，制定本办法。", line).expires == ""


def test_the_validity_that_a_table_tells_of_an_item_is_not_that_of_the_table() -> None:
    table = "事项名称,办理地点,有效期\n居住证,幸福路1号,有效期至2024年12月31日\n"

    terms = terms_of(document_of(table.encode(), "事项.csv"), audience=Audience.PUBLIC)

    assert terms.expires == ""


def test_a_date_that_is_in_no_calendar_is_no_date() -> None:
    document = Document(
        file="办法.txt",
        title="办法",
        sections=(Section(text="本办法自印发之日起施行，有效期5年。"),),
        issued="2024-02-30",
    )

    terms = terms_of(document, audience=Audience.PUBLIC)

    assert (terms.issued, terms.effective, terms.expires) == ("", "", "")


@pytest.mark.parametrize(
    ("line", "issued"),
    [
        ("二〇二四年三月一日", "2024-03-01"),
        ("二○二四年十二月三十一日", "2024-12-31"),
        ("2024 年 3 月 1 日", "2024-03-01"),
        ("2024年2月30日", ""),
    ],
)
def test_the_date_of_the_signature_is_read(line: str, issued: str) -> None:
    text = f"云溪市高龄津贴发放办法\n第一条 登记免费。\n云溪市民政局\n{line}"

    assert document_of(text.encode(), "办法.txt").issued == issued


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("江苏省南京市鼓楼区和平街道幸福里社区居民委员会", "江苏省南京市鼓楼区和平街道幸福里社区"),
        ("云溪市民政局", "云溪市"),
        ("关于印发云溪市养犬办法的通知", "云溪市"),
        ("国务院办公厅", "全国"),
        ("物业服务中心", ""),
        ("幸福区民政局关于提高高龄津贴标准的通知", "幸福区"),
        ("和平街道办事处", "和平街道"),
        ("和平街道居民议事办法", "和平街道"),
        ("关于进一步规范幸福区养老服务的通知", "幸福区"),
        ("关于在云溪市南山区开展养犬登记的通告", "云溪市南山区"),
        ("本溪市平山区民政局", "本溪市平山区"),
        ("关于进一步加强社区养老服务工作的通知", ""),
        ("居民小区停车管理办法", ""),
        ("关于推进城市社区嵌入式服务设施建设的通知", ""),
        ("幸福里小区停车管理办法", ""),
        ("农贸市场管理办法", ""),
        ("关于做好全市社区工作的通知", ""),
        ("老旧小区改造实施方案", ""),
        ("关于城乡居民养老保险的通知", ""),
    ],
)
def test_the_place_is_that_of_who_wrote_it(name: str, area: str) -> None:
    assert area_of([name]) == area


@pytest.mark.parametrize(
    ("label", "area"),
    [
        ("本社区60周岁以上老人", "云溪市"),
        ("本街道户籍居民", "云溪市"),
        ("全市", "云溪市"),
        ("本小区全体业主", "云溪市"),
        ("本地区居民", "云溪市"),
        ("具有本市户籍的老人", "云溪市"),
        ("在和平街道居住的老人", "云溪市"),
        ("该街道居民", "云溪市"),
        ("物业服务企业", "云溪市"),
        ("全国", "全国"),
        ("江苏省云溪市和平街道", "江苏省云溪市和平街道"),
        ("和平街道", "和平街道"),
        ("本溪市平山区", "本溪市平山区"),
        ("全州县", "全州县"),
        ("万全区", "万全区"),
    ],
)
def test_the_place_of_a_label_counts_only_by_its_name(label: str, area: str) -> None:
    assert area_of(["云溪市民政局"], [f"适用范围：{label}。"]) == area


def test_a_label_that_names_a_place_is_found_after_one_that_does_not() -> None:
    assert area_of([], ["适用范围：本社区居民\n适用地区：和平街道"]) == "和平街道"


def test_what_was_read_can_be_published() -> None:
    terms = read("第九条 本办法自2024年5月1日起施行，有效期五年。")

    assert terms.checked() == terms
    assert (terms.issuer, terms.issued, terms.area) == ("云溪市民政局", "2024-04-02", "云溪市")
