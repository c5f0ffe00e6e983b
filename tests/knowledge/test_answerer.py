"""Answers are quoted, guides are cut to the facet, and the rest is refused (real embedder)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from knowledge.answer import Outcome
from knowledge.answerer import Answerer
from knowledge.desk import Desk, LiveAnswerer
from knowledge.documents import Sought
from knowledge.embedder import Embedder, Vectors
from knowledge.item import Audience, Facet
from knowledge.library import Library
from knowledge.settings import Settings


@pytest.mark.parametrize(
    ("question", "fact", "clause"),
    [
        ("高龄津贴90岁每月多少钱", "200元", "第三条"),
        ("高龄津贴多大年纪可以申请", "80周岁", "第二条"),
        ("社区几个工作日完成高龄津贴初审", "5个工作日", "第四条"),
    ],
)
def test_a_plain_question_gets_the_fact_and_its_clause(
    answerer: LiveAnswerer, question: str, fact: str, clause: str
) -> None:
    found = answerer.answer(question)

    assert fact in found.text[:150]
    assert found.citations[0].clause == clause
    assert found.citations[0].quote in found.citations[0].text


@pytest.mark.parametrize(
    "question",
    ["高龄津贴贷款利率是多少", "成都市高龄津贴多少钱", "火车票怎么退", "吗", "", "？？？"],
)
def test_what_nothing_answers_is_refused(answerer: LiveAnswerer, question: str) -> None:
    found = answerer.answer(question)

    assert found.outcome is Outcome.NO_EVIDENCE
    assert found.text.startswith("没有找到依据")
    assert not found.citations


def test_a_question_about_the_whole_gets_the_card(answerer: LiveAnswerer) -> None:
    found = answerer.answer("居住证怎么办")

    assert (found.outcome, found.item, found.facet) == (Outcome.GUIDE, "residence-permit", None)
    assert all(word in found.text for word in ("条件", "材料", "费用", "依据", "演示数据"))


def test_a_question_about_a_facet_gets_only_that(answerer: LiveAnswerer) -> None:
    found = answerer.answer("居住证要多少钱")

    assert (found.item, found.facet) == ("residence-permit", Facet.FEE)
    assert "免费" in found.text
    assert "身份证" not in found.text


def test_a_question_without_a_subject_keeps_the_item(answerer: LiveAnswerer) -> None:
    found = answerer.answer("那要带什么材料?", item="residence-permit")

    assert (found.item, found.facet) == ("residence-permit", Facet.MATERIALS)


def test_a_demonstration_facet_says_so(answerer: LiveAnswerer) -> None:
    assert "演示数据" in answerer.facet("residence-permit", Facet.PLACE).text


def test_a_worker_finds_the_worker_procedure(answerer: LiveAnswerer) -> None:
    found = answerer.answer("入户走访几个人去", audience=Audience.WORKER)

    assert "两人同行" in found.text


def test_every_citation_quotes_its_text_exactly(answerer: LiveAnswerer) -> None:
    for question in ("居住证怎么办", "居住证多少钱", "高龄津贴90岁每月多少钱"):
        for citation in answerer.answer(question).citations:
            assert citation.quote
            assert citation.quote in citation.text


class Beside:
    """A library whose added documents answer nothing, and are as near as is said."""

    def __init__(self, library: Library, nearness: float) -> None:
        self._library, self._nearness = library, nearness

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def found(self, text: str, query: Vectors, audience: Audience, **_more: object) -> Sought:
        return Sought(finding=None, nearness=self._nearness)


@pytest.mark.parametrize(
    ("nearness", "is_enquiry", "is_answered"),
    [(2.0, False, True), (6.0, False, False), (6.0, True, True)],
)
def test_an_item_leaves_a_question_about_added_documents_alone(
    answerer: LiveAnswerer, nearness: float, is_enquiry: bool, is_answered: bool
) -> None:
    library = cast(Library, Beside(answerer.current.library, nearness))

    found = Answerer(library).answer("居住证怎么办", is_enquiry=is_enquiry)

    assert (found.item == "residence-permit") is is_answered


def test_nothing_is_answered_without_a_citation_and_nothing_cited_in_a_refusal(
    answerer: LiveAnswerer,
) -> None:
    said = answerer.answer("云溪市80岁老人每月高龄津贴多少钱")

    with pytest.raises(ValueError, match="citation"):
        replace(said, citations=())
    with pytest.raises(ValueError, match="citation"):
        replace(said, outcome=Outcome.NO_EVIDENCE)
    with pytest.raises(ValueError, match="quote"):
        replace(said.citations[0], quote="五万元")


DEPOSIT = """\
幸福里社区装修押金办法
第一条 业主装修前应交纳装修押金2000元，验收合格后30日内退还。
"""


@pytest.fixture
def beside_a_local_document(real_embedder: Embedder, tmp_path: Path) -> Iterator[LiveAnswerer]:
    desk = Desk(Settings(home=tmp_path / "home"), embedder=real_embedder)
    desk.add_bytes(DEPOSIT.encode(), "装修押金.txt", publish=True)
    yield LiveAnswerer(desk)
    desk.close()


def test_the_own_question_of_an_item_is_answered_by_it_beside_a_document_near_to_it(
    beside_a_local_document: LiveAnswerer,
) -> None:
    same = [beside_a_local_document.answer(f"房东不退押金怎么办{end}") for end in ("", "？", "?!")]

    assert [one.item for one in same] == ["rent-dispute"] * 3


def test_what_the_document_says_goes_before_an_item(
    beside_a_local_document: LiveAnswerer,
) -> None:
    assert "2000元" in beside_a_local_document.answer("装修押金交多少").text


def test_a_question_that_no_item_asks_and_no_document_answers_is_refused_beside_them(
    beside_a_local_document: LiveAnswerer,
) -> None:
    assert beside_a_local_document.answer("健身房不退押金怎么办").is_refusal
