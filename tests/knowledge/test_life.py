"""Each step of a document's life is allowed by one table and kept in its history."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.desk import Desk
from knowledge.errors import (
    AlreadyBegunError,
    AudienceError,
    ExpiredDocumentError,
    MoveError,
    NotYetInForceError,
    TermsError,
)
from knowledge.item import Audience
from knowledge.life import ASKED_FOR, NEXT, DocumentStatus, Move, Terms, moves_from
from knowledge.settings import Settings
from tests.knowledge.conftest import POLICY, FakeEmbedder
from tests.postgres import empty_database

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CLERK = "林一"
RULE = "{name}办法\n第一条 每月{sum}元。\n第二条 本办法自{year}年1月1日起施行。"


def add(desk: Desk, text: str = POLICY) -> str:
    return desk.add_bytes(text.encode(), "津贴.txt", actor=CLERK).number


def test_the_table_knows_every_status_and_every_move() -> None:
    made = {move for moves in NEXT.values() for move in moves}

    assert set(NEXT) == set(DocumentStatus)
    assert made == set(Move) - {Move.ADD}


@pytest.mark.parametrize("status", DocumentStatus)
def test_nobody_is_offered_what_only_the_product_does(status: DocumentStatus) -> None:
    assert set(moves_from(status, is_to_come=True)) <= ASKED_FOR
    assert Move.REPLACE not in ASKED_FOR


def test_a_document_is_reviewed_before_it_is_published(desk: Desk) -> None:
    number = add(desk)

    with pytest.raises(MoveError, match=r"草稿.*发布"):
        desk.documents.move(number, Move.PUBLISH, actor=CLERK, now=NOW)


def test_who_did_what_when_and_why_is_kept(desk: Desk) -> None:
    number = add(desk)

    desk.documents.move(number, Move.SUBMIT, actor=CLERK, now=NOW, note="请看")
    desk.documents.move(number, Move.PUBLISH, actor="陈二", now=NOW)

    latest, submitted, added = desk.documents.history(number)
    assert (latest.move, latest.actor, latest.before) == (Move.PUBLISH, "陈二", "review")
    assert (submitted.note, submitted.at) == ("请看", NOW)
    assert (added.move, added.note, added.actor) == (Move.ADD, "津贴.txt", CLERK)


def test_what_a_person_corrects_is_kept_with_what_was_read(desk: Desk) -> None:
    record = desk.documents.find(add(desk))
    terms = replace(record.terms, owner="王")

    edited = desk.documents.edit(record.number, terms, actor=CLERK, now=NOW)

    assert edited.owner == "王"
    assert '"owner": ["", "王"]' in desk.documents.history(record.series)[0].note


def test_a_published_document_is_not_rewritten(desk: Desk) -> None:
    record = desk.documents.publish(add(desk), NOW)

    with pytest.raises(MoveError):
        desk.documents.edit(record.number, Terms(title="别的"), actor=CLERK, now=NOW)


@pytest.mark.parametrize(
    "terms",
    [
        Terms(title="通知", issued="2026-02-30"),
        Terms(title="通知", expires="明年"),
        Terms(title="通知", effective="2026-05-01", expires="2026-04-30"),
        Terms(title=" "),
        Terms(title="通知", area="远" * 101),
    ],
)
def test_terms_that_no_document_has_are_refused(desk: Desk, terms: Terms) -> None:
    number = add(desk)

    with pytest.raises(TermsError):
        desk.documents.edit(number, terms, actor=CLERK, now=NOW)


def test_what_has_ended_is_not_published_again(desk: Desk) -> None:
    number = add(desk)
    ended = Terms(title="津贴", expires="2026-11-21")
    desk.documents.edit(number, ended, actor=CLERK, now=NOW)

    with pytest.raises(ExpiredDocumentError, match="2026-11-21"):
        desk.documents.publish(number, NOW)


def test_a_newer_file_waits_while_the_present_version_serves(desk: Desk) -> None:
    first = desk.documents.publish(add(desk), NOW)

    second = desk.add_bytes(POLICY.replace("100元", "150元").encode(), "津贴.txt")

    assert (second.series, second.version) == (first.number, 2)
    assert "100元" in "".join(one.text for one in desk.documents.passages(NOW))


def test_publishing_replaces_and_rolling_back_publishes_the_earlier_one(desk: Desk) -> None:
    first = desk.documents.publish(add(desk), NOW)
    second = desk.add_bytes(POLICY.replace("100元", "150元").encode(), "津贴.txt", publish=True)
    between = [one.status for one in desk.documents.versions(first.series)]

    desk.documents.move(first.number, Move.ROLL_BACK, actor=CLERK, now=NOW, note="新版有误")

    after = [one.status for one in desk.documents.versions(first.series)]
    assert between == [DocumentStatus.PUBLISHED, DocumentStatus.REPLACED]
    assert after == [DocumentStatus.REPLACED, DocumentStatus.PUBLISHED]
    assert second.number != first.number


def test_a_file_of_another_name_can_be_the_next_version(desk: Desk) -> None:
    first = desk.documents.find(add(desk))

    second = desk.add_bytes(
        "津贴新办法\n第一条 另有规定。".encode(), "新.txt", series=first.number
    )

    assert (second.series, second.version) == (first.series, 2)


def test_the_same_file_again_is_the_same_version(desk: Desk) -> None:
    first = desk.documents.publish(add(desk), NOW)

    again = desk.documents.find(add(desk))

    assert (again.number, again.status, again.version) == (first.number, first.status, 1)


def test_what_a_person_corrected_stays_when_the_file_comes_again(desk: Desk) -> None:
    record = desk.documents.find(add(desk))
    terms = replace(record.terms, owner="王芳", expires="2027-12-31")
    desk.documents.edit(record.number, terms, actor=CLERK, now=NOW)

    again = desk.documents.find(add(desk))

    assert (again.owner, again.expires) == ("王芳", "2027-12-31")


def test_a_draft_for_workers_does_not_become_public_by_coming_again(desk: Desk) -> None:
    desk.add_bytes(POLICY.encode(), "津贴.txt", audience=Audience.WORKER)

    assert desk.documents.find(add(desk)).audience is Audience.WORKER


def test_a_draft_that_comes_again_for_workers_is_theirs(desk: Desk) -> None:
    add(desk)

    again = desk.add_bytes(POLICY.encode(), "津贴.txt", audience=Audience.WORKER)

    assert again.audience is Audience.WORKER


@pytest.mark.parametrize("is_published", [True, False])
def test_a_new_version_of_what_is_for_workers_is_theirs(desk: Desk, is_published: bool) -> None:
    desk.add_bytes(POLICY.encode(), "津贴.txt", audience=Audience.WORKER, publish=is_published)

    newer = desk.add_bytes(POLICY.replace("100元", "150元").encode(), "津贴.txt", publish=True)

    assert (newer.version, newer.audience) == (2, Audience.WORKER)
    assert desk.documents.standing(NOW).audiences == {newer.number: Audience.WORKER}


def test_a_version_of_another_name_is_for_workers_where_the_document_is(desk: Desk) -> None:
    first = desk.add_bytes(POLICY.encode(), "津贴.txt", audience=Audience.WORKER)

    newer = desk.add_bytes("新办法\n第一条 另有规定。".encode(), "新.txt", series=first.number)

    assert newer.audience is Audience.WORKER


def test_a_public_version_that_was_thrown_away_opens_nothing(desk: Desk) -> None:
    desk.add_bytes(POLICY.encode(), "津贴.txt", audience=Audience.WORKER)
    thrown = desk.add_bytes(POLICY.replace("100元", "150元").encode(), "津贴.txt")
    opened = replace(thrown.terms, audience=Audience.PUBLIC)
    desk.documents.edit(thrown.number, opened, actor=CLERK, now=NOW)
    desk.documents.remove(thrown.number, NOW)

    newer = desk.add_bytes(POLICY.replace("100元", "160元").encode(), "津贴.txt")

    assert newer.audience is Audience.WORKER


def test_a_version_that_a_person_opened_to_residents_stays_open(desk: Desk) -> None:
    desk.add_bytes(POLICY.encode(), "津贴.txt", audience=Audience.WORKER, publish=True)
    second = desk.add_bytes(POLICY.replace("100元", "150元").encode(), "津贴.txt")
    opened = replace(second.terms, audience=Audience.PUBLIC)
    desk.documents.edit(second.number, opened, actor=CLERK, now=NOW)
    desk.documents.publish(second.number, NOW)

    third = desk.add_bytes(POLICY.replace("100元", "160元").encode(), "津贴.txt")

    assert third.audience is Audience.PUBLIC


def test_what_residents_may_read_is_not_made_the_workers_own_without_a_word(desk: Desk) -> None:
    desk.documents.move(add(desk), Move.SUBMIT, actor=CLERK, now=NOW)

    with pytest.raises(AudienceError, match="居民可见"):
        desk.add_bytes(POLICY.encode(), "津贴.txt", audience=Audience.WORKER)


def test_a_last_day_that_was_only_read_does_not_stop_who_publishes_at_once(desk: Desk) -> None:
    text = "旧办法\n第一条 本办法自2015年1月1日起施行，有效期五年。\n第二条 每月100元。"

    record = desk.add_bytes(text.encode(), "旧.txt", publish=True)

    assert (record.status, record.expires) == (DocumentStatus.PUBLISHED, "")
    notes = [event.note for event in desk.documents.history(record.series)]
    assert any("2019-12-31" in note for note in notes)


@pytest.mark.postgres
def test_a_server_keeps_the_same_life(embedder: FakeEmbedder, items: Path, tmp_path: Path) -> None:
    with empty_database() as address:
        where = Settings(home=tmp_path / "home", items=items, database_url=address)
        desk = Desk(where, embedder=embedder)
        first = desk.add_bytes(POLICY.encode(), "津贴.txt", publish=True)
        newer = desk.add_bytes(POLICY.replace("100元", "150元").encode(), "津贴.txt", publish=True)

        standing = desk.documents.standing(NOW)
        moves = [event.move for event in desk.documents.history(first.series)]
        desk.close()

    assert standing.audiences == {newer.number: Audience.PUBLIC}
    assert standing.successors == {first.number: newer.number}
    assert moves[:3] == [Move.REPLACE, Move.PUBLISH, Move.SUBMIT]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from(list(Move))), max_size=12)
)
def test_whatever_is_tried_one_version_at_most_is_in_force(
    desk: Desk, steps: list[tuple[int, Move]]
) -> None:
    name = f"{abs(hash(tuple(steps)))}.txt"
    versions = [
        desk.add_bytes(RULE.format(name=name, sum=sum_, year=year).encode(), name)
        for sum_, year in ((1, 2024), (2, 2027))
    ]
    known = len(desk.documents.history(versions[0].series))

    for which, move in steps:
        try:
            desk.documents.move(versions[which].number, move, actor=CLERK, now=NOW)
        except (MoveError, AlreadyBegunError, NotYetInForceError):
            continue

    found = desk.documents.versions(versions[0].series)
    history = desk.documents.history(versions[0].series)
    assert sum(one.status is DocumentStatus.PUBLISHED for one in found) <= 1
    assert len(history) >= known
    for version in found:
        latest = next(event for event in history if event.number == version.number)
        assert latest.after is version.status
    assert all(one.audience is Audience.PUBLIC for one in found)
