"""Complaints: one sentence is enough, a correction is heard, nothing is filed twice."""

import pytest
from rasa_sdk.events import ActionExecuted

from actions.asking import (
    ActionAskConfirmation,
    ActionAskPlace,
    ActionAskProblem,
)
from actions.complaint import ActionFileComplaint
from actions.complaint_form import ValidateComplaintForm
from actions.draft import Draft
from actions.hearing import INTERRUPTIONS, TRIES
from actions.tickets.store import TicketStore
from tests.actions.stage import WHOLE, Talk, begin


def test_one_sentence_fills_everything(whole: Talk) -> None:
    draft = whole.draft

    assert draft["description"] == WHOLE
    assert (draft["building"], draft["unit"]) == ("3栋", "2单元")
    assert draft["category"] == "FAC-01"
    assert draft["contact"] == "13800001111"
    assert draft["since"]


def test_only_saying_that_there_is_something_asks_what(talk: Talk) -> None:
    begin(talk, "我要投诉")

    assert talk.slots["requested_slot"] == "problem"
    talk.does(ActionAskProblem())
    assert talk.used == ["utter_ask_problem"]


@pytest.mark.parametrize(
    ("text", "intent"), [("好的", "affirm"), ("行", "affirm"), ("不", "deny"), ("不知道", "skip")]
)
def test_a_yes_is_no_problem_to_report(talk: Talk, text: str, intent: str) -> None:
    begin(talk, "我要投诉")

    talk.in_form(text, intent)

    assert talk.draft["description"] == ""
    talk.does(ActionAskProblem())
    assert talk.used == ["utter_ask_problem_again"]


def test_a_place_alone_is_kept_and_the_problem_asked_for(talk: Talk) -> None:
    begin(talk, "我要投诉")

    talk.in_form("3栋2单元")

    assert talk.draft["description"] == ""
    assert talk.draft["building"] == "3栋"
    assert talk.slots["requested_slot"] == "problem"


def test_the_answer_to_what_may_hold_the_place_too(talk: Talk) -> None:
    begin(talk, "我要投诉")

    talk.in_form("5栋1单元电梯坏了", "report_problem")

    assert talk.slots["requested_slot"] == "confirmation"
    assert (talk.draft["building"], talk.draft["unit"]) == ("5栋", "1单元")


def test_a_problem_meant_as_a_refusal_by_its_words_is_heard(talk: Talk) -> None:
    begin(talk, "我要投诉")

    talk.in_form("没有水,停水一天了", "deny")

    assert talk.draft["description"] == "没有水,停水一天了"


def test_the_place_is_heard_when_it_is_asked_for(lamp: Talk) -> None:
    lamp.in_form("三号楼二单元")

    assert (lamp.draft["building"], lamp.draft["unit"]) == ("3栋", "2单元")
    assert lamp.draft["description"] == "楼道灯坏了"
    assert lamp.slots["requested_slot"] == "confirmation"


def test_a_landmark_is_a_place(lamp: Talk) -> None:
    lamp.in_form("小区东门的车棚旁边")

    assert "东门" in lamp.draft["address"]
    assert lamp.slots["requested_slot"] == "confirmation"


def test_an_unknown_building_is_asked_for_again(lamp: Talk) -> None:
    lamp.in_form("99栋2单元")

    assert lamp.slots["requested_slot"] == "place"
    lamp.does(ActionAskPlace())
    assert lamp.used == ["utter_ask_unknown_building"]
    assert lamp.said[0]["building"] == "99栋"


def test_an_unknown_building_can_be_put_right(lamp: Talk) -> None:
    lamp.in_form("99栋2单元")
    lamp.in_form("说错了,是9栋", "correct")

    assert lamp.draft["building"] == "9栋"
    assert lamp.slots["requested_slot"] == "confirmation"


def test_who_insists_on_an_unknown_building_is_taken_at_their_word(lamp: Talk) -> None:
    lamp.in_form("99栋2单元")
    for _ in range(TRIES + 1):
        if lamp.slots["requested_slot"] == "place":
            lamp.in_form("就是99栋2单元", "affirm")

    assert lamp.slots["requested_slot"] == "confirmation"
    assert lamp.draft["building"] == ""
    assert "99栋" in lamp.draft["address"]


def test_a_place_that_is_not_understood_is_asked_for_with_choices_then_taken_in_words(
    lamp: Talk,
) -> None:
    asked = []
    for _ in range(TRIES):
        lamp.in_form("嗯那个啥", "affirm")
        lamp.does(ActionAskPlace())
        asked += lamp.used
    lamp.in_form("反正就那儿呗", "affirm")

    assert asked == ["utter_ask_place_again", "utter_ask_place_choices"]
    assert lamp.draft["address"] == "反正就那儿呗"
    assert lamp.slots["requested_slot"] == "confirmation"


@pytest.mark.parametrize("place", ["楼道", "电梯口", "楼梯间"])
def test_a_place_that_every_building_has_is_not_enough(talk: Talk, place: str) -> None:
    begin(talk, f"{place}灯坏了")
    assert talk.slots["requested_slot"] == "place"

    for _ in range(TRIES + 1):
        if talk.slots["requested_slot"] == "place":
            talk.in_form(place, "affirm")

    assert talk.slots["requested_slot"] == "confirmation"
    assert talk.draft["address"] == f"{place}(位置待网格员核实)"


def test_who_cannot_say_where_is_found_by_the_grid_member(lamp: Talk) -> None:
    lamp.in_form(intent="skip")

    assert lamp.draft["address"] == "位置待网格员核实"
    assert lamp.slots["requested_slot"] == "confirmation"


def test_a_picture_in_the_middle_is_kept_and_is_no_miss(lamp: Talk) -> None:
    for n in range(TRIES + 2):
        lamp.in_form(intent="send_media", media=[f"p{n}"])

    assert lamp.draft["media"] == [f"p{n}" for n in range(TRIES + 2)]
    assert lamp.draft["tries"] == 0
    assert lamp.slots["requested_slot"] == "place"


def test_a_point_on_the_map_is_a_place(lamp: Talk) -> None:
    point = {"latitude": 31.2, "longitude": 121.4, "datum": "GCJ-02"}

    lamp.in_form(intent="send_location", location=point)

    assert (lamp.draft["latitude"], lamp.draft["datum"]) == (31.2, "GCJ-02")
    assert lamp.slots["requested_slot"] == "confirmation"


def test_a_picture_first_asks_what_it_shows(talk: Talk) -> None:
    begin(talk, intent="send_media", media=["p1"])

    assert talk.used == ["utter_media_noted"]
    assert talk.slots["requested_slot"] == "problem"
    assert talk.draft["media"] == ["p1"]


def test_a_correction_changes_one_part_and_is_read_back(whole: Talk) -> None:
    whole.in_form("不对,是5栋", "correct")

    assert (whole.draft["building"], whole.draft["unit"]) == ("5栋", "2单元")
    assert "3栋" not in Draft.from_slot(whole.draft).where
    assert whole.slots["confirmation"] is None
    assert whole.slots["requested_slot"] == "confirmation"


def test_a_correction_of_building_and_unit(whole: Talk) -> None:
    whole.in_form("应该是7栋1单元", "correct")

    assert (whole.draft["building"], whole.draft["unit"]) == ("7栋", "1单元")


def test_a_telephone_can_be_added(lamp: Talk) -> None:
    lamp.in_form("3栋2单元")

    lamp.in_form("我的电话是13900002222")

    assert lamp.draft["contact"] == "13900002222"
    assert lamp.slots["requested_slot"] == "confirmation"


def test_a_yes_with_a_new_door_is_read_back_first(whole: Talk) -> None:
    whole.in_form("对,不过是5栋", "affirm")

    assert whole.draft["building"] == "5栋"
    assert whole.slots["confirmation"] is None


def test_a_no_asks_what_is_to_change(whole: Talk, store: TicketStore) -> None:
    whole.in_form(intent="deny")
    whole.does(ActionAskConfirmation(lambda: store))

    assert whole.used == ["utter_ask_what_to_change"]
    whole.in_form("还有门口也不亮", "inform")
    assert "门口也不亮" in whole.draft["description"]
    assert whole.slots["requested_slot"] == "confirmation"


@pytest.mark.parametrize(("field", "kept"), [("place", "description"), ("problem", "building")])
def test_one_part_can_be_chosen_to_change(whole: Talk, field: str, kept: str) -> None:
    before = whole.draft[kept]

    whole.in_form(intent="edit_draft", entities={"field": field})

    assert whole.slots["requested_slot"] == field
    assert whole.draft[kept] == before


def test_going_back_asks_for_the_part_before(whole: Talk) -> None:
    whole.in_form("上一步", "go_back")
    assert whole.slots["requested_slot"] == "place"

    whole.in_form("上一步", "go_back")
    assert whole.slots["requested_slot"] == "problem"


@pytest.mark.parametrize("intent", sorted(INTERRUPTIONS))
def test_a_question_in_the_middle_is_left_to_the_rules(lamp: Talk, intent: str) -> None:
    before = dict(lamp.slots)

    assert lamp.in_form("居住证怎么办?", intent) == []
    assert lamp.slots == before


@pytest.mark.parametrize("intent", ["confirm_solved", "report_unsolved"])
def test_a_button_of_news_in_the_middle_is_left_to_the_rules(lamp: Talk, intent: str) -> None:
    assert lamp.in_form(intent=intent, entities={"ticket_number": "20261121-000001"}) == []


def test_what_only_looks_like_a_question_is_an_answer(lamp: Talk) -> None:
    lamp.in_form("3栋2单元那边", "ask_grid_member", sure=0.95)

    assert lamp.draft["building"] == "3栋"


def test_after_an_answered_question_the_form_only_asks_again(lamp: Talk) -> None:
    lamp.hears("居住证怎么办", "ask_guide")
    lamp.events.append(ActionExecuted("action_answer_question") | {"event": "action"})

    assert lamp.does(ValidateComplaintForm()) == []


@pytest.mark.parametrize(
    "text", ["好,刚才那个给我交了吧", "就这么着,交了吧,谢谢", "嗯嗯,报上去吧"]
)
def test_a_yes_in_other_words_is_a_yes(whole: Talk, text: str) -> None:
    whole.in_form(text, "nlu_fallback")

    assert whole.slots["confirmation"] is True


@pytest.mark.parametrize("text", ["先别交", "不对,改一下", "再等等吧"])
def test_what_only_sounds_like_a_yes_files_nothing(whole: Talk, text: str) -> None:
    whole.in_form(text, "nlu_fallback")

    assert whole.slots["confirmation"] is None


def test_giving_up_in_other_words_drops_the_draft(whole: Talk, store: TicketStore) -> None:
    whole.in_form("唉算啦算啦,不麻烦你们了", "nlu_fallback")
    assert whole.slots["confirmation"] is False

    whole.does(ActionFileComplaint(lambda: store))

    assert whole.used == ["utter_complaint_cancelled"]
    assert store.of_conversation("me") == []


def test_a_cry_of_anger_is_a_report_and_no_question(talk: Talk) -> None:
    begin(talk, "你们到底管不管!!17栋电梯又坏了!!")

    assert talk.draft["building"] == "17栋"
    assert talk.draft["category"] == "FAC-02"
