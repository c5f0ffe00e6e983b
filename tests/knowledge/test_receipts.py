"""Receipts: what was told, without a word of who asked; and topics that people answer for."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from knowledge.answer import Answer, Asked, Ground, Outcome
from knowledge.database import open_engine
from knowledge.errors import SettingsError, UnknownReceiptError
from knowledge.item import Audience, Citation, Facet
from knowledge.receipts import Receipts, clause_hash, grouped, plain, spelled
from knowledge.records import open_notes
from tests.postgres import empty_database

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
QUESTION = "办居住证要住满多久？"
GROUND = Ground(index="index-1", model="fake-1", thresholds={"document": 0.5})
CITATION = Citation(
    document="居住证暂行条例",
    clause="第二条",
    quote="居住半年以上",
    text="到其他城市居住半年以上，可以申领居住证。",
    source="国务院令第663号",
    checked="2026-11-21",
    passage="residence-permit:clause:0",
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give the engine that receipts are written with."""
    with ExitStack() as stack:
        is_file = request.param == "sqlite"
        file = f"sqlite:///{tmp_path / 'knowledge.db'}"
        address = file if is_file else stack.enter_context(empty_database())
        open_engine(address).dispose()
        engine = open_notes(address)
        yield engine
        engine.dispose()


@pytest.fixture
def receipts(engine: Engine) -> Receipts:
    return Receipts(engine, "a-key")


def answer(question: str = QUESTION, **more: object) -> Answer:
    asked = Asked(ground=GROUND, question=question, item="dog-keeping", is_enquiry=True)
    values = {"outcome": Outcome.ANSWER, "text": "居住半年以上", "citations": (CITATION,)}
    return Answer(**{**values, "score": 0.9, "asked": asked, **more})  # type: ignore[arg-type]


def refusal(question: str = QUESTION) -> Answer:
    return answer(question, outcome=Outcome.NO_EVIDENCE, citations=(), text="没有依据")


def kept(receipts: Receipts, told: Answer, said: str = QUESTION, **more: str) -> str:
    return receipts.keep(told, said=said, conversation="c-1", now=NOON, **more)


def test_a_receipt_says_how_the_answer_came_about(receipts: Receipts) -> None:
    found = receipts.find(kept(receipts, answer(facet=Facet.FEE)))

    assert found.at == NOON
    assert found.conversation == "c-1"
    assert (found.snapshot, found.model) == ("index-1", "fake-1")
    assert found.thresholds == {"document": 0.5}
    assert (found.item, found.is_enquiry, found.audience) == ("dog-keeping", True, Audience.PUBLIC)
    (told,) = found.clauses
    assert told.clause == clause_hash("居住证暂行条例", "第二条", CITATION.text)
    assert CITATION.text[told.start :][: told.length] == CITATION.quote


def test_no_word_of_the_question_is_kept(engine: Engine, receipts: Receipts) -> None:
    kept(receipts, answer())

    with engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM knowledge_receipt")).one()
    told = " ".join(str(value) for value in row)
    assert not {pair for pair in pairwise(QUESTION) if "".join(pair) in told}


def test_the_hash_of_a_question_needs_the_key(engine: Engine, receipts: Receipts) -> None:
    other = Receipts(engine, "another-key")

    assert receipts.digest(QUESTION) != other.digest(QUESTION)
    assert QUESTION not in receipts.digest(QUESTION)


def test_without_a_key_there_are_no_receipts(engine: Engine) -> None:
    with pytest.raises(SettingsError, match="LINLI_RECEIPT_KEY"):
        Receipts(engine, "")


@pytest.mark.parametrize("typed", [QUESTION, " 办居住证要住满多久", "办居住证 要住满多久??"])
def test_a_question_is_known_again_however_it_is_typed(receipts: Receipts, typed: str) -> None:
    found = receipts.find(kept(receipts, answer()))

    assert receipts.matching(typed, found) == typed


def test_the_part_of_a_message_that_was_looked_up_is_found_in_it(receipts: Receipts) -> None:
    said = f"楼道灯坏了,{QUESTION}谢谢!"
    found = receipts.find(kept(receipts, answer(), said))

    matched = receipts.matching(said, found)

    assert matched is not None
    assert plain(matched) == plain(QUESTION)
    assert receipts.matching("办残疾证要多久", found) is None


def test_a_number_is_found_however_it_is_copied(receipts: Receipts) -> None:
    number = kept(receipts, answer())

    assert receipts.find(grouped(number).lower()).id == number
    assert spelled("7kq2m-oil00") == "7KQ2M01100"
    with pytest.raises(UnknownReceiptError):
        receipts.find("00000-00000")


def test_the_words_of_a_clause_are_kept_once(engine: Engine, receipts: Receipts) -> None:
    kept(receipts, answer())
    kept(Receipts(engine, "a-key"), answer())

    (row,) = receipts.archived().values()
    assert row.text == CITATION.text
    assert row.owner == "residence-permit"


def test_those_who_were_told_a_clause_are_found(receipts: Receipts) -> None:
    number = kept(receipts, answer())
    kept(receipts, refusal())

    told = receipts.told([clause_hash("居住证暂行条例", "第二条", CITATION.text)])

    assert [receipt.id for receipt in told] == [number]
    assert list(receipts.told(["another"])) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # elsewhere nobody has to wait
def test_a_receipt_waits_while_somebody_else_writes(engine: Engine, receipts: Receipts) -> None:
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        number = kept(receipts, answer())
        other.rollback()

    assert receipts.find(number).id == number


def test_a_refusal_leaves_its_masked_words_for_the_gaps(
    engine: Engine, receipts: Receipts
) -> None:
    number = kept(receipts, refusal(), gap="我家[门牌]的狗办证")
    kept(receipts, answer(), gap="这个有答案")

    with engine.connect() as connection:
        rows = connection.execute(text("SELECT receipt, kind, text FROM knowledge_gap")).all()
    assert [tuple(row) for row in rows] == [(number, "unanswered", "我家[门牌]的狗办证")]


def test_who_dislikes_an_answer_may_think_again(engine: Engine, receipts: Receipts) -> None:
    number = kept(receipts, answer())
    query = text("SELECT count(*) FROM knowledge_gap")
    counts = []

    for is_useful in (False, False, True):
        receipts.judge(
            number, is_useful=is_useful, conversation="c-1", now=NOON, gap="办居住证住多久"
        )
        with engine.connect() as connection:
            counts.append(connection.scalar(query))

    assert counts == [1, 1, 0]
    assert receipts.find(number).is_useful


def test_only_who_was_told_may_judge(receipts: Receipts) -> None:
    number = kept(receipts, answer())

    with pytest.raises(UnknownReceiptError):
        receipts.judge(number, is_useful=True, conversation="c-2", now=NOON)


def test_old_receipts_forget_whose_they_were(receipts: Receipts) -> None:
    number = kept(receipts, answer())

    count = receipts.forget(NOON + timedelta(days=1))

    assert count == 1
    assert receipts.find(number).conversation == ""
    assert receipts.forget(NOON + timedelta(days=1)) == 0
