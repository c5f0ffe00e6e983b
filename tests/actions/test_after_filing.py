"""What is told after filing goes to the ticket, or is a report of its own."""

import pytest

from actions.cell import ActionUseDetail
from actions.complaint import ActionDraftComplaint
from actions.draft import OTHER
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Ticket
from tests.actions.filed import file_about
from tests.actions.stage import Talk


@pytest.mark.parametrize(
    ("told", "position"), [("22栋1单元302", 0), ("对就是22栋1单元", 0), ("9-1-402", 1)]
)
def test_a_door_told_alone_after_filing_is_added_to_the_ticket_there(
    talk: Talk, store: TicketStore, told: str, position: int
) -> None:
    ours = [
        file_about(store, OTHER, "楼道里全是鸽子屎", "22栋", 1),
        file_about(store, "RDS-02", "井盖没了", "9栋", 2),
    ]
    talk.slots |= {"ticket_number": ours[1].number, "topic": "ticket"}

    talk.hears(told, "inform").does(ActionUseDetail(lambda: store))

    assert talk.used == ["utter_supplemented"]
    assert told in str(store.history(ours[position].number))


def test_another_door_after_filing_is_kept_for_the_next_report(
    talk: Talk, store: TicketStore, two: tuple[Ticket, Ticket]
) -> None:
    talk.hears("3-2-501", "inform").does(ActionUseDetail(lambda: store))

    assert talk.used == ["utter_what_about_place"]
    assert talk.slots["home"]["room"] == "501"


@pytest.mark.parametrize("told", ["到现在还没人来,我要打12345", "再不来修我就投诉你们"])
def test_who_complains_that_nobody_came_urges_and_files_nothing_new(
    talk: Talk, store: TicketStore, told: str
) -> None:
    ticket = file_about(store, "FAC-02", "电梯坏了", "9栋", 1)
    talk.slots |= {"ticket_number": ticket.number, "topic": "ticket"}

    talk.hears(told, "report_problem").does(ActionDraftComplaint(lambda: store))

    assert talk.used == ["utter_urged"]


def test_another_thing_after_filing_is_another_report(talk: Talk, store: TicketStore) -> None:
    ticket = file_about(store, "FAC-02", "电梯坏了", "9栋", 1)
    talk.slots |= {"ticket_number": ticket.number, "topic": "ticket"}

    talk.hears("楼下垃圾桶还没人收", "report_problem").does(ActionDraftComplaint(lambda: store))

    assert talk.draft["category"] == "ENV-01"


def test_a_spot_told_after_an_offer_begins_the_report_there(
    talk: Talk, store: TicketStore
) -> None:
    talk.slots["pending_question"] = "我那个灯啊一闪一闪的快坏了"

    talk.hears("就是单元门口那个", "inform").does(ActionUseDetail(lambda: store))

    assert "单元门口" in talk.draft["address"]


def test_a_name_withheld_after_filing_makes_the_ticket_anonymous(
    talk: Talk, store: TicketStore
) -> None:
    filed = file_about(store, "FAC-01", "楼道灯坏了", "22栋", 1)
    talk.slots |= {"ticket_number": filed.number, "topic": "ticket"}

    talk.hears("别登我的名字", "skip").does(ActionUseDetail(lambda: store))

    ticket = store.by_number(filed.number)
    assert talk.used == ["utter_supplemented"]
    assert ticket is not None
    assert ticket.complaint.reporter.is_anonymous
