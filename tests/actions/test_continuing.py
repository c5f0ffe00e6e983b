"""Going on about what was answered, refused or offered last."""

from dataclasses import replace
from typing import Any

import pytest

from actions.clarifying import ActionAnswerOrClarify
from actions.enquiry import ActionAnswerQuestion
from actions.handover import ActionRequestHuman
from actions.tickets.workers import WorkerRegistry
from knowledge.answer import Answer, Outcome
from knowledge.item import Facet
from tests.actions.stage import ASKED, CITATION, FakeAnswerer, Talk, card

PARKING = "幸福里社区停车管理办法"
OFFERED = (
    ("a", "食品经营许可（变更）"),
    ("b", "食品经营许可（注销）"),
    ("c", "食品经营许可（首次）"),
)


def quote(text: str, document: str = PARKING) -> Answer:
    cited = replace(CITATION, document=document, quote=text, text=text)
    return Answer(outcome=Outcome.ANSWER, text=text, citations=(cited,), asked=ASKED)


@pytest.fixture
def knows() -> FakeAnswerer:
    return FakeAnswerer()


@pytest.fixture
def ask(talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry) -> Any:
    def asking(text: str, intent: str = "ask_facet", **more: Any) -> Talk:
        talk.hears(text, intent, **more)
        talk.does(ActionAnswerQuestion(knows, lambda: workers))  # type: ignore[arg-type]
        return talk

    return asking


def test_after_a_refusal_a_bare_question_is_asked_with_what_was_refused(
    ask: Any, knows: FakeAnswerer
) -> None:
    knows.answers["那要多少钱"] = quote("老人理发5元", "便民理发日通知")
    ask("游泳池门票怎么买", "ask_policy")

    talk = ask("那要多少钱")

    assert talk.used == ["utter_no_evidence"]
    assert "那要多少钱" not in [question for question, _, _ in knows.asked]
    assert "游泳池门票" in talk.slots["pending_question"]


def test_what_was_refused_stays_the_subject_of_one_more_bare_question(
    ask: Any, knows: FakeAnswerer
) -> None:
    ask("游泳池门票怎么买", "ask_policy")
    ask("那要多少钱")

    talk = ask("电话多少")

    assert all(question.startswith("游泳池门票") for question, _, _ in knows.asked)
    assert talk.slots["pending_question"] == "游泳池门票怎么买——电话多少"


def test_a_quote_about_something_else_does_not_answer_for_what_was_refused(
    ask: Any, knows: FakeAnswerer
) -> None:
    knows.answers["房东不退押金 多久要退"] = quote("装修验收合格后30日内退还", "装修规定")
    ask("房东不退押金咋办", "ask_policy")

    assert ask("多久要退").used == ["utter_no_evidence"]


def test_what_is_found_together_with_the_refused_subject_answers(
    ask: Any, knows: FakeAnswerer
) -> None:
    knows.answers["房东不退押金 多久要退"] = card("rent-dispute")
    ask("房东不退押金咋办", "ask_policy")

    talk = ask("多久要退")

    assert talk.used == ["utter_answer"]
    assert talk.slots["item"] == "rent-dispute"


def test_with_nothing_talked_about_a_bare_question_is_asked_back(
    ask: Any, knows: FakeAnswerer
) -> None:
    knows.answers["要收费吗"] = quote("停车月卡每月160元")

    talk = ask("要收费吗")

    assert talk.facts["outcome"] == "clarify"
    assert "哪件事" in talk.said[0]["answer"]
    assert "pending_question" not in talk.slots


def test_a_bare_question_after_a_quote_is_asked_with_the_subject_of_the_question_before(
    ask: Any, knows: FakeAnswerer
) -> None:
    knows.answers["停车月卡多少钱"] = quote("停车月卡每月160元")
    knows.answers["停车月卡 带什么材料"] = quote("办理月卡需要:身份证")
    ask("停车月卡多少钱", "ask_policy")

    assert "身份证" in ask("带什么材料").said[0]["answer"]


def test_a_new_question_leaves_the_item_before(ask: Any, knows: FakeAnswerer) -> None:
    knows.answers["居住证怎么办理"] = card("residence-permit")
    knows.answers["停车月卡多少钱"] = quote("停车月卡每月160元")
    ask("居住证怎么办理", "ask_guide")

    talk = ask("停车月卡多少钱", "ask_policy")

    assert talk.slots["item"] is None


@pytest.mark.parametrize("action", [ActionAnswerQuestion, ActionAnswerOrClarify])
def test_a_part_of_an_offered_title_chooses_it_whatever_it_was_taken_for(
    ask: Any, talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry, action: Any
) -> None:
    knows.answers |= {
        "食品经营许可怎么办": card("a", choices=OFFERED),
        "c": card("c"),
        "b": card("b"),
    }
    ask("食品经营许可怎么办", "ask_guide")

    talk.hears("首次的", "inform", sure=0.4).does(action(knows, lambda: workers))
    assert talk.slots["item"] == "c"
    talk.hears("那注销呢", "inform", sure=0.3).does(action(knows, lambda: workers))

    assert talk.slots["item"] == "b"


def test_what_a_card_does_not_say_is_said_with_its_telephone_and_not_the_card(
    ask: Any, knows: FakeAnswerer
) -> None:
    telephone = card("residence-permit", text="电话:12345", facet=Facet.TELEPHONE)
    knows.answers |= {
        "居住证怎么办理": card("residence-permit"),
        "residence-permit:telephone": telephone,
    }
    knows.titles["residence-permit"] = "居住证办理"
    knows.answers["residence-permit"] = knows.answers["周末呢"] = card("residence-permit")
    ask("居住证怎么办理", "ask_guide")

    said = ask("周末呢").said[0]["answer"]

    assert "没有写" in said
    assert "12345" in said
    assert "这样办" not in said


@pytest.mark.parametrize("text", ["我听不懂,说简单点", "你再说一遍", "我眼睛不好,你说短点"])
def test_who_wants_it_plainer_hears_the_short_form_and_is_offered_a_person(
    ask: Any, talk: Talk, knows: FakeAnswerer, text: str
) -> None:
    knows.answers |= {"社保卡丢了咋办": card("lost"), "lost": card("lost")}
    knows.titles["lost"] = "社保卡挂失补办"
    ask("社保卡丢了咋办", "ask_guide")

    talk.hears(text, "complain_about_bot").does(ActionRequestHuman(knows))  # type: ignore[arg-type]

    assert talk.used == ["utter_answer"]
    assert talk.facts["outcome"] == "guide"
    assert "lost:先离开" in talk.said[0]["answer"]
    assert [one["payload"] for one in talk.said[0]["buttons"]] == ["/request_human{}"]


def test_a_side_that_was_told_last_is_told_again_alone(
    ask: Any, talk: Talk, knows: FakeAnswerer
) -> None:
    fee = card("dog-keeping", text="费用:不收", facet=Facet.FEE)
    knows.answers |= {"养狗登记收费吗": fee, "dog-keeping:fee": fee}
    ask("养狗登记收费吗", "ask_facet")

    talk.hears("再说一遍", "complain_about_bot").does(ActionRequestHuman(knows))  # type: ignore[arg-type]

    assert talk.said[0]["answer"] == "费用:不收"


def test_nobody_is_called_where_there_is_nothing_to_say_again(
    talk: Talk, knows: FakeAnswerer
) -> None:
    talk.hears("听不懂", "complain_about_bot").does(ActionRequestHuman(knows))  # type: ignore[arg-type]

    assert talk.facts["outcome"] == "clarify"


@pytest.mark.parametrize("text", ["你根本听不懂", "听不懂,找个人跟我讲", "转人工"])
def test_who_is_angry_or_asks_for_a_person_gets_one(
    talk: Talk, knows: FakeAnswerer, text: str
) -> None:
    talk.hears(text, "complain_about_bot").does(ActionRequestHuman(knows))  # type: ignore[arg-type]

    assert talk.facts["outcome"] == "handover"


def test_a_line_of_the_card_that_shows_what_is_asked_is_told_alone(
    ask: Any, knows: FakeAnswerer
) -> None:
    knows.titles["centre"] = "服务中心"
    whole = card("centre", text="【服务中心】\n周一至周五9:00至17:00\n材料:无")
    knows.answers |= {"服务中心在哪": whole, "centre": whole, "周末呢": whole}
    ask("服务中心在哪", "ask_guide")

    assert ask("周末呢").said[0]["answer"] == "【服务中心】\n周一至周五9:00至17:00"


def test_a_bare_question_after_a_ticket_leaves_the_ticket_the_topic(
    ask: Any, knows: FakeAnswerer, talk: Talk
) -> None:
    knows.answers["要收费吗"] = quote("停车月卡每月160元")
    talk.slots |= {"topic": "ticket", "ticket_number": "20261123-000001"}

    ask("要收费吗")

    assert talk.used == ["utter_no_evidence"]
    assert talk.slots["topic"] == "ticket"


def test_what_names_itself_after_a_refusal_is_no_part_of_what_was_refused(
    ask: Any, knows: FakeAnswerer
) -> None:
    knows.answers["那停车月卡呢"] = quote("停车月卡每月160元")
    ask("游泳池门票怎么买", "ask_policy")

    assert ask("那停车月卡呢").used == ["utter_answer"]


def test_a_case_of_the_item_that_has_no_answer_leaves_the_item(
    ask: Any, knows: FakeAnswerer, talk: Talk
) -> None:
    knows.answers["居住证怎么办理"] = card("residence-permit")
    ask("居住证怎么办理", "ask_guide")

    ask("租房的行不行")

    assert talk.slots["item"] == "residence-permit"
