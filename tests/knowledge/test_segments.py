"""An index made step by step is the index made at once, and takes over what it had."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import segment as segments
from knowledge.item import Audience, Passage
from knowledge.manifest import Portion
from knowledge.postings import Postings
from knowledge.retriever import Hit, Retriever
from knowledge.segment import content_key
from knowledge.snapshot import Snapshot
from knowledge.snapshots import Snapshots
from tests.knowledge.conftest import FakeEmbedder

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NUMBERS = range(9)  # of documents
WORDS = (
    *("居住登记", "高龄津贴", "垃圾清运", "电梯年检", "公租房", "老年食堂", "停车月卡"),
    *("A12", "3号", "免费", "八十周岁"),
)
EMBEDDER = FakeEmbedder()


def document(number: int, version: int) -> list[Passage]:
    """Return the passages of a made-up document, always the same."""
    chance = random.Random(f"{number}:{version}")
    return [
        Passage(
            id=f"{number}:{at}",
            document=f"规定{number}",
            text="，".join(chance.choices(WORDS, k=chance.randint(2, 9))) + "。第二句也算数。",
            owner=str(number),
            audience=Audience.WORKER if chance.random() < 0.2 else Audience.PUBLIC,
        )
        for at in range(chance.randint(1, 6))
    ]


def portions(documents: Mapping[int, int]) -> list[Portion]:
    """Return what an index of these documents, with the version of each, is to have."""
    found = []
    for number, version in sorted(documents.items()):
        passages = document(number, version)
        found.append(Portion(key=content_key(passages), read=partial(list, passages)))
    return found


def hits(snapshot: Snapshot) -> list[list[Hit]]:
    """Return what is found for a question of a few words and for a message of many."""
    index = Retriever(snapshot.passages, snapshot.rows, snapshot.index, words=snapshot.words)
    asked = ["高龄津贴多少钱", "A12停车月卡", "".join(WORDS) * 3]
    queries = EMBEDDER.embed_queries(asked)
    return [
        index.retrieve(text, query, audience, top_k=8)
        for text, query in zip(asked, queries, strict=True)
        for audience in Audience
    ]


def named(folder: Path, pattern: str) -> dict[str, int]:
    """Return the files of a pattern with the numbers of their inodes."""
    return {path.name: path.stat().st_ino for path in folder.glob(pattern)}


steps = st.lists(
    st.tuples(st.sampled_from(NUMBERS), st.integers(0, 3)),  # a document, and 0 to remove it
    min_size=1,
    max_size=14,
)


@settings(max_examples=12, deadline=None)
@given(steps=steps)
def test_any_steps_make_the_index_that_a_build_from_nothing_makes(
    steps: Sequence[tuple[int, int]],
) -> None:
    with TemporaryDirectory() as folder:
        index, documents = Snapshots(Path(folder) / "steps"), {99: 1}
        for number, version in steps:
            documents.pop(number, None)
            documents |= {number: version} if version else {}
            name = index.build(portions(documents), EMBEDDER, NOW)
        fresh = Snapshots(Path(folder) / "fresh")

        made = fresh.load(fresh.build(portions(documents), EMBEDDER, NOW))

        grown = index.load(name)
        assert grown.passages == made.passages
        assert np.array_equal(grown.rows, made.rows)
        assert hits(grown) == hits(made)


def test_a_new_document_is_written_beside_what_stays(tmp_path: Path) -> None:
    index = Snapshots(tmp_path)
    first = index.build(portions({1: 1, 2: 1}), EMBEDDER, NOW)
    read: list[str] = []

    def noted(portion: Portion) -> Portion:
        def reading() -> Sequence[Passage]:
            read.append(portion.key)
            return portion.read()

        return replace(portion, read=reading)

    wanted = [noted(one) for one in portions({1: 1, 2: 1, 3: 1})]

    second = index.build(wanted, EMBEDDER, NOW)

    before, after = (named(tmp_path / name, "*.npy") for name in (first, second))
    assert read == [wanted[2].key]
    assert before.items() <= after.items()
    assert len(after) == 2 * len(before)


def test_segments_stay_few_however_many_documents_come_one_by_one(tmp_path: Path) -> None:
    index = Snapshots(tmp_path)
    documents: dict[int, int] = {}
    for number in range(20):
        documents[number] = 1
        name = index.build(portions(documents), EMBEDDER, NOW)

    assert len(named(tmp_path / name, "*.vectors.npy")) <= 6
    assert len(index.load(name).passages) == sum(len(document(one, 1)) for one in documents)


def test_a_segment_that_is_mostly_dead_is_written_anew(tmp_path: Path) -> None:
    index = Snapshots(tmp_path)
    documents = dict.fromkeys(NUMBERS, 1)
    index.build(portions(documents), EMBEDDER, NOW)

    name = index.build(portions({1: 1}), EMBEDDER, NOW)

    (vectors,) = (tmp_path / name).glob("*.vectors.npy")
    assert len(np.load(vectors)) == len(index.load(name).rows)


def test_a_snapshot_outlives_those_that_it_shares_files_with(tmp_path: Path) -> None:
    index = Snapshots(tmp_path)
    for number in NUMBERS:
        name = index.build(portions(dict.fromkeys(range(number + 1), 1)), EMBEDDER, NOW)

    found = Snapshots(tmp_path).load(name)

    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) < len(NUMBERS)
    assert found.passages[0].id == "0:0"


def test_large_segments_stay_on_disk_and_find_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = Snapshots(tmp_path).build(portions({1: 1, 2: 1, 3: 1}), EMBEDDER, NOW)
    in_memory = Snapshots(tmp_path).load(name)
    monkeypatch.setattr(segments, "MAPPED_ROWS", 1)

    on_disk = Snapshots(tmp_path).load(name)

    assert hits(on_disk) == hits(in_memory)


def test_joined_postings_are_those_of_the_texts_together() -> None:
    texts = [["甲", "乙", "甲"], ["乙"], [], ["丙", "甲"]]
    first = Postings.of(["0", "1"], lambda name: texts[int(name)])
    second = Postings.of(["2", "3"], lambda name: texts[int(name)])

    joined = Postings.joined(
        [(first, np.array([0], np.int32)), (second, np.array([0, 1], np.int32))]
    )

    at_once = Postings.of(["0", "2", "3"], lambda name: texts[int(name)])
    for name, values in joined.arrays().items():
        assert np.array_equal(values, at_once.arrays()[name])
