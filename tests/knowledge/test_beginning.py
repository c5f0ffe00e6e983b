"""No answer tells a rule that is not in force yet as one of today."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.answer import Answer
from knowledge.corrections import Corrections
from knowledge.counter import Counter
from knowledge.desk import Desk, LiveAnswerer
from knowledge.errors import NotYetInForceError
from knowledge.item import Facet, Passage
from knowledge.life import DocumentStatus, Move, Terms
from knowledge.publishing import Publishing
from knowledge.record import DocumentRecord
from knowledge.rivals import precedence
from knowledge.settings import Settings
from knowledge.verification import Fate, verify
from tests.knowledge.conftest import Clock, FakeEmbedder

RULE = """\
云溪市犬只登记收费办法
第一条 犬只登记每只收取工本费{fee}元。
第二条 本办法自{year}年1月1日起施行。
云溪市公安局
"""
TODAY, NEXT_YEAR = RULE.format(fee=50, year=2024), RULE.format(fee=100, year=2027)
TABLE = """\
{title},,
事项名称,收费标准,咨询电话
犬只登记,{fee}元,0999-6203300
"""
ASKED = "犬只登记每只收取工本费多少元"
BEGINS = "自2027年1月1日起施行"
CLERK = "林一"
BEFORE = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # a minute before midnight in China
AFTER = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(BEFORE)


@pytest.fixture
def counter(
    items: Path, tmp_path: Path, embedder: FakeEmbedder, clock: Clock
) -> Iterator[Counter]:
    settings = Settings(home=tmp_path / "home", items=items, receipt_key="a-key")
    counter = Counter(Desk(settings, embedder=embedder, clock=clock), settings)
    yield counter
    counter.close()


@pytest.fixture
def desk(counter: Counter) -> Desk:
    return counter.desk


def added(desk: Desk, text: str, file: str = "犬只.txt") -> DocumentRecord:
    return desk.add_bytes(text.encode(), file, actor=CLERK)


def published(desk: Desk, text: str, file: str = "犬只.txt") -> DocumentRecord:
    record = desk.add_bytes(text.encode(), file, publish=True)
    desk.build()
    return record


def asked(counter: Counter, question: str = ASKED) -> Answer:
    return LiveAnswerer(counter.desk).answer(question, is_enquiry=True)  # of the newest index


def test_a_version_does_not_replace_the_one_in_force_before_its_day(
    desk: Desk, clock: Clock
) -> None:
    today, next_year = published(desk, TODAY), added(desk, NEXT_YEAR)

    with pytest.raises(NotYetInForceError, match=BEGINS):
        desk.documents.publish(next_year.number, clock.now)

    assert desk.documents.find(today.number).status is DocumentStatus.PUBLISHED


def test_on_its_day_it_is_published(desk: Desk, clock: Clock) -> None:
    today, next_year = published(desk, TODAY), added(desk, NEXT_YEAR)
    clock.now = AFTER

    desk.documents.publish(next_year.number, clock.now)

    assert desk.documents.find(today.number).status is DocumentStatus.REPLACED


def test_nobody_publishes_or_rolls_back_to_it_before_its_day(desk: Desk, clock: Clock) -> None:
    next_year = published(desk, NEXT_YEAR)
    published(desk, TODAY)
    publishing = Publishing(desk)

    with pytest.raises(NotYetInForceError):
        publishing.publish(next_year.number, actor=CLERK)

    assert desk.documents.gates(next_year.number) == []
    assert desk.documents.find(next_year.number).status is DocumentStatus.REPLACED


def test_what_is_published_at_once_waits_for_its_day_with_all_that_comes_with_it(
    desk: Desk,
) -> None:
    records = [added(desk, TODAY), added(desk, NEXT_YEAR)]

    with pytest.raises(NotYetInForceError):
        Publishing(desk).publish_at_once(records, actor=CLERK)

    statuses = {desk.documents.find(one.number).status for one in records}
    assert statuses == {DocumentStatus.DRAFT}


def test_a_version_that_is_itself_still_to_come_is_replaced(desk: Desk) -> None:
    published(desk, NEXT_YEAR)

    corrected = published(desk, NEXT_YEAR.replace("100元", "90元"))

    assert corrected.status is DocumentStatus.PUBLISHED


def test_where_the_one_before_has_ended_the_next_is_published_early(
    desk: Desk, clock: Clock
) -> None:
    today = published(desk, TODAY)
    desk.documents.move(today.number, Move.EXPIRE, actor=CLERK, now=clock.now)

    assert published(desk, NEXT_YEAR).status is DocumentStatus.PUBLISHED


def test_what_is_published_early_says_from_when_until_that_day(
    counter: Counter, clock: Clock
) -> None:
    published(counter.desk, NEXT_YEAR)
    early = asked(counter)

    clock.now = AFTER

    assert "100元" in early.text
    assert BEGINS in early.text.splitlines()[0]
    assert BEGINS not in asked(counter).text
    assert "100元" in asked(counter).text


def test_what_has_begun_says_no_such_thing(counter: Counter) -> None:
    published(counter.desk, TODAY)

    assert "起施行" not in asked(counter).text


@pytest.mark.parametrize("file", ["甲.txt", "乙.txt"])
def test_what_is_in_force_goes_before_what_is_not_yet(
    counter: Counter, clock: Clock, file: str
) -> None:
    published(counter.desk, NEXT_YEAR, file)
    published(counter.desk, TODAY, "旧.txt")

    early = asked(counter).text
    clock.now = AFTER
    late = asked(counter).text

    assert early.index("50元") < early.index(BEGINS) < early.index("100元")
    assert late.index("100元") < late.index("50元")
    assert BEGINS not in late


def test_another_place_stays_behind_what_is_ours_and_not_yet_in_force() -> None:
    ours = Passage(id="1", document="甲", text="甲", area="云溪市", dated="2027-01-01")
    theirs = Passage(id="2", document="乙", text="乙", area="清河市", dated="2024-01-01")

    ranked = sorted(
        (theirs, ours), key=lambda one: precedence(one, "云溪市", "2026-12-31"), reverse=True
    )

    assert ranked == [ours, theirs]


def table(desk: Desk, title: str, fee: int, effective: str) -> None:
    record = added(desk, TABLE.format(title=title, fee=fee), f"{title}.csv")
    terms = Terms(title=title, effective=effective)
    desk.documents.edit(record.number, terms, actor=CLERK, now=desk.clock())
    desk.documents.publish(record.number, desk.clock())
    desk.build()


def test_a_table_says_from_when_it_is_in_force(counter: Counter, clock: Clock) -> None:
    table(counter.desk, "明年的表", 100, "2027-01-01")
    live, told = LiveAnswerer(counter.desk), asked(counter, "犬只登记多少钱")
    item = told.item or ""
    early = [told, live.item(item), live.facet(item, Facet.FEE)]
    clock.now = AFTER

    late = [live.item(item), live.facet(item, Facet.FEE)]

    assert all("100元" in one.text for one in (*early, *late))
    assert all(BEGINS in one.text for one in early)
    assert not any(BEGINS in one.text for one in late)


def test_of_two_tables_the_one_in_force_is_told_first(counter: Counter) -> None:
    table(counter.desk, "明年的表", 100, "2027-01-01")
    table(counter.desk, "今年的表", 50, "2024-01-01")

    told = asked(counter, "犬只登记多少钱").text

    assert told.index("50元") < told.index(BEGINS) < told.index("100元")
    assert told.count(BEGINS) == 1


def test_a_receipt_is_verified_as_of_the_day_of_the_answer(counter: Counter, clock: Clock) -> None:
    published(counter.desk, NEXT_YEAR, "甲.txt")
    published(counter.desk, TODAY, "旧.txt")
    answer = asked(counter)
    receipt = counter.keep(answer, said=ASKED, masked="", conversation="c-1", now=clock.now)
    clock.now = AFTER

    found = verify(counter.desk, counter.receipts, receipt, ASKED)

    assert len(answer.citations) == 2
    assert found.is_told_again


def test_no_letter_tells_what_is_to_come_as_what_is_so_now(counter: Counter, clock: Clock) -> None:
    published(counter.desk, TODAY)
    counter.keep(asked(counter), said=ASKED, masked="", conversation="c-1", now=clock.now)
    counter.desk.documents.move("犬只.txt", Move.EXPIRE, actor=CLERK, now=clock.now)
    published(counter.desk, NEXT_YEAR)

    (due,) = Corrections(counter.desk, counter.receipts, counter.notes).due()

    assert due.fate is Fate.GONE
    assert "100元" not in due.letter(clock.now)


def test_what_was_told_before_its_day_still_stands(counter: Counter, clock: Clock) -> None:
    published(counter.desk, NEXT_YEAR)
    counter.keep(asked(counter), said=ASKED, masked="", conversation="c-1", now=clock.now)

    assert Corrections(counter.desk, counter.receipts, counter.notes).due() == []
