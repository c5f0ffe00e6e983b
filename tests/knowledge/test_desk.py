"""The index is built once, kept whole, and taken up while running."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.desk import Desk, LiveAnswerer
from knowledge.errors import UnknownDocumentError
from knowledge.item import Audience
from knowledge.life import DocumentStatus
from knowledge.settings import Settings
from tests.knowledge.conftest import POLICY, FakeEmbedder

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_unchanged_text_is_never_embedded_twice(desk: Desk, embedder: FakeEmbedder) -> None:
    desk.build()
    before = len(embedder.embedded)

    desk.add_bytes("通知\n每月15日收运。".encode(), "通知.txt", publish=True)
    desk.build()

    assert len(embedder.embedded) - before <= 3


def test_a_new_version_embeds_only_the_clauses_that_changed(
    desk: Desk, embedder: FakeEmbedder
) -> None:
    desk.add_bytes(POLICY.encode(), "津贴.txt", publish=True)
    desk.library()
    before = len(embedder.embedded)
    newer = desk.add_bytes(POLICY.replace("5个工作日", "3个工作日").encode(), "津贴.txt")

    desk.candidate(frozenset({newer.number}))
    desk.documents.publish(newer.number, NOW)
    desk.build()

    fresh = embedder.embedded[before:]
    assert fresh
    assert all("3个工作日" in text for text in fresh)
    assert len(fresh) == len(set(fresh))


def test_building_again_without_a_change_makes_nothing_new(desk: Desk) -> None:
    assert desk.build() == desk.build()


def test_another_model_makes_another_index(settings: Settings, desk: Desk) -> None:
    other = FakeEmbedder()
    other.model_id = "fake-2"

    first, second = desk.build(), Desk(settings, embedder=other).build()

    assert first != second


@pytest.mark.parametrize(
    "file", ["*.vectors.npy", "*.rows.npy", "*.times.npy", "*.passages.jsonl", "manifest.json"]
)
def test_a_damaged_snapshot_is_built_again(desk: Desk, settings: Settings, file: str) -> None:
    name = desk.build()
    path = next((settings.home / "index" / name).glob(file))
    path.write_bytes(path.read_bytes()[:20] + b"x")

    library = desk.library()

    assert library.name == name
    assert desk.snapshots.load(name).passages


def test_a_draft_is_not_answered_from_until_it_is_published(desk: Desk) -> None:
    desk.add_bytes(POLICY.encode(), "津贴.txt")

    assert not desk.documents.passages(NOW)
    assert desk.documents.publish("津贴.txt", NOW).status is DocumentStatus.PUBLISHED
    assert desk.documents.passages(NOW)


def test_a_removed_document_is_gone(desk: Desk) -> None:
    desk.add_bytes(POLICY.encode(), "津贴.txt", publish=True)

    desk.documents.remove("云溪市高龄津贴发放办法", NOW)

    assert not desk.documents.passages(NOW)
    assert not desk.documents.records()


def test_a_new_version_of_a_file_replaces_the_old_one(desk: Desk) -> None:
    desk.add_bytes(POLICY.encode(), "津贴.txt", publish=True)
    desk.add_bytes(POLICY.replace("100元", "150元").encode(), "津贴.txt", publish=True)

    texts = "".join(passage.text for passage in desk.documents.passages(NOW))

    assert "150元" in texts
    assert "100元" not in texts


def test_an_unknown_document_is_named(desk: Desk) -> None:
    with pytest.raises(UnknownDocumentError, match="没有这份"):
        desk.documents.remove("没有这份", NOW)


def test_a_running_answerer_takes_up_a_new_index(
    desk: Desk, settings: Settings, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveAnswerer(desk)
    monkeypatch.setattr("knowledge.desk.LOOK_EVERY_S", 0.0)
    other = Desk(settings, embedder=embedder)
    other.add_bytes(POLICY.encode(), "津贴.txt", publish=True)

    name = other.build()

    assert live.current.library.name == name
    other.close()


def test_public_eyes_never_see_worker_passages(desk: Desk, tmp_path: Path) -> None:
    desk.add_bytes(
        "暗号规程\n第一条 值班暗号是青松。".encode(),
        "规程.txt",
        audience=Audience.WORKER,
        publish=True,
    )
    live = LiveAnswerer(desk)
    questions = [
        "值班暗号是什么",
        "值班暗号是青松",
        "入户走访几个人",
        "怎么入户走访?",
        "暗号规程第一条",
    ]

    answers = [live.answer(question) for question in questions]
    answers += [live.item("home-visit"), live.answer("要带什么材料", item="home-visit")]

    assert not any("青松" in answer.text or "工作证" in answer.text for answer in answers)


def test_a_library_with_a_single_item_answers_from_it(desk: Desk, items: Path) -> None:
    (items / "home-visit.yml").unlink()
    answerer = LiveAnswerer(desk)

    found = answerer.answer("居住证办理", is_enquiry=True)

    assert found.item == "residence-permit"
