"""Which shipped item a question is about, and what of it is told."""

import numpy as np
import pytest

from knowledge.acceptance import ITEM_FEATURES, item_model
from knowledge.adapted import adapted_space
from knowledge.answer import Outcome
from knowledge.desk import Desk, LiveAnswerer
from knowledge.item import Audience, Facet
from knowledge.lexicon import lexicon


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
    assert Facet.FEE not in lexicon().facets_asked("夜间施工罚多少钱")


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
        without="外地人怎么办居住证？",
    )

    assert [one.item for one in found] == ["residence-permit"]
