"""A document says of itself from when and until when it is in force, and where."""

import pytest

from knowledge.item import Audience
from knowledge.life import Terms
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
    ],
)
def test_the_dates_in_force_are_read(line: str, effective: str, expires: str) -> None:
    terms = read("第一条 为保障老人生活，制定本办法。", line)

    assert (terms.effective, terms.expires) == (effective, expires)


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("江苏省南京市鼓楼区和平街道幸福里社区居民委员会", "江苏省南京市鼓楼区和平街道幸福里社区"),
        ("云溪市民政局", "云溪市"),
        ("关于印发云溪市养犬办法的通知", "云溪市"),
        ("国务院办公厅", "全国"),
        ("物业服务中心", ""),
    ],
)
def test_the_place_is_that_of_who_wrote_it(name: str, area: str) -> None:
    assert area_of([name]) == area


def test_what_was_read_can_be_published() -> None:
    terms = read("第九条 本办法自2024年5月1日起施行，有效期五年。")

    assert terms.checked() == terms
    assert (terms.issuer, terms.issued, terms.area) == ("云溪市民政局", "2024-04-02", "云溪市")
