"""Numbers in an answer can be rung with one press on the page for elderly people."""

import pytest

from channels.simple.screens import telephones
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
