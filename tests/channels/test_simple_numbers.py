"""Numbers on the page for elderly people: rung with one press, and shown once."""

import pytest

from channels.simple.screens import telephones, without_ticket
from tests.channels.office import Office, says


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("值班电话:010-0000-0001", ("010-0000-0001",)),
        ("打 0571-0000001 或 13800000000。", ("0571-0000001", "13800000000")),
        ("工单 20261122-000001,身份证 110101194001010013", ()),
        ("010-0000-0001、010-0000-0001", ("010-0000-0001",)),
    ],
)
def test_what_can_be_rung_is_told_from_other_numbers(line: str, expected: tuple[str, ...]) -> None:
    assert telephones([line]) == expected


async def test_a_number_in_an_answer_is_a_link(office: Office) -> None:
    office.talker.script["转人工"] = says("已经登记。\n值班电话:010-0000-0001")

    page = await office.client.post("/simple/say", data={"text": "转人工", "nonce": "n"})

    assert 'href="tel:010-0000-0001"' in page.text


def test_number_and_code_stand_in_the_box_alone() -> None:
    ticket = {"number": "20261122-000004", "code": "YFQVT9XPY"}
    asked = "5栋已经有人反映过同样的问题(20261122-000004,已提交)。"
    lines = ["已经登记。", "编号:20261122-000004", "查询码:YFQVT9XPY", asked]

    assert without_ticket(lines, ticket) == ("已经登记。", asked)
    assert without_ticket(lines, {}) == tuple(lines)
