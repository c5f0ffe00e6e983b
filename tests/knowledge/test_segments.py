"""An index made step by step is the index made at once, and takes over what it had."""

import random
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge import corpus, retriever
from knowledge import segment as segments
from knowledge.corpus import StoredVectors
from knowledge.embedder import Vectors
from knowledge.index_kind import IndexKind
from knowledge.item import Audience, Passage
from knowledge.manifest import Portion
from knowledge.postings import Postings
from knowledge.retriever import Hit, Retriever
from knowledge.rough_rows import RoughPart
from knowledge.segment import Segment, Share, content_key
from knowledge.snapshot import Snapshot
from knowledge.snapshots import Snapshots
from knowledge.vectors import VectorStore
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
            text=f"{number}号{at}款，"
            + "，".join(chance.choices(WORDS, k=chance.randint(2, 9)))
            + f"。第{number}份的第{at}段也算数。",  # no two rows are alike
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


def retriever_of(snapshot: Snapshot, kind: IndexKind = IndexKind.AUTO) -> Retriever:
    """Return the search over a snapshot."""
    return Retriever(
        snapshot.passages, snapshot.rows, snapshot.index, words=snapshot.words, kind=kind
    )


def hits(snapshot: Snapshot, kind: IndexKind = IndexKind.AUTO) -> list[list[Hit]]:
    """Return what is found for a question of a few words and for a message of many."""
    index = retriever_of(snapshot, kind)
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


@pytest.mark.parametrize("kind", [IndexKind.BITS, IndexKind.TWO_BITS, IndexKind.BYTES])
@settings(max_examples=4, deadline=None)
@given(steps=steps)
@example(steps=[(7, 1), (8, 1)])  # rows that are equally near roughly, at the edge
def test_rows_searched_roughly_are_found_alike_whatever_steps_made_the_index(
    kind: IndexKind, steps: Sequence[tuple[int, int]]
) -> None:
    few = 12  # so that only a sample is learned from, and more rows compete than are compared
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(retriever, "MANY_ROWS", few)
        patch.setattr(retriever, "ROUGH_ROWS", few)
        patch.setattr(corpus, "STRETCH", 3)
        index, documents, used = Snapshots(Path(folder) / "steps"), {99: 1}, []
        for number, version in steps:
            documents.pop(number, None)
            documents |= {number: version} if version else {}
            name = index.build(portions(documents), EMBEDDER, NOW)
            used.append(retriever_of(index.load(name), kind))  # what the next one may take over
        fresh = Snapshots(Path(folder) / "fresh")

        made = fresh.load(fresh.build(portions(documents), EMBEDDER, NOW))

        assert hits(index.load(name), kind) == hits(made, kind)


def many(count: int, size: int = 40) -> list[tuple[str, int]]:
    """Return keys of documents and how many rows each has."""
    return [(content_key(document(number, 1)), size) for number in range(count)]


def stored(shares: Sequence[tuple[str, int]]) -> StoredVectors:
    """Return vectors, all nothing, of documents with so many rows."""
    total = sum(size for _, size in shares)
    segment = Segment(
        name="one",
        shares=(),
        passages=(),
        rows=np.zeros((total, 4), np.int32),
        vectors=np.zeros((total, 2), np.float32),
        postings=Postings.of((), list),
    )
    chosen, start = [], 0
    for key, size in shares:
        chosen.append(
            (segment, Share(key=key, passages=slice(0, 0), rows=slice(start, start + size)))
        )
        start += size
    return StoredVectors(chosen, 2)


def test_one_document_more_seldom_changes_what_is_learned_of_many() -> None:
    documents = many(200)
    before = stored(documents).sample(800)

    others = [stored([*documents, (key, 40)]).sample(800) for key, _ in many(300)[200:]]

    same = [one for one in others if one.name == before.name]
    assert len(before.rows) in range(800, 864)
    assert len(same) > 70  # of a hundred; a document is a two-hundredth, the sample a tenth
    assert all(np.array_equal(one.rows, before.rows) for one in same)


def test_what_is_learned_is_spread_over_all_documents_and_does_not_heed_their_order() -> None:
    documents = many(200)

    sample = stored(documents).sample(800)

    assert len(set((sample.rows // 40).tolist())) > 15
    assert stored(documents[::-1]).sample(800).name == sample.name


def test_a_large_document_alone_gives_rows_from_all_over_it() -> None:
    sample = stored(many(1, 100_000)).sample(10_000)

    counts = np.histogram(sample.rows, 10, (0, 100_000))[0]
    assert counts.min() > 500


def test_the_rows_of_a_segment_are_made_rough_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    class Noted(RoughPart):
        def __init__(self, rough: object, space: object, vectors: object, seen: object) -> None:
            made.append(len(vectors))  # type: ignore[arg-type]
            super().__init__(rough, space, vectors, seen)  # type: ignore[arg-type]

    class Same(StoredVectors):
        def sample(self, count: int) -> corpus.Sample:
            return replace(super().sample(count), name="same")

    monkeypatch.setattr(retriever, "RoughPart", Noted)
    monkeypatch.setattr(corpus, "StoredVectors", Same)
    monkeypatch.setattr(retriever, "StoredVectors", Same)
    index = Snapshots(tmp_path)
    first = retriever_of(index.load(index.build(portions({1: 1}), EMBEDDER, NOW)), IndexKind.BITS)

    second = index.load(index.build(portions({1: 1, 2: 1}), EMBEDDER, NOW))
    retriever_of(second, IndexKind.BITS)

    assert first.owner.size + made[1] == len(second.rows)
    assert len(made) == 2


@pytest.mark.parametrize("kind", [IndexKind.BITS, IndexKind.TWO_BITS, IndexKind.BYTES])
def test_rows_that_are_dead_do_not_take_the_place_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: IndexKind
) -> None:
    monkeypatch.setattr(retriever, "ROUGH_ROWS", 10_000)
    index, documents = Snapshots(tmp_path), dict.fromkeys(NUMBERS, 1)
    index.build(portions(documents), EMBEDDER, NOW)
    del documents[4]

    found = index.load(index.build(portions(documents), EMBEDDER, NOW))

    scores = retriever_of(found, kind).dense(EMBEDDER.embed_queries(["电梯"])[0], Audience.WORKER)
    assert len(scores) == len(found.passages)
    assert np.isfinite(scores).all()


def test_who_is_stopped_while_embedding_goes_on_where_they_were(tmp_path: Path) -> None:
    texts = [f"第{number}条" for number in range(200)]

    class Stopped(FakeEmbedder):
        def embed_passages(self, passages: Sequence[str]) -> Vectors:
            if self.embedded:
                raise KeyboardInterrupt
            return super().embed_passages(passages)

    first, second, seen = Stopped(), FakeEmbedder(), list[tuple[int, int]]()
    with pytest.raises(KeyboardInterrupt):
        VectorStore(tmp_path / "vectors.db").prepare(texts, first)

    VectorStore(tmp_path / "vectors.db").prepare(
        texts, second, lambda done, total: seen.append((done, total))
    )

    left = len(texts) - len(first.embedded)
    assert set(first.embedded) | set(second.embedded) == set(texts)
    assert len(second.embedded) == left < len(texts)
    assert seen[0] == (0, left)
    assert seen[-1] == (left, left)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_file_that_cannot_be_opened_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    path.mkdir()

    with pytest.raises(sqlite3.OperationalError):
        VectorStore(path)

    assert path.is_dir()


def test_a_damaged_file_of_vectors_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    path.write_bytes(b"not a database, whatever its name says" * 100)

    vectors = VectorStore(path).vectors(["第一条"], FakeEmbedder())

    assert vectors.shape[0] == 1
