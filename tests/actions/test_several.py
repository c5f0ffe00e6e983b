"""Several drafts: confirmed together, each put right or dropped by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from actions.asking import SILENCE, ActionAskConfirmation, ActionAskPlace, ActionAskProblem
from actions.batch import Batch, take_in
from actions.complaint import ActionFileComplaint
from actions.complaint_form import ValidateComplaintForm
from actions.hearing import FORM
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Place, Reporter, Ticket
from tests.actions.stage import Talk, begin

TWO = "3栋2单元楼道灯坏了三天了,还有电梯坏了停在一楼"


@pytest.fixture
def two(talk: Talk) -> Talk:
    """Somebody who has told of two things, and is asked whether both are right."""
    begin(talk, TWO)
    assert talk.slots["requested_slot"] == "confirmation"
    return talk


def drafts(talk: Talk) -> list[tuple[str, str]]:
    batch = Batch.from_tracker(talk.tracker())
    return [(draft.category, draft.building) for draft in batch.drafts]


def test_two_problems_become_two_drafts_at_the_same_place(two: Talk) -> None:
    assert drafts(two) == [("FAC-01", "3栋"), ("FAC-02", "3栋")]
    lamp, lift = Batch.from_tracker(two.tracker()).drafts
    assert (lamp.since != "", lift.since) == (True, "")


def test_they_are_read_back_together(two: Talk, store: TicketStore) -> None:
    two.does(ActionAskConfirmation(lambda: store))

    assert two.used == ["utter_ask_confirmation_of_all"]
    assert len(two.facts["ticket"]["others"]) == 1


def test_one_yes_files_two_tickets_and_again_the_same_two(two: Talk, store: TicketStore) -> None:
    two.in_form("对", "affirm")
    before = dict(two.slots)

    two.does(ActionFileComplaint(lambda: store))
    two.slots = before
    two.does(ActionFileComplaint(lambda: store))

    assert two.used == ["utter_complaints_filed"]
    filed = store.of_conversation("me")
    assert {ticket.complaint.category for ticket in filed} == {"FAC-01", "FAC-02"}
    assert len(filed) == 2


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("第二个不报了", [("FAC-01", "3栋")]),
        ("只报第二个", [("FAC-02", "3栋")]),
        ("电梯那个不报了", [("FAC-01", "3栋")]),
        ("电梯是6栋的", [("FAC-01", "3栋"), ("FAC-02", "6栋")]),
        ("第二个地址是5栋", [("FAC-01", "3栋"), ("FAC-02", "5栋")]),
        ("都说错了,是7栋", [("FAC-01", "7栋"), ("FAC-02", "7栋")]),
        ("第一个报,第二个不报", [("FAC-01", "3栋")]),
        ("只报第一个不报第二个", [("FAC-01", "3栋")]),
        ("第二个报了三次都不管", [("FAC-01", "3栋"), ("FAC-02", "3栋")]),
        ("第二个不要紧,第一个急", [("FAC-01", "3栋"), ("FAC-02", "3栋")]),
    ],
)
def test_each_can_be_put_right_or_dropped(
    two: Talk, text: str, left: list[tuple[str, str]]
) -> None:
    two.in_form(text, "correct")

    assert drafts(two) == left
    assert two.slots["requested_slot"] == "confirmation"


def test_saying_that_one_is_wrong_asks_what_is_to_change(two: Talk, store: TicketStore) -> None:
    two.in_form("第二个不太对", "deny")
    two.does(ActionAskConfirmation(lambda: store))
    assert two.used == ["utter_ask_what_to_change"]

    two.in_form(intent="edit_draft", entities={"field": "place"})
    two.in_form("9栋")

    assert drafts(two) == [("FAC-01", "3栋"), ("FAC-02", "9栋")]


def test_the_telephone_is_for_all(two: Talk) -> None:
    two.in_form("我电话13800001111", "inform")

    assert {d.contact for d in Batch.from_tracker(two.tracker()).drafts} == {"13800001111"}


@pytest.mark.parametrize("taken_back", ["不用匿名了", "算了,取消匿名"])
def test_a_name_kept_back_for_all_can_be_given_for_all(two: Talk, taken_back: str) -> None:
    two.in_form("别写我名字", "inform")
    hidden = {draft.is_anonymous for draft in Batch.from_tracker(two.tracker()).drafts}

    two.in_form(taken_back, "inform")

    assert hidden == {True}
    assert {d.is_anonymous for d in Batch.from_tracker(two.tracker()).drafts} == {False}
    assert two.slots["requested_slot"] == "confirmation"


def test_who_never_kept_their_name_back_is_understood_all_the_same(two: Talk) -> None:
    two.in_form("不用匿名", "nlu_fallback")

    assert [draft.tries for draft in Batch.from_tracker(two.tracker()).drafts] == [0, 0]
    assert two.slots["requested_slot"] == "confirmation"


def test_one_place_answers_for_all_that_have_none(talk: Talk) -> None:
    begin(talk, "楼道灯坏了,还有电梯坏了停在一楼")
    assert talk.slots["requested_slot"] == "place"
    talk.does(ActionAskPlace())
    assert "公共照明、电梯故障" in talk.said[0]["category"]

    talk.in_form("7栋1单元")

    assert drafts(talk) == [("FAC-01", "7栋"), ("FAC-02", "7栋")]
    assert talk.slots["requested_slot"] == "confirmation"


def test_another_problem_may_be_added_before_the_yes(whole: Talk) -> None:
    whole.in_form("对了还有个事,5栋电梯坏了停在一楼", "report_problem")

    assert drafts(whole) == [("FAC-01", "3栋"), ("FAC-02", "5栋")]


def test_more_about_the_same_problem_is_no_other_problem(whole: Talk) -> None:
    whole.in_form("还有楼梯口的灯也坏了", "report_problem")

    assert len(drafts(whole)) == 1


def test_a_question_beside_the_problem_is_kept_apart() -> None:
    told = take_in("3栋楼道灯坏了,顺便问一下居住证怎么办")

    assert [draft.description for draft in told.drafts] == ["3栋楼道灯坏了"]
    assert len(told.questions) == 1


def test_ones_own_open_ticket_is_added_to_and_not_followed(
    whole: Talk, store: TicketStore
) -> None:
    whole.does(ActionFileComplaint(lambda: store))
    (ticket,) = store.of_conversation("me")
    begin(whole, "3栋2单元楼道灯又坏了")

    whole.does(ActionAskConfirmation(lambda: store))
    assert whole.used == ["utter_own_similar_ticket"]

    entities = {"ticket_number": ticket.number}
    whole.in_form(intent="supplement_ticket", entities=entities)
    whole.does(ActionFileComplaint(lambda: store))
    assert whole.used == ["utter_supplemented"]
    assert len(store.of_conversation("me")) == 1


def test_who_adds_to_their_own_ticket_unnamed_is_unnamed_from_then_on(
    whole: Talk, store: TicketStore
) -> None:
    whole.does(ActionFileComplaint(lambda: store))
    (named,) = store.of_conversation("me")
    begin(whole, "3栋2单元楼道灯又坏了,别写我名字")
    whole.does(ActionAskConfirmation(lambda: store))

    entities = {"ticket_number": named.number}
    whole.in_form(intent="supplement_ticket", entities=entities)
    whole.does(ActionFileComplaint(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert not named.complaint.reporter.is_anonymous
    assert ticket.complaint.reporter.is_anonymous


def _file_for(store: TicketStore, category: str, building: str, who: str = "neighbour") -> Ticket:
    complaint = Complaint(
        category=category,
        description="早报过的",
        place=Place(building=building, address=building),
        reporter=Reporter(conversation=who, channel="web"),
    )
    return store.file(complaint, datetime.now(UTC))


def test_the_open_ticket_of_one_of_several_is_offered_and_joined(
    talk: Talk, store: TicketStore
) -> None:
    theirs = _file_for(store, "FAC-02", "7栋")
    begin(talk, "7栋楼道灯坏了,还有7栋电梯坏了停在一楼")
    talk.does(ActionAskConfirmation(lambda: store))
    assert talk.used == ["utter_similar_ticket"]
    assert talk.said[0]["where"].startswith("第2件")

    talk.loop = FORM
    talk.hears("好,一起关注", "affirm").does(ValidateComplaintForm(lambda: store))

    assert talk.used == ["utter_following"]
    assert store.followers(theirs.number) == ["me"]
    assert drafts(talk) == [("FAC-01", "7栋")]
    assert talk.ask() == "confirmation"


def test_who_wants_a_ticket_of_their_own_is_read_all_of_them(
    talk: Talk, store: TicketStore
) -> None:
    _file_for(store, "FAC-02", "7栋")
    begin(talk, "7栋楼道灯坏了,还有7栋电梯坏了停在一楼")
    talk.does(ActionAskConfirmation(lambda: store))

    talk.loop = FORM
    talk.hears(intent="affirm").does(ValidateComplaintForm(lambda: store))
    talk.ask()
    talk.does(ActionAskConfirmation(lambda: store))

    assert talk.used == ["utter_ask_confirmation_of_all"]
    assert drafts(talk) == [("FAC-01", "7栋"), ("FAC-02", "7栋")]


@pytest.mark.parametrize(
    ("text", "intent", "confirmation"),
    [
        ("好的", "affirm", "follow"),
        ("要", "nlu_fallback", "follow"),
        ("关注一下吧", "follow_ticket", "follow"),
        ("不用,我这个是另一个", "deny", None),
        ("不要", "deny", None),
    ],
)
def test_a_typed_yes_follows_and_a_typed_no_is_read_the_draft(
    whole: Talk, store: TicketStore, text: str, intent: str, confirmation: str | None
) -> None:
    _file_for(store, "FAC-01", "3栋")
    whole.slots["draft"]["unit"] = ""
    whole.does(ActionAskConfirmation(lambda: store))

    whole.in_form(text, intent)

    assert whole.slots["confirmation"] == confirmation


def test_one_fault_at_two_doors_becomes_two_drafts() -> None:
    told = take_in("5栋和6栋的楼道灯都坏了")

    assert [(one.category, one.building) for one in told.drafts] == [
        ("FAC-01", "5栋"),
        ("FAC-01", "6栋"),
    ]


def test_what_is_broken_at_two_doors_is_asked_once_for_both(talk: Talk) -> None:
    begin(talk, "5栋和6栋都坏了")
    talk.does(ActionAskProblem())
    assert talk.used == ["utter_ask_problem_there"]
    assert talk.said[0]["where"] == "5栋、6栋"

    talk.in_form("电梯坏了,停在一楼", "report_problem")

    assert drafts(talk) == [("FAC-02", "5栋"), ("FAC-02", "6栋")]
    assert talk.slots["requested_slot"] == "confirmation"


def test_two_doors_may_answer_the_question_where(lamp: Talk) -> None:
    lamp.in_form("5栋和6栋都是")

    assert drafts(lamp) == [("FAC-01", "5栋"), ("FAC-01", "6栋")]


def test_who_comes_back_after_a_long_time_is_told_where_we_were(lamp: Talk) -> None:
    lamp.does(ActionAskPlace())
    assert lamp.used == ["utter_ask_place"]
    asked_at = datetime.now(UTC) - SILENCE - timedelta(minutes=1)
    lamp.slots["draft_at"] = asked_at.isoformat()

    lamp.does(ActionAskPlace())

    assert lamp.used == ["utter_draft_waited", "utter_ask_place"]
    assert lamp.said[0]["what"] == "楼道灯坏了"


def test_who_cannot_say_what_gets_choices_and_then_a_person(talk: Talk) -> None:
    begin(talk, "我要投诉")
    used = []
    for _ in range(3):
        talk.in_form("嗯", "affirm")
        talk.does(ActionAskProblem())
        used += talk.used

    assert used == ["utter_ask_problem_again", "utter_ask_problem_choices", "utter_ask_person"]


def test_a_chosen_problem_is_taken(talk: Talk) -> None:
    begin(talk, "我要投诉")

    talk.in_form(intent="inform", entities={"category": "FAC-01"})

    assert (talk.draft["category"], talk.draft["description"]) == ("FAC-01", "公共照明")


def test_a_row_that_there_is_not_drops_nothing(two: Talk) -> None:
    two.in_form("第三个不报了,我自己找保险", "cancel")

    assert drafts(two) == [("FAC-01", "3栋"), ("FAC-02", "3栋")]
    assert two.slots.get("confirmation") is not False


def test_what_is_added_before_the_yes_goes_to_the_thing_it_names(two: Talk) -> None:
    two.in_form("再加一句,电梯里的报警按钮按了没人应", "supplement_ticket")

    _, lift = Batch.from_tracker(two.tracker()).drafts
    assert "报警按钮" in lift.description
