"""The home that somebody told once: reports are placed there, read back, and can be moved."""

import json
from typing import Any

import pytest

from actions.asking import ActionAskPlace
from actions.complaint import ActionDraftComplaint
from actions.complaint_form import ValidateComplaintForm
from actions.draft import Draft
from actions.hearing import FORM
from tests.actions.stage import Talk

HOME = {"building": "3栋", "unit": "2单元"}


def drafted(home: dict[str, Any], text: str) -> Talk:
    """Return a talk in which somebody with a home reports something."""
    talk = Talk(slots={"home": home})
    talk.hears(text, "report_problem").does(ActionDraftComplaint())
    talk.loop = FORM
    talk.does(ValidateComplaintForm())
    talk.ask()
    return talk


def test_a_report_without_a_place_is_put_at_the_home_that_was_told() -> None:
    talk = drafted(HOME | {"is_told": True}, "楼道灯不亮了")

    assert (talk.draft["building"], talk.draft["unit"]) == ("3栋", "2单元")
    assert talk.slots["requested_slot"] == "confirmation"


def test_a_report_with_a_place_stays_there() -> None:
    talk = drafted(HOME | {"is_told": True}, "小区东门的路灯不亮了")

    assert talk.draft["building"] == ""


@pytest.mark.parametrize(
    ("said", "building", "where"),
    [("是小区东门的", "", "小区东门"), ("不对,是5栋", "5栋", "5栋")],
)
def test_an_assumed_place_can_be_put_right(said: str, building: str, where: str) -> None:
    talk = drafted(HOME | {"is_told": True}, "路灯不亮了")

    talk.in_form(said, "correct")

    assert talk.draft["building"] == building
    assert Draft.from_slot(talk.draft).where == where
    assert not talk.draft["is_assumed"]


def test_a_home_that_was_only_reported_from_is_offered() -> None:
    talk = drafted(HOME, "楼道灯不亮了")
    talk.does(ActionAskPlace())

    (button,) = talk.said[0]["buttons"]
    chosen = json.loads(button["payload"].removeprefix("/inform"))
    talk.in_form("", "inform", entities=chosen)

    assert talk.draft["building"] == "3栋"
    assert talk.slots["requested_slot"] == "confirmation"


def test_a_building_that_is_not_here_is_never_assumed() -> None:
    talk = drafted({"building": "99栋", "unit": "", "is_told": True}, "楼道灯不亮了")

    assert talk.draft["building"] == ""
    assert talk.slots["requested_slot"] == "place"
