"""Which shipped item a question is about, and what of it is told."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.acceptance import ITEM_FEATURES, ItemCandidate, item_model
from knowledge.adapted import adapted_space
from knowledge.answer import Outcome
from knowledge.answerer import Answerer
from knowledge.bm25 import normalised
from knowledge.desk import Desk, LiveAnswerer
from knowledge.facets import facets_asked, is_only_asking, proxy_facet
from knowledge.golden import read_cases, run_golden
from knowledge.guide import facet_card, whole_card
from knowledge.item import Audience, Facet
from knowledge.items import load_items
from knowledge.open_questions import open_texts
from knowledge.question import view
from knowledge.settings import SHIPPED_ITEMS, Settings
from tests.knowledge.conftest import FakeEmbedder

PUBLIC = Audience.PUBLIC


def test_every_measure_has_a_weight() -> None:
    assert set(item_model().weights) == set(ITEM_FEATURES)


def test_a_sure_enquiry_needs_less() -> None:
    model = item_model()

    assert model.needed(is_enquiry=True) < model.needed(is_enquiry=False)


def test_questions_about_one_thing_are_nearer_in_the_adapted_space() -> None:
    noise = np.random.default_rng(0).normal(size=(400, 1)).astype(np.float32)
    owner = np.arange(400, dtype=np.int32) % 2
    vectors = np.hstack([5 * noise, owner[:, None].astype(np.float32)]).astype(np.float32)

    found = adapted_space(vectors, owner).of(vectors)

    assert float((found[0::2] @ found[1::2].T).mean()) < 0
    assert float((found[0::2] @ found[0::2].T).mean()) > 0


def test_a_colloquial_question_finds_its_item(answerer: LiveAnswerer) -> None:
    found = answerer.answer("居住证咋申请来着", is_enquiry=True)

    assert (found.outcome, found.item) == (Outcome.GUIDE, "residence-permit")


def test_what_is_said_of_a_procedure_stands_on_its_clause(answerer: LiveAnswerer) -> None:
    found = answerer.answer("入户走访几个人去", audience=Audience.WORKER)

    assert found.item == "home-visit"
    assert found.citations[0].document == "社区工作规程"
    assert found.citations[0].quote in found.citations[0].text


def test_a_resident_is_not_told_what_is_for_workers(answerer: LiveAnswerer) -> None:
    found = answerer.answer("入户走访几个人去", is_enquiry=True)

    assert found.item != "home-visit"


def test_a_fine_is_not_a_fee() -> None:
    assert Facet.FEE not in facets_asked("夜间施工罚多少钱")


@pytest.mark.parametrize(
    ("question", "facet"),
    [
        ("证件掉在哪儿不知道，补一张多少钱", Facet.FEE),
        ("去办的时候要揣些啥", Facet.MATERIALS),
        ("续一年要钱不", Facet.FEE),
        ("得找谁去", Facet.PLACE),
        ("哪样的人才够得上", Facet.CONDITIONS),
    ],
)
def test_the_facet_asked_last_is_meant(question: str, facet: Facet) -> None:
    assert facets_asked(question)[0] is facet


@pytest.mark.parametrize("question", ["那得掏钱不", "大概要等几天呢", "都要带啥子去", "上哪办"])
def test_a_question_without_a_subject_is_about_what_was_talked_of(
    answerer: LiveAnswerer, question: str
) -> None:
    found = answerer.answer(question, item="residence-permit")

    assert is_only_asking(question)
    assert found.item == "residence-permit"


@pytest.mark.parametrize("question", ["多少钱一个月", "每个月发多少", "那一年能领多少"])
def test_how_much_of_a_benefit_is_about_what_was_talked_of(
    answerer: LiveAnswerer, question: str
) -> None:
    found = answerer.answer(question, item="residence-permit")

    assert found.item == "residence-permit"


def test_how_much_something_else_costs_is_not() -> None:
    assert not is_only_asking("火锅多少钱一顿")


def test_whether_another_may_go_is_told_of_what_was_talked_about() -> None:
    allowance = load_items(SHIPPED_ITEMS)["elder-allowance"]
    asked = view("老娘腿脚不好，让儿子去领行吗", lambda bigram: 1.0)

    facet = proxy_facet(allowance, asked)

    assert facet is Facet.MATERIALS
    assert "代办人" in facet_card(allowance, facet).text
    assert proxy_facet(allowance, view("要带什么", lambda bigram: 1.0)) is None


def test_a_question_with_a_subject_of_its_own_is_not() -> None:
    assert not is_only_asking("物业经理的电话多少")


def test_a_clause_in_our_words_is_shown_as_such(answerer: LiveAnswerer) -> None:
    item = load_items(SHIPPED_ITEMS)["dog-bite"]
    assert not all(clause.exact for clause in item.clauses)

    assert "（转述）" in whole_card(item).text
    assert "（转述）" not in answerer.item("residence-permit").text


@pytest.mark.parametrize("apart", [frozenset({"residence-permit"}), frozenset[str]()])
def test_an_item_is_found_without_the_question_asked(desk: Desk, apart: frozenset[str]) -> None:
    library = desk.library()
    asked = library.question("外地人怎么办居住证？")
    query = library.embed("外地人怎么办居住证？")

    found = library.judge_without(apart).judged(
        asked,
        query,
        library.retriever.background(query),
        Audience.PUBLIC,
        without={normalised("外地人怎么办居住证？")},
    )

    assert [one.item for one in found] == ["residence-permit"]


def test_a_question_near_an_open_one_leaves_the_items_further_behind(desk: Desk) -> None:
    library = desk.library()
    at = ITEM_FEATURES.index("open_near")
    query = library.embed(open_texts()[0])
    asked = library.question(open_texts()[0])
    background = library.retriever.background(query)

    near = library.judge.judged(asked, query, background, Audience.PUBLIC)
    apart = library.judge.judged(
        asked, query, background, Audience.PUBLIC, without={normalised(open_texts()[0])}
    )

    assert near[0].features[at] > apart[0].features[at]


def test_no_open_question_is_one_that_an_item_is_asked_by() -> None:
    asked = {
        question for item in load_items(SHIPPED_ITEMS).values() for question in item.questions
    }

    assert not asked & set(open_texts())


def test_another_item_that_is_nearly_as_likely_is_offered(desk: Desk) -> None:
    answerer = Answerer(desk.library())
    told = answerer.item("residence-permit")
    likely = [
        ItemCandidate(item="residence-permit", features=(), probability=0.8),
        ItemCandidate(item="home-visit", features=(), probability=0.5),
    ]

    assert [item for item, _ in answerer.with_others(told, likely, 0.3).choices] == ["home-visit"]
    assert answerer.with_others(told, likely, 0.6).choices == ()


@pytest.mark.parametrize(("elsewhere", "found"), [("false", []), ("true", ["residence-permit"])])
def test_only_an_item_about_other_places_is_asked_for_with_the_name_of_one(
    settings: Settings, embedder: FakeEmbedder, items: Path, elsewhere: str, found: list[str]
) -> None:
    path = items / "residence-permit.yml"
    path.write_text(f"{path.read_text('utf-8')}elsewhere: {elsewhere}\n", encoding="utf-8")
    desk = Desk(settings, embedder=embedder)
    question = "上海的居住证怎么办"
    library = desk.library()

    judged = library.items_for(library.question(question), library.embed(question), PUBLIC)

    desk.close()
    assert [one.item for one in judged] == found


@pytest.mark.parametrize(
    ("item", "right"), [("[home-visit, residence-permit]", 1), ("home-visit", 0)]
)
def test_a_golden_question_may_end_at_any_of_several_items(
    answerer: LiveAnswerer, tmp_path: Path, item: str, right: int
) -> None:
    path = tmp_path / "golden.yml"
    case = f"{{question: 居住证怎么办, item: {item}, fact: 居住}}"
    path.write_text(f"answerable: [{case}]\nunanswerable: []\n", encoding="utf-8")

    assert run_golden(answerer, read_cases(path))["right"] == right
