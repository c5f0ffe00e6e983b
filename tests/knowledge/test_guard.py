"""What has ended is out of answers at the next question, in a server that nobody restarts."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from knowledge.desk import Desk, LiveAnswerer
from knowledge.embedder import Embedder
from knowledge.item import Audience
from knowledge.life import Move
from knowledge.settings import Settings
from tests.knowledge.conftest import Clock, FakeEmbedder

NOTICE = """\
幸福里社区停车收费办法
第一条 本办法自2026年1月1日起施行，有效期至2026年11月30日。
第二条 地面停车位每月收费180元，访客停车前30分钟免费。
第三条 停车月卡在物业服务中心一楼2号窗口办理，凭行驶证和身份证。
第四条 月卡每月25日前续费，逾期按临时停车计费，每小时3元。
第五条 新能源车充电车位停车两小时内免费，超时每小时5元。
"""
SUBJECTS = (
    "地面停车位每月收多少钱",
    "访客停车多久免费",
    "停车月卡在哪里办",
    "办停车月卡要带什么",
    "月卡几号前续费",
    "月卡逾期怎么收费",
    "临时停车一小时多少钱",
    "充电车位停车多久免费",
    "充电车位超时怎么收费",
    "停车收费办法什么时候施行",
)
FORMS = (
    "{}",
    "{}？",
    "请问{}",
    "我想问一下{}",
    "幸福里{}",
    "你好，{}",
    "麻烦问下{}啊",
    "{}呢",
    "那{}",
    "社区{}",
)
QUESTIONS = [form.format(subject) for subject in SUBJECTS for form in FORMS]
RESTING_ITEM = """\
id: parking-card
title: 停车月卡
kind: guide
audience: public
area: 示例
questions: [停车月卡怎么办？, 怎么办停车月卡？, 月卡多少钱？]
summary: 停车月卡由物业服务中心办理，每月180元。
facets: {fee: 每月180元}
clauses:
  - document: 幸福里社区停车收费办法
    clause: 第二条
    text: 地面停车位每月收费180元。
    exact: false
    supports: [fee]
    source: 幸福里社区停车收费办法
checked: 2026-11-21
"""


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 22, 8, tzinfo=UTC))


@pytest.fixture
def live(
    real_embedder: Embedder, items: Path, tmp_path: Path, clock: Clock
) -> Iterator[LiveAnswerer]:
    (items / "parking-card.yml").write_text(RESTING_ITEM, encoding="utf-8")
    desk = Desk(Settings(home=tmp_path / "home", items=items), embedder=real_embedder, clock=clock)
    desk.add_bytes(NOTICE.encode(), "停车.txt", publish=True)
    yield LiveAnswerer(desk)
    desk.close()


def hits(live: LiveAnswerer, audience: Audience = Audience.PUBLIC) -> int:
    answers = [live.answer(question, audience=audience) for question in QUESTIONS]
    answers.append(live.item("parking-card", audience=audience))
    cited = [citation for answer in answers for citation in answer.citations]
    return sum("停车" in citation.document for citation in cited)


def expired(live: LiveAnswerer, clock: Clock) -> None:
    clock.now += timedelta(days=9)


def on_its_last_day(live: LiveAnswerer, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)  # a minute before midnight in China


def by(move: Move) -> Callable[[LiveAnswerer, Clock], None]:
    def make(live: LiveAnswerer, clock: Clock) -> None:
        live.desk.documents.move("停车.txt", move, actor="林一", now=clock.now)

    return make


@pytest.mark.parametrize(
    "end",
    [expired, by(Move.EXPIRE), by(Move.UNPUBLISH), by(Move.REMOVE)],
    ids=["its day", "expire", "unpublish", "remove"],
)
def test_of_a_hundred_questions_none_hits_what_has_ended(
    live: LiveAnswerer, clock: Clock, end: Callable[[LiveAnswerer, Clock], None]
) -> None:
    before = hits(live)

    end(live, clock)

    assert len(QUESTIONS) == 100
    assert before >= 60
    assert hits(live, Audience.WORKER) == 0  # who sees all that residents see, and more


def test_the_last_day_is_a_day_in_force(live: LiveAnswerer, clock: Clock) -> None:
    on_its_last_day(live, clock)

    assert live.answer("访客停车多久免费").citations


def test_what_has_ended_is_out_of_the_next_index_too(live: LiveAnswerer, clock: Clock) -> None:
    expired(live, clock)

    live.desk.build()

    snapshot = live.desk.snapshots.load(live.desk.snapshots.current())
    assert not any(passage.owner for passage in snapshot.passages)
    assert live.desk.documents.find("停车.txt").status == "expired"


def test_a_guide_speaks_again_when_its_document_is_in_force_again(
    live: LiveAnswerer, clock: Clock
) -> None:
    live.desk.documents.move("停车.txt", Move.UNPUBLISH, actor="林一", now=clock.now)
    silent = live.item("parking-card")

    live.desk.documents.publish("停车.txt", clock.now)

    assert not silent.citations
    assert live.item("parking-card").citations


def test_a_draft_that_is_thrown_away_silences_no_guide(
    items: Path, tmp_path: Path, clock: Clock, embedder: FakeEmbedder
) -> None:
    (items / "parking-card.yml").write_text(RESTING_ITEM, encoding="utf-8")
    desk = Desk(Settings(home=tmp_path / "home", items=items), embedder=embedder, clock=clock)
    live = LiveAnswerer(desk)
    desk.add_bytes(NOTICE.encode(), "停车.txt")

    desk.documents.remove("停车.txt", clock.now)

    assert live.item("parking-card").citations
    desk.close()


def test_the_old_version_serves_until_the_index_has_the_new_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.desk.LOOK_EVERY_S", 0.0)
    first = desk.add_bytes(NOTICE.encode(), "停车.txt", publish=True)
    live = LiveAnswerer(desk)
    second = desk.add_bytes(NOTICE.replace("180", "200").encode(), "停车.txt", publish=True)
    ward, owners = live._guard.ward(), live.current.library.owners

    between = ward.barred(owners, Audience.PUBLIC)
    desk.build()

    assert owners == {first.number}
    assert between == frozenset()
    assert live.current.library.owners == {second.number}


def test_who_may_see_a_document_is_asked_of_the_records(desk: Desk) -> None:
    desk.add_bytes(NOTICE.encode(), "停车.txt", publish=True)
    live = LiveAnswerer(desk)
    record = desk.documents.move("停车.txt", Move.UNPUBLISH, actor="林一", now=desk.clock())
    desk.documents.edit(
        record.number,
        replace(record.terms, audience=Audience.WORKER),
        actor="林一",
        now=desk.clock(),
    )

    desk.documents.publish(record.number, desk.clock())

    ward, owners = live._guard.ward(), live.current.library.owners
    assert ward.barred(owners, Audience.PUBLIC) == {record.number}
    assert ward.barred(owners, Audience.WORKER) == frozenset()
