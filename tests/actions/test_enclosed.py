"""Pictures that come beside words: they stay with the report, whatever the words are heard as."""

from typing import Any

from rasa_sdk import Action

from actions.asking import ActionAskConfirmation, ActionAskPlace, ActionAskProblem
from actions.cell import ActionUseDetail
from actions.clarifying import ActionAnswerOrClarify
from actions.complaint import ActionDraftComplaint
from actions.complaint_form import ValidateComplaintForm
from actions.details import ActionAskDetails
from actions.enquiry import ActionAnswerQuestion
from actions.hearing import FORM
from actions.leaving import ActionLeaveQuestion
from actions.tickets.store import TicketStore
from actions.tickets.workers import WorkerRegistry
from actions.visit import ActionBookVisit
from knowledge.answer import Answer
from tests.actions.filed import file
from tests.actions.stage import FakeAnswerer, Talk, begin, card

HEAP = "3栋2单元门口垃圾堆成山没人清"
WHOSE = "这个归谁管啊?"
DOGS = "小区里遛狗不拴绳子归谁管?"


def asks(talk: Talk) -> list[str]:
    """Let the form ask for what is missing."""
    asked: dict[str, Action] = {
        "problem": ActionAskProblem(),
        "place": ActionAskPlace(),
        "details": ActionAskDetails(),
        "confirmation": ActionAskConfirmation(),
    }
    talk.does(asked[talk.ask() or "confirmation"])
    return talk.used


def knowing(workers: WorkerRegistry, answers: dict[str, Answer]) -> ActionDraftComplaint:
    """Return the action that begins a report, with a knowledge base."""
    action = ActionDraftComplaint()
    action._enquiry = ActionAnswerQuestion(knowledge(**answers), lambda: workers)
    return action


def knowledge(**answers: Answer) -> Any:
    """Return a knowledge base that knows these answers alone."""
    return FakeAnswerer(answers)


def test_a_picture_stays_with_a_report_that_was_taken_for_a_detail(talk: Talk) -> None:
    talk.hears(HEAP, "inform", media=["pic1"]).does(ActionUseDetail())

    talk.loop = FORM
    talk.does(ValidateComplaintForm())
    asks(talk)

    assert talk.draft["media"] == ["pic1"]
    assert talk.slots["problem"]


def test_a_point_beside_such_a_report_is_its_place(talk: Talk, store: TicketStore) -> None:
    point = {"latitude": 31.2, "longitude": 121.4, "datum": "GCJ-02"}
    talk.hears("楼道口的路灯坏了好几天没人修", "inform", location=point)
    talk.does(ActionUseDetail(lambda: store))

    talk.loop = FORM
    talk.does(ValidateComplaintForm())

    assert talk.draft["latitude"] == 31.2
    assert talk.ask() == "confirmation"


def test_a_picture_beside_a_question_in_the_middle_is_kept(lamp: Talk) -> None:
    lamp.in_form(WHOSE, "ask_policy", media=["pic1"])

    assert asks(lamp) == ["utter_ask_place"]
    assert lamp.draft["media"] == ["pic1"]


def test_a_picture_beside_a_question_about_a_visit_is_kept(talk: Talk) -> None:
    talk.hears("3栋2单元想约个理发上门", "book_visit").does(ActionBookVisit())
    talk.ask()

    talk.in_form("收费吗?", "ask_policy", media=["pic1"])

    assert asks(talk) == ["utter_ask_appointment"]
    assert talk.draft["media"] == ["pic1"]


def test_a_picture_is_kept_once(lamp: Talk) -> None:
    lamp.in_form("3栋2单元", media=["pic1"])

    asks(lamp)

    assert lamp.draft["media"] == ["pic1"]


def test_a_picture_of_one_of_several_is_not_put_to_the_next(talk: Talk) -> None:
    begin(talk, "3栋2单元楼道灯坏了。50栋1单元门口垃圾没人清", media=["pic1"])
    assert talk.draft["building"] == "50栋"  # which there is none of

    asks(talk)

    kept = [talk.draft, *talk.slots["other_drafts"]["drafts"]]
    assert [one for draft in kept for one in draft["media"]] == ["pic1"]


def test_a_picture_for_a_filed_ticket_is_not_put_to_the_draft(
    lamp: Talk, store: TicketStore
) -> None:
    ticket = file(store)
    lamp.loop = FORM
    lamp.hears("我刚才报的那个,补充一下,漏得更大了", "supplement_ticket", media=["pic1"])

    lamp.does(ValidateComplaintForm(lambda: store))
    asks(lamp)

    now = store.by_number(ticket.number)
    assert now is not None
    assert now.complaint.media == ("pic1",)
    assert lamp.draft["media"] == []


def test_a_picture_beside_a_question_is_there_when_it_is_registered(
    talk: Talk, workers: WorkerRegistry
) -> None:
    action = knowing(workers, {DOGS: card("dogs")})
    talk.hears(DOGS, "report_problem", sure=0.5, media=["pic1"]).does(action)
    assert "utter_offer_ticket" in talk.used

    talk.hears(intent="report_problem").does(action)

    assert talk.draft["description"] == DOGS
    assert talk.draft["media"] == ["pic1"]


def test_the_picture_of_an_earlier_question_is_not_put_to_another_report(
    talk: Talk, workers: WorkerRegistry
) -> None:
    action = knowing(workers, {DOGS: card("dogs")})
    talk.hears(DOGS, "report_problem", sure=0.5, media=["pic1"]).does(action)

    talk.hears("3栋2单元楼道灯坏了", "report_problem").does(action)

    assert talk.draft["media"] == []


def test_a_picture_beside_what_is_only_offered_is_kept(
    talk: Talk, workers: WorkerRegistry
) -> None:
    nobody = ActionAnswerOrClarify(knowledge(), lambda: workers)
    talk.hears("那边漏得厉害", "nlu_fallback", media=["pic1"]).does(nobody)
    assert talk.used == ["utter_offer_complaint"]

    talk.hears(intent="report_problem").does(ActionDraftComplaint())

    assert talk.draft["media"] == ["pic1"]


def test_a_question_is_left_with_its_picture(
    talk: Talk, store: TicketStore, workers: WorkerRegistry
) -> None:
    nobody = ActionAnswerQuestion(knowledge(), lambda: workers)
    talk.hears(WHOSE, "ask_policy", media=["pic1"]).does(nobody)

    talk.hears(intent="leave_question").does(ActionLeaveQuestion(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.media == ("pic1",)
