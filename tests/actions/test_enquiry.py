"""Enquiries: an answer with its source, or an honest no and a way on."""

from datetime import UTC, datetime

import pytest

from actions.clarifying import ActionAnswerOrClarify
from actions.complaint import ActionDraftComplaint
from actions.enquiry import ActionAnswerQuestion
from actions.leaving import ActionClarify, ActionLeaveQuestion
from actions.tickets.store import TicketStore
from actions.tickets.ticket import RequestType
from actions.tickets.workers import WorkerRegistry
from knowledge.answer import Answer, Outcome
from knowledge.item import Audience
from tests.actions.stage import ASKED, CITATION, FakeAnswerer, Talk, card

QUESTION = "居住证怎么办理"


@pytest.fixture
def knows() -> FakeAnswerer:
    return FakeAnswerer({QUESTION: card("residence-permit"), "dog": card("dog-keeping")})


def answer(
    talk: Talk,
    knows: FakeAnswerer,
    workers: WorkerRegistry,
    action: type[ActionAnswerQuestion] = ActionAnswerQuestion,
) -> None:
    talk.does(action(knows, lambda: workers))  # type: ignore[arg-type]


def test_an_answer_carries_its_citation(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry
) -> None:
    answer(talk.hears(QUESTION, "ask_guide"), knows, workers)

    assert talk.used == ["utter_answer"]
    assert talk.facts["outcome"] == "guide"
    (cited,) = talk.facts["citations"]
    assert cited["quote"] == CITATION.quote
    assert cited["quote"] in cited["text"]
    assert talk.slots["item"] == "residence-permit"


def test_without_evidence_a_person_is_named_and_the_question_kept(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry
) -> None:
    answer(talk.hears("明天股票涨吗", "ask_policy"), knows, workers)

    assert talk.used == ["utter_no_evidence"]
    assert talk.facts["outcome"] == "no_evidence"
    assert "12345" in talk.said[0]["contact"]
    assert talk.slots["pending_question"] == "明天股票涨吗"


def test_a_chosen_item_is_shown(talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry) -> None:
    talk.hears(intent="ask_guide", entities={"item": "dog"})

    answer(talk, knows, workers)

    assert talk.used == ["utter_answer"]
    assert talk.slots["item"] == "dog-keeping"


@pytest.mark.parametrize(
    ("text", "intent", "before"),
    [
        ("那要多少钱", "ask_facet", "dog-keeping"),
        ("材料呢", "ask_policy", "dog-keeping"),
        ("电动自行车可以推进电梯里面吗", "ask_policy", None),
    ],
)
def test_a_follow_up_is_about_the_item_before(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry, text: str, intent: str, before: str
) -> None:
    talk.slots["item"] = "dog-keeping"

    answer(talk.hears(text, intent), knows, workers)

    assert knows.asked[0] == (text, Audience.PUBLIC, before)


@pytest.mark.parametrize("item", ["dog-keeping", "637d3c766e2b-1"])
def test_a_follow_up_that_finds_nothing_is_asked_with_the_name_of_the_item_before(
    talk: Talk, workers: WorkerRegistry, item: str
) -> None:
    named = "犬只登记 那有效期几年"
    knows = FakeAnswerer({named: card(item)}, titles={item: "犬只登记"})
    talk.slots["item"] = item

    answer(talk.hears("那有效期几年", "ask_facet"), knows, workers)

    assert [question for question, _, _ in knows.asked] == ["那有效期几年", named]
    assert talk.used == ["utter_answer"]


def test_other_items_that_may_be_meant_are_offered(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry
) -> None:
    knows.answers[QUESTION] = card("residence-permit", choices=(("hukou", '户口"迁移"'),))

    answer(talk.hears(QUESTION, "ask_guide"), knows, workers)

    (button,) = talk.said[0]["buttons"]
    assert button == {"title": '户口"迁移"', "payload": '/ask_guide{"item": "hukou"}'}


def test_only_a_bound_conversation_reads_what_is_for_workers(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry
) -> None:

    talk.slots["audience"] = "worker"  # saying so is not enough
    answer(talk.hears("工单多久办结", "ask_policy", audience="worker"), knows, workers)
    now = datetime.now(UTC)
    workers.bind("me", workers.invite("王小明", ["XFL-01"], now), now)
    answer(talk.hears("工单多久办结", "ask_policy"), knows, workers)

    assert [audience for _, audience, _ in knows.asked] == [Audience.PUBLIC, Audience.WORKER]


def test_a_wish_to_report_that_was_taken_for_a_question_begins_the_report(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry
) -> None:
    talk.hears("您好,有点事想报一下,麻烦了", "ask_guide", sure=0.26)

    events = talk.does(ActionAnswerQuestion(knows, lambda: workers))  # type: ignore[arg-type]

    assert knows.asked == []
    assert "complaint_form" in [event.get("name") for event in events]


@pytest.mark.parametrize("text", ["?", "😀", "……", "。"])
def test_nothing_to_look_up_asks_back(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry, text: str
) -> None:
    answer(talk.hears(text, "nlu_fallback"), knows, workers, ActionAnswerOrClarify)

    assert talk.used == ["utter_here"]
    assert knows.asked == []


def test_what_was_not_understood_is_looked_up_first(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry
) -> None:
    answer(talk.hears(QUESTION, "nlu_fallback"), knows, workers, ActionAnswerOrClarify)

    assert talk.used == ["utter_answer"]


def test_what_sounds_like_a_problem_is_offered_as_one_and_begins_with_its_words(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry
) -> None:
    answer(talk.hears("车库有点漏", "nlu_fallback"), knows, workers, ActionAnswerOrClarify)
    assert talk.used == ["utter_offer_complaint"]

    talk.hears(intent="report_problem").does(ActionDraftComplaint())

    assert talk.draft["description"] == "车库有点漏"
    assert talk.slots["pending_question"] is None


def test_what_is_surely_a_problem_begins_at_once(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry
) -> None:
    answer(talk.hears("楼道灯坏了", "nlu_fallback"), knows, workers, ActionAnswerOrClarify)

    assert talk.draft["category"] == "FAC-01"


def test_a_problem_with_its_place_begins_at_once(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry
) -> None:
    talk.hears("3栋2单元楼道灯坏三天了", "nlu_fallback")

    answer(talk, knows, workers, ActionAnswerOrClarify)

    assert talk.draft["building"] == "3栋"
    assert talk.said == []


def test_a_question_can_be_left_once(talk: Talk, store: TicketStore) -> None:
    talk.slots["pending_question"] = "明天股票涨吗"
    talk.hears(intent="leave_question").does(ActionLeaveQuestion(lambda: store))
    talk.slots["pending_question"] = "明天股票涨吗"
    talk.does(ActionLeaveQuestion(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert talk.used == ["utter_question_left"]
    assert ticket.complaint.description == "明天股票涨吗"
    assert ticket.complaint.request_type is RequestType.ENQUIRY
    assert not store.is_for_grid(ticket)


def test_without_a_question_nothing_is_left(talk: Talk, store: TicketStore) -> None:
    talk.hears(intent="leave_question").does(ActionLeaveQuestion(lambda: store))

    assert talk.used == ["utter_nothing_to_leave"]
    assert store.of_conversation("me") == []


def test_no_rule_at_all_asks_back(talk: Talk) -> None:
    talk.hears("?").does(ActionClarify())

    assert (talk.used, talk.facts["outcome"]) == (["utter_clarify"], "clarify")


@pytest.mark.parametrize(("confidence", "is_sure"), [(0.9, True), (0.3, False)])
def test_a_sure_intent_lets_a_paraphrase_count_as_an_enquiry(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry, confidence: float, is_sure: bool
) -> None:
    answer(talk.hears("这个证咋办", "ask_guide", sure=confidence), knows, workers)

    assert knows.sure == [is_sure]


def test_an_answer_has_a_receipt(talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry) -> None:
    answer(talk.hears(QUESTION, "ask_guide"), knows, workers)

    assert talk.facts["receipt"] == "7KQ2M-9XW4T"
    assert [cited["receipt"] for cited in talk.facts["citations"]] == ["7KQ2M-9XW4T"]


def test_a_refusal_has_a_receipt_and_is_kept_without_what_names_a_person(
    talk: Talk, knows: FakeAnswerer, workers: WorkerRegistry
) -> None:
    words = "我叫王小明,电话13800001111,明天股票涨吗"

    answer(talk.hears(words, "ask_policy"), knows, workers)

    assert talk.facts["receipt"] == "7KQ2M-9XW4T"
    ((kept, said, masked),) = knows.kept
    assert kept.is_refusal
    assert said == words
    assert "王小明" not in masked
    assert "13800001111" not in masked


@pytest.mark.parametrize("action", [ActionAnswerQuestion, ActionAnswerOrClarify])
def test_a_topic_that_a_person_answers_for_names_the_person(
    talk: Talk, workers: WorkerRegistry, action: type[ActionAnswerQuestion]
) -> None:
    held = Answer(outcome=Outcome.NO_EVIDENCE, text="由人答复", held="dog-keeping", asked=ASKED)

    answer(talk.hears(QUESTION, "ask_guide"), FakeAnswerer({QUESTION: held}), workers, action)

    assert talk.used == ["utter_ask_person_for_topic"]
    assert "12345" in talk.said[0]["contact"]
    assert talk.slots["pending_question"] == QUESTION


def test_a_turn_goes_on_where_no_receipt_can_be_kept(
    talk: Talk, workers: WorkerRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    knows = Forgetful({QUESTION: card("residence-permit")})

    answer(talk.hears(QUESTION, "ask_guide"), knows, workers)

    assert talk.used == ["utter_answer"]
    assert talk.facts["receipt"] == ""
    assert QUESTION not in caplog.text


class Forgetful(FakeAnswerer):
    """Has a full disk."""

    def keep(self, answer: Answer, **about: object) -> str:
        raise OSError(28, "No space left on device")
