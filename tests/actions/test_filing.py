"""Filing: read back, filed once, dropped, or followed instead."""

from datetime import UTC, datetime

from actions.asking import ActionAskConfirmation
from actions.cell import ActionUseDetail
from actions.complaint import (
    ActionCancelComplaint,
    ActionFileComplaint,
    ActionFollowTicket,
)
from actions.draft import DESCRIPTION_LIMIT, Draft
from actions.tickets.store import TicketStore
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
