"""A version is published through the golden questions, or with a reason that is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.desk import Desk, LiveAnswerer
from knowledge.differences import Difference
from knowledge.embedder import Embedder
from knowledge.errors import EvaluationError, MoveError
from knowledge.life import DocumentStatus, Move
from knowledge.publishing import Publishing
from knowledge.record import DocumentRecord
from knowledge.settings import Settings
from tests.knowledge.conftest import POLICY

CLERK = "林一"
GOLDEN = """\
answerable:
  - {question: 云溪市80岁老人每月高龄津贴多少钱, fact: 100元}
unanswerable:
  - 社区食堂午饭几点开始
outdated:
  - {question: 高龄津贴初审要几个工作日, stale: 10个工作日}
"""
CANTEEN = "幸福里社区食堂公告\n第一条 社区食堂午饭11点30分开始，周末不供应。"


@pytest.fixture
def publishing(
    real_embedder: Embedder, items: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publishing]:
    monkeypatch.setattr("knowledge.golden.GOLDEN", tmp_path / "golden.yml")  # none is shipped
    home = tmp_path / "home"
    desk = Desk(Settings(home=home, items=items), embedder=real_embedder)
    (home / "golden.yml").write_text(GOLDEN, encoding="utf-8")
    yield Publishing(desk)
    desk.close()


def in_review(publishing: Publishing, text: str, file: str = "津贴.txt") -> str:
    number = publishing.desk.add_bytes(text.encode(), file, actor=CLERK).number
    publishing.move(number, Move.SUBMIT, actor=CLERK)
    return number


def test_a_document_that_loses_nothing_is_published(publishing: Publishing) -> None:
    number = in_review(publishing, POLICY)

    attempt = publishing.publish(number, actor=CLERK)

    assert attempt.is_published
    assert [one.question for one in attempt.report.won] == ["云溪市80岁老人每月高龄津贴多少钱"]
    answer = LiveAnswerer(publishing.desk).answer("云溪市80岁老人每月高龄津贴多少钱")
    assert "100元" in answer.text


def test_a_version_that_loses_the_fact_is_held_back(publishing: Publishing) -> None:
    publishing.publish(in_review(publishing, POLICY), actor=CLERK)
    worse = in_review(publishing, POLICY.replace("100元", "120元"))

    attempt = publishing.publish(worse, actor=CLERK)

    (lost,) = attempt.report.lost
    assert not attempt.is_published
    assert (lost.fact, lost.cited) == ("100元", "云溪市高龄津贴发放办法")
    assert "100元" in lost.before
    assert "120元" in lost.after
    answer = LiveAnswerer(publishing.desk).answer("云溪市80岁老人每月高龄津贴多少钱")
    assert "100元" in answer.text


def test_what_must_be_refused_may_not_begin_to_be_answered(publishing: Publishing) -> None:
    attempt = publishing.publish(in_review(publishing, CANTEEN, "食堂.txt"), actor=CLERK)

    assert not attempt.is_published
    assert [one.question for one in attempt.report.lost] == ["社区食堂午饭几点开始"]


def test_what_is_outdated_may_not_come_back(publishing: Publishing) -> None:
    publishing.publish(in_review(publishing, POLICY), actor=CLERK)
    stale = in_review(publishing, POLICY.replace("5个工作日", "10个工作日"))

    attempt = publishing.publish(stale, actor=CLERK)

    assert [one.question for one in attempt.report.lost] == ["高龄津贴初审要几个工作日"]


def test_an_administrator_may_publish_with_a_reason_that_is_kept(publishing: Publishing) -> None:
    number = in_review(publishing, CANTEEN, "食堂.txt")

    attempt = publishing.publish(number, actor=CLERK, override="食堂已经开业")

    documents = publishing.desk.documents
    assert attempt.is_published
    assert documents.history(number)[0].note == "食堂已经开业"
    (run,) = documents.gates(number)
    assert (run["override"], run["is_passed"], run["actor"]) == ("食堂已经开业", False, CLERK)


def test_a_check_publishes_nothing_and_leaves_the_index_alone(publishing: Publishing) -> None:
    publishing.desk.build()
    before = publishing.desk.snapshots.current()
    number = in_review(publishing, POLICY)

    report = publishing.check(number, actor=CLERK)

    assert report.right_after > report.right_before
    assert publishing.desk.snapshots.current() == before
    assert publishing.desk.documents.find(number).status is DocumentStatus.REVIEW


def test_progress_counts_every_question_on_both_indexes(publishing: Publishing) -> None:
    seen: list[tuple[int, int]] = []
    number = in_review(publishing, POLICY)

    publishing.publish(
        number, actor=CLERK, progress=lambda done, total: seen.append((done, total))
    )

    assert seen[-1] == (6, 6)
    assert seen == sorted(seen)


def test_an_earlier_version_is_published_again(publishing: Publishing) -> None:
    first = in_review(publishing, POLICY)
    publishing.publish(first, actor=CLERK)
    second = in_review(publishing, POLICY.replace("200元", "250元"))
    publishing.publish(second, actor=CLERK)

    publishing.publish(first, actor=CLERK, note="新版有误")

    statuses = {one.number: one.status for one in publishing.desk.documents.versions(first)}
    assert statuses == {first: DocumentStatus.PUBLISHED, second: DocumentStatus.REPLACED}


def test_a_draft_does_not_reach_the_gate(publishing: Publishing) -> None:
    number = publishing.desk.add_bytes(POLICY.encode(), "津贴.txt").number

    with pytest.raises(MoveError):
        publishing.publish(number, actor=CLERK)
    assert publishing.desk.documents.gates(number) == []


@pytest.mark.parametrize("text", ["answerable: [{question: 几点}]", "unknown: [几点]", "a: [b"])
def test_golden_questions_that_cannot_be_read_are_said_to_be(
    publishing: Publishing, text: str
) -> None:
    (publishing.desk.home / "golden.yml").write_text(text, encoding="utf-8")
    number = in_review(publishing, POLICY)

    with pytest.raises(EvaluationError, match=r"golden\.yml"):
        publishing.publish(number, actor=CLERK)


def test_the_differences_are_those_from_the_version_in_force(publishing: Publishing) -> None:
    publishing.publish(in_review(publishing, POLICY), actor=CLERK)
    newer = in_review(publishing, POLICY.replace("100元", "150元"))

    before, changes = publishing.changes(newer)

    assert before is not None
    assert before.status is DocumentStatus.PUBLISHED
    assert [one.label for one in changes if one.kind == "changed"] == ["第三条"]


def added(publishing: Publishing, text: str, file: str) -> DocumentRecord:
    return publishing.desk.add_bytes(text.encode(), file, actor=CLERK)


def test_by_a_name_the_version_to_come_is_compared(publishing: Publishing) -> None:
    publishing.publish(in_review(publishing, POLICY), actor=CLERK)
    publishing.desk.add_bytes(POLICY.replace("100元", "150元").encode(), "津贴.txt")

    before, changes = publishing.changes("津贴.txt")

    assert before is not None
    assert before.version == 1
    assert any(one.kind is Difference.CHANGED for one in changes)


def test_documents_that_are_published_at_once_pass_the_gate_together(
    publishing: Publishing,
) -> None:
    drafts = [added(publishing, POLICY, "津贴.txt"), added(publishing, CANTEEN, "食堂.txt")]

    attempts = publishing.publish_at_once(drafts, actor=CLERK)

    assert [one.record.status for one in attempts] == [DocumentStatus.DRAFT] * 2
    assert [one.question for one in attempts[0].report.lost] == ["社区食堂午饭几点开始"]
    assert publishing.desk.documents.gates(drafts[0].number)


def test_what_loses_nothing_is_published_at_once_and_answers(publishing: Publishing) -> None:
    attempts = publishing.publish_at_once(
        [added(publishing, POLICY, "津贴.txt")], actor=CLERK, override="急用"
    )

    (attempt,) = attempts
    (run,) = publishing.desk.documents.gates(attempt.record.number)
    assert attempt.is_published
    assert run["override"] == ""  # nothing was overridden
    answer = LiveAnswerer(publishing.desk).answer("云溪市80岁老人每月高龄津贴多少钱")
    assert "100元" in answer.text


def test_drafts_are_published_at_once_in_spite_of_the_gate_for_a_reason_that_is_kept(
    publishing: Publishing,
) -> None:
    drafts = [added(publishing, POLICY, "津贴.txt"), added(publishing, CANTEEN, "食堂.txt")]

    attempts = publishing.publish_at_once(drafts, actor=CLERK, override="食堂已经开业")

    documents = publishing.desk.documents
    assert all(one.is_published for one in attempts)
    for draft in drafts:
        assert documents.history(draft.number)[0].note == "食堂已经开业"
        assert documents.gates(draft.number)[0]["override"] == "食堂已经开业"


def test_of_two_versions_published_at_once_the_newer_one_answers(publishing: Publishing) -> None:
    older = added(publishing, POLICY.replace("100元", "90元"), "津贴.txt")
    newer = added(publishing, POLICY, "津贴.txt")

    attempts = publishing.publish_at_once([older, newer], actor=CLERK)

    assert not attempts[0].report.lost
    documents = publishing.desk.documents
    statuses = [documents.find(one.number).status for one in (older, newer)]
    assert statuses == [DocumentStatus.REPLACED, DocumentStatus.PUBLISHED]
