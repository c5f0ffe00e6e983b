"""Visits and mediations: the same form, with what they need besides."""

import pytest

from actions.asking import ActionAskConfirmation, ActionAskPlace
from actions.complaint import ActionDraftComplaint, ActionFileComplaint
from actions.details import ActionAskDetails
from actions.draft import MEDIATION, VISIT
from actions.mediation import ActionRequestMediation
from actions.tickets.letters import grid_body
from actions.tickets.store import TicketStore
from actions.tickets.ticket import RequestType
from actions.visit import ActionBookVisit
from tests.actions.stage import Talk

VISIT_TOLD = "我妈瘫痪在床,想约人上门给她理个发,3栋2单元501,周三上午方便,电话13800001111"
DISPUTE = "5栋1单元,跟楼上601的老李为漏水吵了半年,想请社区调解,老李还骂人,打13800003333"


def opens(talk: Talk, action: ActionDraftComplaint, text: str, intent: str) -> None:
    talk.hears(text, intent).does(action)
    talk.ask()


def asked(talk: Talk) -> list[str]:
    talk.does(ActionAskDetails())
    return talk.used


def test_one_sentence_may_book_a_visit(talk: Talk) -> None:
    opens(talk, ActionBookVisit(), VISIT_TOLD, "book_visit")

    assert talk.draft["category"] == VISIT
    assert talk.draft["answers"] == {
        "service": "理个发",
        "person": "我妈",
        "appointment": "周三上午",
    }
    assert talk.slots["requested_slot"] == "confirmation"


def test_what_a_visit_needs_is_asked_one_by_one(talk: Talk) -> None:
    opens(talk, ActionBookVisit(), "想预约上门服务", "book_visit")
    talk.does(ActionAskPlace())
    assert talk.used == ["utter_ask_place_of_home"]

    talk.in_form("3栋2单元501")
    assert asked(talk) == ["utter_ask_service"]
    talk.in_form("给我妈剪头发")
    assert asked(talk) == ["utter_ask_appointment"]
    talk.in_form("等我女儿下班以后")
    assert asked(talk) == ["utter_ask_contact"]
    talk.in_form("13800001111")

    assert talk.slots["requested_slot"] == "confirmation"
    assert talk.draft["answers"]["person"] == "我妈"
    assert talk.draft["answers"]["appointment"] == "等我女儿下班以后"


def test_a_chosen_answer_counts_like_a_typed_one(talk: Talk) -> None:
    opens(talk, ActionBookVisit(), "3栋2单元想约个理发上门", "book_visit")

    talk.in_form(intent="inform", entities={"detail": "上午"})

    assert talk.draft["answers"]["appointment"] == "上午"


@pytest.mark.parametrize(
    ("text", "intent"), [("不留", "deny"), ("没得电话", "nlu_fallback"), ("先不说", "skip")]
)
def test_nobody_has_to_leave_a_telephone(talk: Talk, text: str, intent: str) -> None:
    opens(talk, ActionBookVisit(), "3栋2单元想约个理发上门,周三上午", "book_visit")
    assert asked(talk) == ["utter_ask_contact"]

    talk.in_form(text, intent)

    assert talk.slots["requested_slot"] == "confirmation"


def test_what_is_no_telephone_is_asked_for_twice_and_not_insisted_on(talk: Talk) -> None:
    opens(talk, ActionBookVisit(), "3栋2单元想约个理发上门,周三上午", "book_visit")

    talk.in_form("嗯嗯")
    assert talk.slots["requested_slot"] == "details"
    talk.in_form("那个")

    assert talk.slots["requested_slot"] == "confirmation"


def test_a_changed_mind_changes_the_appointment(talk: Talk) -> None:
    opens(talk, ActionBookVisit(), VISIT_TOLD, "book_visit")

    talk.in_form("不对,改成周四下午", "correct")

    assert talk.draft["answers"]["appointment"] == "周四下午"


def test_a_booked_visit_is_a_request_with_its_appointment(talk: Talk, store: TicketStore) -> None:
    opens(talk, ActionBookVisit(), VISIT_TOLD, "book_visit")

    talk.does(ActionFileComplaint(lambda: store))

    assert talk.used == ["utter_visit_booked"]
    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.request_type is RequestType.REQUEST
    assert {one.name: one.values for one in ticket.details} == {
        "需要的服务": ("理个发",),
        "服务对象": ("我妈",),
        "方便的时间": ("周三上午",),
    }


def test_the_other_side_of_a_dispute_stays_here(talk: Talk, store: TicketStore) -> None:
    opens(talk, ActionRequestMediation(), DISPUTE, "request_mediation")
    assert talk.draft["room"] == ""  # 601 is theirs
    assert talk.draft["answers"] == {"party": "楼上601的老李"}

    talk.does(ActionFileComplaint(lambda: store))

    assert talk.used == ["utter_mediation_requested"]
    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.attributes == {"party": ("楼上601的老李",)}
    outside = str(grid_body(ticket))
    assert "601" not in outside
    assert "老李" not in outside
    assert ticket.handler


def test_a_home_that_is_known_is_not_asked_for(talk: Talk) -> None:
    talk.slots["home"] = {"building": "6栋", "unit": "3单元"}

    opens(talk, ActionRequestMediation(), "我想申请调解", "request_mediation")

    assert (talk.draft["building"], talk.draft["unit"]) == ("6栋", "3单元")
    assert asked(talk) == ["utter_ask_party"]


def test_what_the_dispute_is_about_opens_no_other_draft(talk: Talk) -> None:
    opens(talk, ActionRequestMediation(), "我想申请调解", "request_mediation")

    talk.in_form("跟楼上邻居老王,为漏水的事", "report_problem")

    assert not talk.slots["other_drafts"]
    assert talk.draft["category"] == MEDIATION
    assert "漏水" in talk.draft["description"]


def test_a_neighbours_mediation_is_nobody_elses_business(talk: Talk, store: TicketStore) -> None:
    other = Talk(sender="neighbour")
    opens(other, ActionRequestMediation(), DISPUTE, "request_mediation")
    other.does(ActionFileComplaint(lambda: store))

    opens(talk, ActionRequestMediation(), DISPUTE, "request_mediation")
    talk.does(ActionAskConfirmation(lambda: store))

    assert talk.used == ["utter_ask_confirmation"]


def test_a_visit_wished_for_amid_a_report_is_a_second_draft(whole: Talk) -> None:
    whole.loop = "complaint_form"

    whole.hears("还想约个人上门给我妈理发", "book_visit").does(ActionBookVisit())

    kept = whole.slots["other_drafts"]["drafts"]
    assert {whole.draft["category"], *(one["category"] for one in kept)} == {"FAC-01", VISIT}


def test_a_booking_is_begun_where_only_the_words_say_so(talk: Talk) -> None:
    opens(talk, ActionDraftComplaint(), "想请人上门给老人理发,3栋2单元", "report_problem")

    assert talk.draft["category"] == VISIT
    assert talk.draft["request_type"] == RequestType.REQUEST.value


HAIR = "3栋2单元501想约个理发上门,周三上午"
QUARREL = "跟楼上602的老王吵了半年,上周五他还动手推了我爱人一把,派出所出过警,要他赔医药费三千块"


def test_a_place_put_right_while_the_service_is_asked_for_is_no_service(talk: Talk) -> None:
    opens(talk, ActionBookVisit(), "3栋2单元501,想预约上门服务", "book_visit")
    assert asked(talk) == ["utter_ask_service"]

    talk.in_form("不对,是5栋", "correct")

    assert talk.draft["building"] == "5栋"
    assert talk.draft["answers"] == {}
    assert asked(talk) == ["utter_ask_service"]


def test_what_is_put_right_while_the_telephone_is_asked_for_is_no_miss(talk: Talk) -> None:
    opens(talk, ActionBookVisit(), HAIR, "book_visit")

    talk.in_form("改成周五下午吧", "correct")
    talk.in_form("不对,是5栋", "correct")

    assert talk.draft["answers"]["appointment"] == "周五下午"
    assert talk.draft["building"] == "5栋"
    assert talk.draft["skipped"] == []
    assert asked(talk) == ["utter_ask_contact"]


def test_the_room_of_the_other_side_is_not_ones_own(talk: Talk) -> None:
    opens(talk, ActionRequestMediation(), "5栋1单元301,想申请调解", "request_mediation")

    talk.in_form("不对,是楼上602的老李", "correct")

    assert talk.draft["room"] == "301"


def test_the_whole_dispute_told_in_answer_is_kept(talk: Talk) -> None:
    opens(talk, ActionRequestMediation(), "5栋1单元,我想申请调解", "request_mediation")
    assert asked(talk) == ["utter_ask_party"]

    talk.in_form(QUARREL, "request_mediation")

    assert talk.draft["answers"] == {"party": "楼上602的老王"}
    assert "医药费三千块" in talk.draft["description"]
    assert talk.draft["category"] == MEDIATION


def test_a_story_in_the_place_of_a_telephone_is_kept(talk: Talk) -> None:
    opens(talk, ActionRequestMediation(), "5栋1单元,跟老王吵,想调解", "request_mediation")

    talk.in_form("他还动手推了我爱人一把派出所出过警")

    assert "派出所" in talk.draft["description"]


@pytest.mark.parametrize("answer", ["13800001111", "电话是13800001111,谢谢", "没有电话,不方便留"])
def test_a_mere_answer_is_no_part_of_the_story(talk: Talk, answer: str) -> None:
    opens(talk, ActionBookVisit(), HAIR, "book_visit")

    talk.in_form(answer)

    assert talk.draft["description"] == HAIR


def test_a_telephone_after_a_miss_ends_the_misses(talk: Talk) -> None:
    opens(talk, ActionBookVisit(), HAIR, "book_visit")
    talk.in_form("嗯嗯")

    talk.in_form("13800001111")

    assert talk.draft["tries"] == 0


def test_a_correction_in_many_words_is_no_story(talk: Talk) -> None:
    opens(talk, ActionBookVisit(), HAIR, "book_visit")

    talk.in_form("时间不对,应该改成周五下午三点", "correct")

    assert talk.draft["answers"]["appointment"] == "周五下午三点"
    assert talk.draft["description"] == HAIR


def test_a_story_that_puts_right_keeps_its_words(talk: Talk) -> None:
    opens(talk, ActionRequestMediation(), "5栋1单元,跟老李吵,想调解", "request_mediation")

    talk.in_form(f"不对,{QUARREL}", "correct")

    assert talk.draft["answers"] == {"party": "楼上602的老王"}
    assert "医药费三千块" in talk.draft["description"]
    assert talk.draft["room"] == ""
