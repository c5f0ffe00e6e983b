"""What was approved before is published on its day, by itself, through the gate."""

import errno
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from knowledge import life
from knowledge.attempts import Attempts, State
from knowledge.desk import Desk, LiveAnswerer
from knowledge.errors import AlreadyBegunError, MoveError, StaleIndexError
from knowledge.gate import Report
from knowledge.item import Audience
from knowledge.life import DocumentStatus, Move
from knowledge.publishing import Publishing
from knowledge.record import DocumentRecord
from knowledge.settings import Settings
from knowledge.timetable import Timetable
from tests.knowledge.conftest import Clock, FakeEmbedder

CHIEF = "陈二"
BEFORE = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # a minute before midnight in China
AFTER = BEFORE + timedelta(minutes=1)
RULE = """\
云溪市犬只登记收费办法
第一条 犬只登记每只收取工本费{fee}元。
第二条 本办法自{year}年{month}月1日起施行。
"""


def rule(fee: int, year: int, month: int = 1) -> str:
    return RULE.format(fee=fee, year=year, month=month)


TODAY, NEXT_YEAR = rule(50, 2024), rule(100, 2027)
ASKED = "犬只登记每只收取工本费多少元"
GOLDEN = f"answerable:\n  - {{question: {ASKED}, fact: 50元}}\n"


@pytest.fixture
def clock() -> Clock:
    return Clock(BEFORE)


@pytest.fixture
def desk(
    items: Path,
    tmp_path: Path,
    embedder: FakeEmbedder,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    monkeypatch.setattr("knowledge.golden.GOLDEN", tmp_path / "golden.yml")  # none is shipped
    desk = Desk(Settings(home=tmp_path / "home", items=items), embedder=embedder, clock=clock)
    yield desk
    desk.close()


@pytest.fixture
def timetable(desk: Desk) -> Timetable:
    return Timetable(Attempts(Publishing(desk)))


def in_review(desk: Desk, text: str, file: str = "犬只.txt") -> str:
    number = desk.add_bytes(text.encode(), file).number
    desk.documents.move(number, Move.SUBMIT, actor=CHIEF, now=desk.clock())
    return number


def approved(desk: Desk, text: str = NEXT_YEAR, file: str = "犬只.txt") -> str:
    number = in_review(desk, text, file)
    desk.documents.move(number, Move.APPROVE, actor=CHIEF, now=desk.clock())
    return number


def in_force(desk: Desk, text: str = TODAY) -> str:
    number = desk.add_bytes(text.encode(), "犬只.txt", publish=True).number
    desk.build()
    return number


def of(desk: Desk, number: str) -> DocumentRecord:
    return desk.documents.find(number)


def last_step(desk: Desk, number: str) -> life.Event:
    return next(
        one for one in desk.documents.history(of(desk, number).series) if one.number == number
    )


def told(desk: Desk) -> str:
    return LiveAnswerer(desk).answer(ASKED, is_enquiry=True).text


def test_until_its_day_the_one_before_is_told(desk: Desk, timetable: Timetable) -> None:
    today, next_year = in_force(desk), approved(desk)

    timetable.publish_due()

    assert of(desk, today).status is DocumentStatus.PUBLISHED
    assert of(desk, next_year).status is DocumentStatus.APPROVED
    assert "50元" in told(desk)


def test_on_its_day_it_replaces_the_one_before(
    desk: Desk, clock: Clock, timetable: Timetable
) -> None:
    today, next_year = in_force(desk), approved(desk)
    clock.now = AFTER

    timetable.publish_due()

    assert of(desk, today).status is DocumentStatus.REPLACED
    assert of(desk, next_year).status is DocumentStatus.PUBLISHED
    assert "100元" in told(desk)
    assert last_step(desk, next_year).actor == "system"
    assert desk.documents.gates(next_year)


def test_one_that_would_lose_an_answer_waits_for_a_person(
    desk: Desk, clock: Clock, timetable: Timetable
) -> None:
    in_force(desk)
    next_year = approved(desk)
    (desk.home / "golden.yml").write_text(GOLDEN, encoding="utf-8")
    clock.now = AFTER

    timetable.publish_due()
    timetable.publish_due()

    returned = last_step(desk, next_year)
    assert of(desk, next_year).status is DocumentStatus.REVIEW
    assert (returned.move, returned.actor) == (Move.RETURN, "system")
    assert "没有自动发布" in returned.note
    assert len(desk.documents.gates(next_year)) == 1
    assert "50元" in told(desk)


def test_one_that_ended_while_nothing_ran_waits_for_a_person(
    desk: Desk, clock: Clock, timetable: Timetable
) -> None:
    until = rule(80, 2027) + "第三条 本办法有效期至2027年1月31日。\n"
    number = approved(desk, until)
    clock.now = AFTER + timedelta(days=60)

    timetable.publish_due()

    assert of(desk, number).status is DocumentStatus.REVIEW
    assert "2027-01-31" in last_step(desk, number).note


def test_what_is_in_force_already_is_not_approved_for_later(desk: Desk) -> None:
    number = in_review(desk, TODAY)

    with pytest.raises(AlreadyBegunError, match="直接发布"):
        desk.documents.move(number, Move.APPROVE, actor=CHIEF, now=BEFORE)


def test_only_what_was_reviewed_is_approved(desk: Desk) -> None:
    number = desk.add_bytes(NEXT_YEAR.encode(), "犬只.txt").number

    with pytest.raises(MoveError):
        desk.documents.move(number, Move.APPROVE, actor=CHIEF, now=BEFORE)


def test_what_was_taken_back_is_not_published(
    desk: Desk, clock: Clock, timetable: Timetable
) -> None:
    number = approved(desk)
    desk.documents.move(number, Move.RETURN, actor=CHIEF, now=BEFORE)
    clock.now = AFTER

    timetable.publish_due()

    assert of(desk, number).status is DocumentStatus.REVIEW


def test_of_several_missed_days_the_last_one_is_made_up_for(
    desk: Desk, clock: Clock, timetable: Timetable
) -> None:
    in_force(desk)
    march, january = approved(desk, rule(300, 2027, 3)), approved(desk, rule(100, 2027))
    clock.now = AFTER + timedelta(days=90)

    timetable.publish_due()

    assert of(desk, march).status is DocumentStatus.PUBLISHED
    assert of(desk, january).status is DocumentStatus.REVIEW
    assert "300元" in told(desk)


def test_each_day_has_its_version_whatever_was_added_first(
    desk: Desk, clock: Clock, timetable: Timetable
) -> None:
    in_force(desk)
    march, january = approved(desk, rule(300, 2027, 3)), approved(desk, rule(100, 2027))
    clock.now = AFTER
    timetable.publish_due()
    in_january = (of(desk, january).status, of(desk, march).status)
    clock.now = AFTER + timedelta(days=90)

    timetable.publish_due()

    assert in_january == (DocumentStatus.PUBLISHED, DocumentStatus.APPROVED)
    assert of(desk, march).status is DocumentStatus.PUBLISHED


def test_a_corrected_version_that_is_published_stays(
    desk: Desk, clock: Clock, timetable: Timetable
) -> None:
    wrong = approved(desk)
    corrected = in_force(desk, rule(120, 2027))
    clock.now = AFTER

    timetable.publish_due()

    assert of(desk, corrected).status is DocumentStatus.PUBLISHED
    assert of(desk, wrong).status is DocumentStatus.REVIEW
    assert "第 2 版已经发布" in last_step(desk, wrong).note


def test_what_somebody_removed_does_not_come_back(
    desk: Desk, clock: Clock, timetable: Timetable
) -> None:
    in_force(desk)
    next_year = approved(desk)
    Publishing(desk).move("犬只.txt", Move.REMOVE, actor=CHIEF)
    clock.now = AFTER

    timetable.publish_due()

    assert of(desk, next_year).status is DocumentStatus.REVIEW


def test_by_its_name_the_version_in_review_is_approved(desk: Desk) -> None:
    in_force(desk)
    next_year = in_review(desk, NEXT_YEAR)

    Publishing(desk).move("犬只.txt", Move.APPROVE, actor=CHIEF)

    assert of(desk, next_year).status is DocumentStatus.APPROVED


class Overtaken(Publishing):
    """While the golden questions are asked, a person takes the version back."""

    def check(self, name: str, **more: Any) -> Report:
        report = super().check(name, **more)
        self.move(name, Move.RETURN, actor=CHIEF, note="先别发")
        return report


def test_what_a_person_takes_back_meanwhile_is_not_published(desk: Desk, clock: Clock) -> None:
    number = approved(desk)
    clock.now = AFTER

    Timetable(Attempts(Overtaken(desk))).publish_due()

    assert of(desk, number).status is DocumentStatus.REVIEW
    assert last_step(desk, number).note == "先别发"


class Edited(Publishing):
    """While the golden questions are asked, a person corrects the version."""

    def check(self, name: str, **more: Any) -> Report:
        report = super().check(name, **more)
        record = self.desk.documents.find(name)
        terms = replace(record.terms, audience=Audience.WORKER)
        self.desk.documents.edit(name, terms, actor=CHIEF, now=AFTER + timedelta(minutes=1))
        return report


def test_nothing_is_published_that_was_corrected_after_the_questions_were_asked(
    desk: Desk,
) -> None:
    number = in_review(desk, TODAY)

    with pytest.raises(MoveError):
        Edited(desk).publish(number, actor=CHIEF)

    assert of(desk, number).status is DocumentStatus.REVIEW


class Interrupted(Publishing):
    """Fails as a database does that somebody restarts, then no more."""

    def __init__(self, desk: Desk, fault: Exception) -> None:
        super().__init__(desk)
        self.faults = [fault]

    def check(self, name: str, **more: Any) -> Report:
        if self.faults:
            raise self.faults.pop()
        return super().check(name, **more)


@pytest.mark.parametrize(
    "fault", [OperationalError("", {}, Exception()), StaleIndexError(reason="x")]
)
def test_a_passing_fault_leaves_it_for_the_next_time(
    desk: Desk, clock: Clock, fault: Exception
) -> None:
    number = approved(desk)
    timetable = Timetable(Attempts(Interrupted(desk, fault)))
    clock.now = AFTER

    timetable.publish_due()
    after_fault = of(desk, number).status
    timetable.publish_due()

    assert after_fault is DocumentStatus.APPROVED
    assert of(desk, number).status is DocumentStatus.PUBLISHED


def test_an_index_that_could_not_be_built_is_built_the_next_time(
    desk: Desk, clock: Clock, timetable: Timetable, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_force(desk)
    live, number = LiveAnswerer(desk), approved(desk)
    clock.now = AFTER
    with monkeypatch.context() as patch:
        patch.setattr(desk, "build", full_disk)
        timetable.publish_due()

    timetable.publish_due()

    assert of(desk, number).status is DocumentStatus.PUBLISHED
    assert "100元" in live.answer(ASKED, is_enquiry=True).text


def full_disk() -> str:
    raise OSError(errno.ENOSPC, "")


class Held(Publishing):
    """Publishes nothing until it is told to go on."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.go_on = Event()

    def check(self, name: str, **more: Any) -> Report:
        self.go_on.wait(30)
        return super().check(name, **more)


def test_while_a_person_publishes_it_waits(desk: Desk, clock: Clock) -> None:
    number, other = approved(desk), in_review(desk, TODAY, "别的.txt")
    publishing = Held(desk)
    attempts = Attempts(publishing)
    clock.now = AFTER
    attempts.begin(other, actor=CHIEF, note="", override="")

    Timetable(attempts).publish_due()

    waiting = attempts.of(other)
    publishing.go_on.set()
    assert waiting is not None
    assert waiting.state is State.RUNNING
    assert of(desk, number).status is DocumentStatus.APPROVED


def test_it_is_published_while_the_desk_is_served(desk: Desk, clock: Clock) -> None:
    number = approved(desk)
    clock.now = AFTER
    timetable = Timetable(Attempts(Publishing(desk)), pause_s=0.01)

    timetable.start()
    for _ in range(3_000):
        if of(desk, number).status is DocumentStatus.PUBLISHED:
            break
        Event().wait(0.01)
    timetable.stop()

    assert of(desk, number).status is DocumentStatus.PUBLISHED
