"""Filing: read back, filed once, dropped, or followed instead."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from actions.asking import ActionAskConfirmation
from actions.cell import ActionUseDetail
from actions.complaint import (
    ActionCancelComplaint,
    ActionFileComplaint,
    ActionFollowTicket,
)
from actions.complaint_form import ValidateComplaintForm
from actions.draft import DESCRIPTION_LIMIT, Draft
from actions.hearing import FORM
from actions.phrases import phrase
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Place
from tests.actions.stage import WHOLE, Talk, begin

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


def test_the_summary_is_read_back(whole: Talk, store: TicketStore) -> None:
    whole.does(ActionAskConfirmation(lambda: store))

    assert whole.used == ["utter_ask_confirmation"]
    for word in ("公共照明", "3栋", "13800001111"):
        assert word in whole.said[0]["summary"]
    assert whole.facts["ticket"]["number"] is None
    assert whole.facts["ticket"]["grid_cell"].startswith("XFL-01")


def test_filing_tells_the_number_and_empties_the_form(whole: Talk, store: TicketStore) -> None:
    whole.in_form(intent="affirm")
    assert whole.slots["confirmation"] is True

    whole.does(ActionFileComplaint(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert whole.used == ["utter_complaint_filed"]
    assert whole.said[0]["number"] == ticket.number
    assert whole.facts["outcome"] == "ticket"
    assert whole.facts["ticket"]["code"] == ticket.code
    assert whole.slots["ticket_number"] == ticket.number
    assert whole.slots["home"] == {"building": "3栋", "unit": "2单元"}
    assert not any(whole.slots[s] for s in ("draft", "problem", "place", "confirmation"))
    assert ticket.complaint.place.cell == "XFL-01-3"
    assert store.contact(ticket.number, viewer="t", reason="t", now=NOW) == "13800001111"


def test_the_same_message_files_one_ticket(whole: Talk, store: TicketStore) -> None:
    whole.in_form(intent="affirm")
    before = dict(whole.slots)
    whole.does(ActionFileComplaint(lambda: store))
    first = whole.said
    whole.slots = before

    whole.does(ActionFileComplaint(lambda: store))

    assert whole.said == first
    assert len(store.of_conversation("me")) == 1


def test_another_message_files_another_ticket(whole: Talk, store: TicketStore) -> None:
    before = dict(whole.slots)
    whole.does(ActionFileComplaint(lambda: store))
    whole.slots = before

    whole.hears(intent="affirm").does(ActionFileComplaint(lambda: store))

    assert len(store.of_conversation("me")) == 2


def test_what_was_confirmed_and_not_filed_is_filed_with_the_next_yes(
    whole: Talk, store: TicketStore
) -> None:
    whole.in_form(intent="affirm")
    whole.loop = ""  # the form was left, and filing failed

    whole.hears(intent="affirm").does(ActionUseDetail(lambda: store))

    assert whole.used == ["utter_complaint_filed"]
    assert len(store.of_conversation("me")) == 1


def test_dropping_it_forgets_everything(whole: Talk) -> None:
    whole.does(ActionCancelComplaint())

    assert whole.used == ["utter_complaint_cancelled"]
    assert not any(whole.slots[s] for s in ("draft", "problem", "place", "confirmation"))


def filed(store: TicketStore, sender: str) -> str:
    other = Talk(sender=sender)
    begin(other, WHOLE)
    other.does(ActionFileComplaint(lambda: store))
    number: str = other.slots["ticket_number"]
    return number


def test_a_neighbours_ticket_about_the_same_is_offered_and_followed(
    whole: Talk, store: TicketStore
) -> None:
    number = filed(store, "neighbour")

    whole.does(ActionAskConfirmation(lambda: store))
    assert whole.used == ["utter_similar_ticket"]
    whole.hears(intent="follow_ticket", entities={"ticket_number": number})
    whole.does(ActionFollowTicket(lambda: store))

    assert whole.used == ["utter_following"]
    assert store.followers(number) == ["me"]
    assert whole.facts["ticket"]["description"] == ""
    assert whole.facts["ticket"]["code"] is None
    assert WHOLE not in str(whole.said)


def offered_beside(
    store: TicketStore, theirs: dict[str, Any], mine: dict[str, Any], text: str = "路灯坏了"
) -> list[str]:
    """Return what somebody hears whose point is ``mine``, where a neighbour sent ``theirs``."""
    neighbour, me = Talk(sender="neighbour"), Talk()
    for talk, point in ((neighbour, theirs), (me, mine)):
        begin(talk, text)
        talk.in_form(intent="send_location", location=point)
        talk.does(ActionAskConfirmation(lambda: store))
        heard = talk.used
        if talk is neighbour:
            talk.does(ActionFileComplaint(lambda: store))
    return heard


IN_WECHAT = {"latitude": 39.908692, "longitude": 116.397477, "datum": "GCJ-02"}
IN_TELEGRAM = {"latitude": 39.907289, "longitude": 116.391235, "datum": "WGS-84"}  # the same spot


def test_a_point_beside_a_neighbours_point_is_the_same_place(store: TicketStore) -> None:
    assert offered_beside(store, IN_WECHAT, IN_TELEGRAM) == ["utter_similar_ticket"]


def test_a_point_elsewhere_is_another_place(store: TicketStore) -> None:
    elsewhere = IN_TELEGRAM | {"latitude": 39.9103}  # 335 m to the north

    assert offered_beside(store, IN_WECHAT, elsewhere) == ["utter_ask_confirmation"]


def test_the_same_numbers_in_another_datum_are_another_place(store: TicketStore) -> None:
    taken_for_wgs84 = IN_WECHAT | {"datum": "WGS-84"}

    assert offered_beside(store, IN_WECHAT, taken_for_wgs84) == ["utter_ask_confirmation"]


def test_where_an_open_ticket_without_a_building_is_is_said_in_words(store: TicketStore) -> None:
    theirs, mine = Talk(sender="neighbour"), Talk()
    for talk in (theirs, mine):
        begin(talk, "小区东门的路灯坏了")
        talk.does(ActionAskConfirmation(lambda: store))
        if talk is theirs:
            talk.does(ActionFileComplaint(lambda: store))

    assert mine.used == ["utter_similar_ticket"]
    assert mine.said[0]["where"] == phrase("nearby")


def test_a_ticket_of_the_building_is_offered_to_who_names_a_unit(
    whole: Talk, store: TicketStore
) -> None:
    neighbour = Talk(sender="neighbour")
    begin(neighbour, "3栋楼道灯坏了")
    neighbour.does(ActionFileComplaint(lambda: store))

    whole.does(ActionAskConfirmation(lambda: store))

    assert whole.used == ["utter_similar_ticket"]


def test_a_neighbours_own_affair_is_offered_to_nobody(whole: Talk, store: TicketStore) -> None:
    alike = replace(store.desk, embed=lambda texts: np.ones((len(texts), 2)))
    near = TicketStore(store.engine, alike)
    visit = Complaint(
        category="CAR-03", description="楼道灯", place=Place(building="3栋", unit="2单元")
    )
    near.file(visit, NOW)

    whole.does(ActionAskConfirmation(lambda: near))

    assert whole.used == ["utter_ask_confirmation"]


def test_the_offer_to_follow_is_made_once(whole: Talk, store: TicketStore) -> None:
    filed(store, "neighbour")
    whole.does(ActionAskConfirmation(lambda: store))

    whole.does(ActionAskConfirmation(lambda: store))

    assert whole.used == ["utter_ask_confirmation"]


def test_a_ticket_that_is_not_there_cannot_be_followed(talk: Talk, store: TicketStore) -> None:
    talk.hears(intent="follow_ticket", entities={"ticket_number": "20260101-000001"})

    talk.does(ActionFollowTicket(lambda: store))

    assert talk.used == ["utter_ticket_unknown"]


def test_a_draft_survives_its_slot() -> None:
    draft = Draft(description="灯", media=("a", "b"), latitude=1.5, tries=2)

    assert Draft.from_slot(draft.to_slot()) == draft
    assert Draft.from_slot(None) == Draft()
    assert Draft.from_slot({"of an older version": 1}) == Draft()


def test_a_story_is_kept_up_to_the_limit(talk: Talk) -> None:
    begin(talk, "楼道灯坏了" * 800)
    talk.slots["requested_slot"] = "confirmation"
    talk.in_form("还有电梯也坏了" * 500, "report_problem")

    assert len(talk.draft["description"]) == DESCRIPTION_LIMIT


def closed_meanwhile(whole: Talk, store: TicketStore, owner: str) -> str:
    """Offer a ticket that its reporter then withdraws; agree to it all the same."""
    number = filed(store, owner)
    whole.does(ActionAskConfirmation(lambda: store))
    store.withdraw(number, conversation=owner, now=datetime.now(UTC))
    whole.in_form(intent="follow_ticket", entities={"ticket_number": number})
    whole.does(ActionFileComplaint(lambda: store))
    return number


@pytest.mark.parametrize("owner", ["neighbour", "me"])
def test_agreeing_to_a_ticket_that_closed_meanwhile_files_a_new_one(
    whole: Talk, store: TicketStore, owner: str
) -> None:
    gone = closed_meanwhile(whole, store, owner)

    assert whole.used == ["utter_complaint_filed"]
    (new,) = (one for one in store.of_conversation("me") if one.number != gone)
    assert new.is_open
    assert store.followers(gone) == []


def test_agreeing_to_a_closed_ticket_keeps_that_draft_among_several(
    talk: Talk, store: TicketStore
) -> None:
    number = filed(store, "neighbour")
    begin(talk, "3栋2单元楼道灯坏了。5栋1单元门口垃圾没人清")
    talk.does(ActionAskConfirmation(lambda: store))
    assert talk.used == ["utter_similar_ticket"]
    store.withdraw(number, conversation="neighbour", now=NOW)

    talk.loop = FORM
    talk.hears(intent="follow_ticket", entities={"ticket_number": number})
    talk.does(ValidateComplaintForm(lambda: store))

    assert talk.used == []
    assert len(talk.slots["other_drafts"]["drafts"]) == 1


def test_a_picture_sent_with_the_yes_is_added_to_ones_own_ticket(
    whole: Talk, store: TicketStore
) -> None:
    number = filed(store, "me")
    whole.does(ActionAskConfirmation(lambda: store))

    whole.in_form("好的,就加到那个里面", "affirm", media=["pic1"])
    whole.does(ActionFileComplaint(lambda: store))

    ticket = store.by_number(number)
    assert whole.used == ["utter_supplemented"]
    assert ticket is not None
    assert ticket.complaint.media == ("pic1",)
