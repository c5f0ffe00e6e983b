"""Gaps: what was asked in vain, grouped by meaning, and what becomes of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from knowledge.clustering import LIMIT, MOST, clusters, most_typical
from knowledge.counter import Counter
from knowledge.desk import Desk
from knowledge.embedder import Embedder
from knowledge.errors import UnknownGapError
from knowledge.gaps import Gaps, monday
from knowledge.item import Facet
from knowledge.life import DocumentStatus
from knowledge.questions_service import questions_router
from knowledge.records import GapRow
from knowledge.settings import Settings
from tests.knowledge.conftest import FakeEmbedder

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
MARS = "火星移民签证找谁办"


@pytest.fixture
def counter(settings: Settings, embedder: FakeEmbedder) -> Iterator[Counter]:
    settings = replace(settings, receipt_key="a-key")
    counter = Counter(Desk(settings, embedder=embedder), settings)
    yield counter
    counter.close()


@pytest.fixture
def gaps(counter: Counter) -> Gaps:
    return Gaps(counter.desk, counter.notes)


def refused(counter: Counter, question: str = MARS, now: datetime = NOON) -> str:
    answer = counter.answer(question)
    assert answer.is_refusal
    return counter.keep(answer, said=question, masked=question, conversation="c-1", now=now)


def test_questions_of_one_meaning_are_one_gap(counter: Counter, gaps: Gaps) -> None:
    refused(counter, MARS)
    refused(counter, MARS + "呢")
    refused(counter, MARS, NOON + timedelta(days=8))
    refused(counter, "深海捕捞许可多久下来")

    first, second = gaps.open()

    assert (first.count, first.unanswered, first.disliked) == (3, 3, 0)
    assert first.question == MARS
    assert first.others == (MARS + "呢",)
    assert first.weeks == (("2026-11-16", 2), ("2026-11-30", 1))
    assert second.count == 1


def test_a_disliked_answer_is_a_gap(counter: Counter, gaps: Gaps) -> None:
    answer = counter.item("residence-permit")
    number = counter.keep(answer, said="", masked="", conversation="c-1", now=NOON)
    counter.receipts.judge(
        number, is_useful=False, conversation="c-1", now=NOON, gap="居住证在哪拍照"
    )

    (gap,) = gaps.open()

    assert (gap.disliked, gap.question) == (1, "居住证在哪拍照")


@pytest.mark.parametrize("bare", ["周末呢？", "那要带什么材料", "依据什么", "在哪办？"])
def test_what_names_no_subject_is_no_gap(counter: Counter, gaps: Gaps, bare: str) -> None:
    refused(counter, bare)
    refused(counter, MARS)
    refused(counter, bare)

    assert [(one.question, one.count) for one in gaps.open()] == [(MARS, 1)]


def test_what_was_asked_on_about_an_item_is_a_gap_of_that_item(
    counter: Counter, gaps: Gaps
) -> None:
    answer = counter.facet("residence-permit", Facet.TELEPHONE)
    number = counter.keep(answer, said="", masked="", conversation="c-1", now=NOON)
    counter.receipts.judge(
        number, is_useful=False, conversation="c-1", now=NOON, gap="那打什么电话"
    )

    (gap,) = gaps.open()

    assert gap.question == "居住证办理：那打什么电话"


def test_disliked_answers_without_a_subject_are_not_taken_for_one_gap(
    counter: Counter, gaps: Gaps
) -> None:
    for said in ["要多久", "要多久", "要多久呢"]:
        number = refused(counter, said)
        counter.receipts.judge(number, is_useful=False, conversation="c-1", now=NOON, gap=said)
    with Session(counter.notes) as session, session.begin():
        session.execute(update(GapRow).values(kind="disliked"))

    assert [one.count for one in gaps.open()] == [1, 1, 1]


def test_building_and_unit_do_not_stand_in_a_gap(counter: Counter, gaps: Gaps) -> None:
    refused(counter, "5栋1单元火星移民签证找谁办")
    with Session(counter.notes) as session:
        kept = session.scalars(select(GapRow.text)).all()

    assert kept == ["[门牌]火星移民签证找谁办"]
    assert [one.question for one in gaps.open()] == kept


def test_a_gap_becomes_a_draft_that_answers_once_it_is_published(
    counter: Counter, gaps: Gaps
) -> None:
    refused(counter)
    (gap,) = gaps.open()

    record = gaps.draft(
        gap.receipts,
        question=gap.question,
        answer="火星移民签证由星际事务窗口办理,电话12345。",
        source="社区答复",
        actor="小李",
    )

    assert record.status is DocumentStatus.DRAFT
    assert gaps.open() == []
    (section, *_) = counter.desk.documents.sections(record.number)
    assert section.question.startswith(MARS)
    assert "星际事务窗口" in section.text


def test_what_was_settled_is_not_settled_again(counter: Counter, gaps: Gaps) -> None:
    refused(counter)
    (gap,) = gaps.open()
    gaps.dismiss(gap.receipts)

    with pytest.raises(UnknownGapError):
        gaps.dismiss(gap.receipts)
    with pytest.raises(UnknownGapError):
        gaps.draft(gap.receipts, question="问", answer="答", source="", actor="小李")
    assert gaps.open() == []


def test_old_gaps_are_left_out(counter: Counter, gaps: Gaps) -> None:
    refused(counter)

    assert gaps.open(since=NOON + timedelta(seconds=1)) == []


def test_a_week_begins_on_its_monday_here() -> None:
    assert monday(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == "2026-11-16"
    assert monday(datetime(2026, 11, 22, 16, 1, tzinfo=UTC)) == "2026-11-23"


@given(st.lists(st.integers(0, 3), max_size=24), st.integers(0, 2**32 - 1))
def test_every_text_is_in_one_group_and_only_alike_ones_share_it(
    kinds: list[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    vectors = np.zeros((len(kinds), 8), np.float32)
    for row, kind in enumerate(kinds):
        vectors[row, kind] = 1.0
        vectors[row, 4:] = rng.normal(0, 0.01, 4)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)

    groups = clusters(vectors / np.maximum(lengths, 1e-9))

    assert sorted(row for group in groups for row in group) == list(range(len(kinds)))
    assert sorted(len(group) for group in groups) == sorted(
        kinds.count(kind) for kind in set(kinds)
    )
    assert all(len({kinds[row] for row in group}) == 1 for group in groups)


def test_the_typical_question_is_in_the_middle() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)

    assert most_typical(vectors, [0, 1, 2]) == 1


def test_too_many_texts_are_refused() -> None:
    with pytest.raises(ValueError, match=str(MOST)):
        clusters(np.zeros((MOST + 1, 2), np.float32))


def test_the_default_embedder_tells_meanings_apart(real_embedder: Embedder) -> None:
    asked = [
        "小区里能不能安装充电桩", "小区可以装充电桩吗", "在小区安装充电桩可以吗",
        "孩子户口怎么迁到爷爷家", "小孩的户口怎么迁到爷爷家里",
    ]  # fmt: skip

    groups = clusters(real_embedder.embed_passages(asked), LIMIT)

    assert sorted(map(sorted, groups)) == [[0, 1, 2], [3, 4]]


@pytest.fixture
def client(counter: Counter) -> TestClient:
    app = FastAPI()
    app.include_router(questions_router(counter, lambda text: text.replace("王芳", "[姓名]")))
    return TestClient(app)


def test_a_dislike_is_masked_before_it_is_kept(counter: Counter, client: TestClient) -> None:
    answer = counter.item("residence-permit")
    number = counter.keep(answer, said="", masked="", conversation="c-1", now=NOON)
    body = {
        "receipt": number,
        "useful": False,
        "conversation": "c-1",
        "said": "我叫王芳,签证怎么办",
    }

    answered = client.post("/feedback", json=body)

    assert answered.status_code == 204
    (gap,) = client.get("/gaps", params={"weeks": 104}).json()["gaps"]
    assert gap["question"] == "我叫[姓名],签证怎么办"


def test_a_draft_is_made_of_a_workers_answer(counter: Counter, client: TestClient) -> None:
    body = {"question": "活动室几点开门", "answer": "早上9点。", "source": "", "actor": "小李"}

    made = client.post("/drafts", json=body).json()

    assert counter.desk.documents.find(made["number"]).status is DocumentStatus.DRAFT


def test_topics_are_switched(counter: Counter, client: TestClient) -> None:
    body = {"name": "residence-permit", "on": True, "actor": "小李"}

    client.post("/topics", json=body)

    (topic,) = client.get("/topics").json()["topics"]
    assert (topic["title"], topic["operator"]) == ("居住证办理", "小李")
    assert counter.item("residence-permit").held
