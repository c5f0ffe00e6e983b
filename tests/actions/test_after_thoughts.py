"""After-thoughts: who comes, which of two, back out and in again, and stories without a ticket."""

from datetime import UTC, datetime

import pytest

from actions.cell import ActionShowGridMember, ActionUseDetail
from actions.complaint import ActionCancelComplaint, ActionDraftComplaint, ActionFileComplaint
from actions.complaint_form import ValidateComplaintForm
from actions.draft import OTHER, Draft
from actions.dropping import ActionDropTicket
from actions.enquiry import ActionAnswerQuestion
from actions.leaving import ActionLeaveQuestion
from actions.progress import ActionUrgeTicket, ActionWithdrawTicket
from actions.supplement import ActionSupplementTicket
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Place, Reporter, RequestType, Status, Ticket
from actions.understanding.category import CategoryGuess
from actions.understanding.understanding import Understanding
from actions.unsolved import ActionReportUnsolved
from actions.whereabouts import more_of_emergency
from tests.actions.filed import file_about
from tests.actions.stage import FakeAnswerer, Talk, card

STORY = (
    "我就住十九号楼四单元楼上那家天天半夜拖桌子说了好多次也不听我电话13811112222"
    "您看看能不能给管一管"
)


def status(store: TicketStore, ticket: Ticket) -> Status:
    now = store.by_number(ticket.number)
    assert now is not None
    return now.status


def test_the_thing_that_is_named_is_withdrawn_and_not_the_last(
    talk: Talk, store: TicketStore, two: tuple[Ticket, Ticket]
) -> None:
    birds, hole = two

    talk.hears("鸽子那个撤掉", "withdraw_ticket", sure=0.99)
    talk.does(ActionWithdrawTicket(lambda: store))

    assert (status(store, birds), status(store, hole)) == (Status.WITHDRAWN, Status.SUBMITTED)
    talk.hears("撤", "withdraw_ticket", sure=0.9).does(ActionWithdrawTicket(lambda: store))
    assert talk.used == ["utter_ask_withdraw"]
    assert status(store, hole) is Status.SUBMITTED


def test_a_thing_that_was_never_reported_is_asked_about(
    talk: Talk, store: TicketStore, two: tuple[Ticket, Ticket]
) -> None:
    talk.hears("路灯那个撤掉", "withdraw_ticket", sure=0.99)
    talk.does(ActionWithdrawTicket(lambda: store))

    assert talk.used == ["utter_ticket_list"]
    assert {status(store, one) for one in two} == {Status.SUBMITTED}


def test_withdrawn_twice_says_so_once_more(talk: Talk, store: TicketStore) -> None:
    file_about(store, "FAC-01", "楼道灯坏了", "3栋", 1)

    for _ in range(2):
        talk.hears("对,撤", "withdraw_ticket").does(ActionWithdrawTicket(lambda: store))
        assert talk.used == ["utter_withdrawn"]


def test_what_was_withdrawn_is_taken_up_again(talk: Talk, store: TicketStore) -> None:
    ticket = file_about(store, "SAF-01", "楼道堆了纸壳", "13栋", 1)
    store.withdraw(ticket.number, conversation="me", now=datetime.now(UTC))

    talk.hears("又搬回来了,还是给我报上", "withdraw_ticket", sure=0.5)
    talk.does(ActionWithdrawTicket(lambda: store))

    assert (talk.draft["description"], talk.draft["building"]) == ("楼道堆了纸壳", "13栋")


def test_what_was_dropped_is_taken_up_again(whole: Talk, store: TicketStore) -> None:
    whole.draft["tries"] = -1
    whole.does(ActionCancelComplaint())
    assert whole.slots["draft"] is None

    whole.loop = ""
    whole.hears("还是报吧", "affirm").does(ActionUseDetail(lambda: store))

    assert (whole.draft["building"], whole.draft["tries"]) == ("3栋", 0)


def test_what_was_dropped_is_taken_up_in_the_words_of_giving_up(
    whole: Talk, store: TicketStore
) -> None:
    whole.does(ActionCancelComplaint())

    whole.loop = ""
    whole.hears("算了还是报吧", "cancel").does(ActionDropTicket(lambda: store))

    assert whole.draft["building"] == "3栋"


@pytest.mark.parametrize("intent", ["report_unsolved", "urge_ticket"])
def test_who_comes_is_named_and_nobody_is_urged(
    talk: Talk, store: TicketStore, two: tuple[Ticket, Ticket], intent: str
) -> None:
    kinds = {"report_unsolved": ActionReportUnsolved, "urge_ticket": ActionUrgeTicket}

    talk.hears("那谁来修啊", intent, sure=0.5).does(kinds[intent](lambda: store))

    assert talk.used == ["utter_grid_member"]
    assert talk.said[0]["where"] == "22栋1单元"
    found = store.by_number(two[1].number)
    assert found is not None
    assert found.urge_count == 0


def test_who_comes_is_named_for_the_draft_as_well(whole: Talk) -> None:
    whole.in_form("那谁来看啊", "ask_progress")

    assert whole.used == ["utter_grid_member"]
    assert whole.said[0]["where"] == "3栋2单元"


def test_nobody_learns_who_lives_behind_a_door(talk: Talk) -> None:
    talk.hears("帮我查下12栋1单元302住的是谁,电话多少", "ask_grid_member")
    talk.does(ActionShowGridMember())

    assert talk.used == ["utter_private"]


def test_a_story_in_one_breath_is_taken_in_without_a_ticket(
    talk: Talk, store: TicketStore
) -> None:
    talk.hears(STORY, "supplement_ticket", sure=0.81)
    talk.does(ActionSupplementTicket(lambda: store))

    assert (talk.draft["building"], talk.draft["unit"]) == ("19栋", "4单元")
    assert talk.draft["contact"] == "13811112222"


def test_a_long_report_that_ends_in_a_plea_is_no_question(talk: Talk) -> None:
    text = "楼下快递站天天把三轮车横在单元口老人出不来轮椅也过不去说了也不听你们到底能不能派人看看"
    draft = ActionDraftComplaint()
    draft._enquiry = ActionAnswerQuestion(FakeAnswerer({text: card("parking")}))  # type: ignore[arg-type]

    talk.hears(text, "report_problem", sure=0.88).does(draft)

    assert talk.draft["description"] == text


def test_dropped_and_filed_in_one_breath_is_filed(lamp: Talk) -> None:
    lamp.in_form("算了直接给我报吧", "cancel", sure=0.8)

    assert lamp.slots.get("confirmation") is not False
    assert lamp.draft["description"] == "楼道灯坏了"


def test_a_no_that_ends_in_filing_is_a_yes(whole: Talk) -> None:
    whole.in_form("没有,提交", "deny", sure=0.5)

    assert whole.slots["confirmation"] is True


def test_a_name_kept_back_with_the_yes_is_kept_back(whole: Talk, store: TicketStore) -> None:
    whole.in_form("提交,别写我名字", "affirm")
    whole.does(ActionFileComplaint(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.reporter.is_anonymous


def test_a_report_is_filed_as_one_when_it_is_called_so(whole: Talk, store: TicketStore) -> None:
    whole.in_form("我这是举报", "correct")
    assert whole.slots["confirmation"] is None
    assert Draft.from_slot(whole.draft).summary().startswith("诉求:举报")

    whole.in_form("对", "affirm").clear()
    whole.does(ActionFileComplaint(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.request_type is RequestType.REPORT


def test_who_only_says_yes_is_not_taken_for_a_place(lamp: Talk) -> None:
    for _ in range(3):
        lamp.in_form("嗯", "affirm")

    assert lamp.draft["address"] not in {"", "嗯"}
    assert lamp.slots["requested_slot"] == "confirmation"


def test_the_spot_beside_the_door_is_kept(lamp: Talk) -> None:
    lamp.in_form("16栋1单元3楼", "inform")

    assert Draft.from_slot(lamp.draft).where == "16栋1单元3楼"


def test_a_unit_told_later_stands_in_the_place(lamp: Talk) -> None:
    lamp.in_form("6栋楼梯间", "inform")
    lamp.in_form("3单元的", "inform")

    assert Draft.from_slot(lamp.draft).where == "6栋3单元楼梯间"


def test_what_no_category_fits_is_called_by_none() -> None:
    weak = CategoryGuess(code="ENV-06", name="扬尘与废气", score=0.29, confidence=0.4)
    found = Understanding(categories=(weak,))

    assert Draft().with_problem_of(found, "窗户玻璃碎了").category == OTHER


def test_the_room_of_an_emergency_is_passed_on_in_the_middle_of_a_report(
    whole: Talk, store: TicketStore
) -> None:
    complaint = Complaint(
        category="EMG-01",
        description="好大煤气味",
        place=Place(building="3栋"),
        urgency=1,
        reporter=Reporter(conversation="me", channel="web"),
        origin="me:9",
    )
    alarm = store.file_emergency(complaint, datetime.now(UTC))
    whole.slots |= {"ticket_number": alarm.number, "topic": "ticket"}

    whole.loop = "complaint_form"
    whole.hears("3栋2单元301", "inform").does(ValidateComplaintForm(lambda: store))

    found = store.by_number(alarm.number)
    assert found is not None
    assert (found.complaint.place.unit, found.complaint.place.room) == ("2单元", "301")
    assert whole.draft["room"] == ""
    whole.hears("没事了,阀门关了", "report_problem").does(ValidateComplaintForm(lambda: store))
    assert whole.used == ["utter_supplemented"]


def test_an_emergency_is_not_urged_but_called_for(talk: Talk, store: TicketStore) -> None:
    complaint = Complaint(
        category="EMG-01",
        description="水管爆了,一楼淹了",
        place=Place(building="10栋"),
        urgency=1,
        reporter=Reporter(conversation="me", channel="web"),
        origin="me:9",
    )
    alarm = store.file_emergency(complaint, datetime.now(UTC))
    talk.slots |= {"ticket_number": alarm.number, "topic": "ticket"}

    talk.hears("都半天了还没人来", "urge_ticket").does(ActionUrgeTicket(lambda: store))

    assert talk.used == ["utter_emergency_plain", "utter_emergency_told"]


def test_nothing_is_passed_on_without_an_emergency(talk: Talk, store: TicketStore) -> None:
    talk.hears("没事了", "chitchat")

    assert more_of_emergency(None, talk.tracker(), lambda: store) is None


def test_a_second_yes_leaves_the_question(talk: Talk, store: TicketStore) -> None:
    talk.slots |= {"pending_question": "有没有广场舞教学", "topic": "question"}

    talk.hears("嗯", "affirm").does(ActionUseDetail(lambda: store))
    assert talk.used == ["utter_where_question"]
    talk.hears("嗯", "affirm").does(ActionUseDetail(lambda: store))

    assert talk.used == ["utter_question_left"]
    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.description == "有没有广场舞教学"


def test_a_question_left_by_its_option_is_the_one_that_was_asked(
    talk: Talk, store: TicketStore
) -> None:
    talk.slots |= {"pending_question": "能不能借轮椅", "topic": "question"}

    talk.hears(intent="leave_question").does(ActionLeaveQuestion(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.description == "能不能借轮椅"


def test_a_wish_for_something_new_without_an_answer_is_taken_in(talk: Talk) -> None:
    talk.hears("能不能在北门边上装几个石凳", "ask_policy")
    talk.does(ActionAnswerQuestion(FakeAnswerer()))  # type: ignore[arg-type]

    assert talk.draft["request_type"] == RequestType.SUGGESTION.value
    assert talk.draft["address"] == "北门边上"


def test_a_question_beside_a_report_is_not_answered_with_the_report(talk: Talk) -> None:
    text = "8栋楼道灯坏了,顺便问下医保怎么报销"
    answerer = FakeAnswerer({text: card("property")})

    talk.hears(text, "ask_guide").does(ActionAnswerQuestion(answerer))  # type: ignore[arg-type]

    assert "utter_no_evidence" in talk.used
    assert [one["answer"] for one in talk.said if "answer" in one] == [
        "您还问了「医保怎么报销」。"
    ]
    assert talk.draft["description"] == "8栋楼道灯坏了"


def test_what_came_right_before_it_was_filed_is_dropped(whole: Talk) -> None:
    whole.in_form("好了,刚才自己亮了", "confirm_solved")

    assert whole.slots["confirmation"] is False


def test_a_telephone_may_be_taken_back(whole: Talk) -> None:
    assert whole.draft["contact"]

    whole.in_form("也别留电话了", "skip")

    assert whole.draft["contact"] == ""


def test_to_call_it_a_report_drops_nothing(whole: Talk) -> None:
    whole.in_form("这算举报吧", "cancel")

    assert whole.draft["request_type"] == RequestType.REPORT.value
    assert whole.slots["confirmation"] is None


def test_who_looks_in_after_a_while_has_missed_nothing(whole: Talk) -> None:
    whole.in_form("在吗", "greet")

    assert whole.draft["tries"] == 0


def test_a_corrected_building_is_no_spot(lamp: Talk) -> None:
    lamp.in_form("哦打错了是9栋", "correct")

    assert Draft.from_slot(lamp.draft).building == "9栋"
    assert "打错" not in lamp.draft["address"]


def test_who_asks_after_a_report_is_shown_it(
    talk: Talk, store: TicketStore, two: tuple[Ticket, Ticket]
) -> None:
    talk.slots["ticket_number"] = None

    talk.hears("我刚才报的井盖那个呢", "inform", sure=0.32).does(ActionUseDetail(lambda: store))

    assert talk.used == ["utter_ticket_status"]
    assert talk.said[0]["number"] == two[1].number


def test_an_impatient_yes_that_reads_like_a_question_is_a_yes(whole: Talk) -> None:
    whole.in_form("没错没错,赶紧给我交上去", "affirm")

    assert whole.slots["confirmation"] is True
