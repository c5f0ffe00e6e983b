"""Whatever holds the rows, in memory or on a server, the same passages are found."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge import retriever as retrieving
from knowledge.index_kind import IndexKind, kind_for
from knowledge.item import Audience
from knowledge.retriever import Retriever
from knowledge.snapshot import Snapshot
from knowledge.snapshots import Snapshots
from tests.knowledge.test_segments import EMBEDDER, NOW, NUMBERS, portions, retriever_of
from tests.knowledge.vector_servers import collections_of, opened

ASKED = ("高龄津贴多少钱", "A12停车月卡", "老年食堂在几号")
LOCAL = (IndexKind.BITS, IndexKind.TWO_BITS, IndexKind.BYTES)
Found = list[list[tuple[str, float]]]


class Index:
    """An index whose rows are held in one way."""

    def __init__(self, snapshots: Snapshots, kind: IndexKind) -> None:
        self._snapshots, self._kind = snapshots, kind

    def build(self, documents: Mapping[int, int]) -> Snapshot:
        name = self._snapshots.build(portions(documents), EMBEDDER, NOW)
        return self._snapshots.load(name)

    def search(self, snapshot: Snapshot) -> Retriever:
        found = retriever_of(snapshot, self._kind)
        found.bring(snapshot.name)
        assert found.is_whole
        return found


@pytest.fixture(params=[*LOCAL, "memory", "milvus-lite"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    if request.param in LOCAL:
        yield Index(Snapshots(tmp_path), request.param)
        return
    server = opened(collections_of(request.param, request), tmp_path)
    yield Index(Snapshots(tmp_path / "index", server), IndexKind.MILVUS)
    server.close()


def found(snapshot: Snapshot, search: Retriever) -> Found:
    """Return the passages found for each question and audience, with their rounded scores."""
    return [
        [
            (snapshot.passages[hit.passage].id, round(hit.score, 2))
            for hit in search.retrieve(text, query, audience, top_k=8)
        ]
        for text, query in zip(ASKED, EMBEDDER.embed_queries(ASKED), strict=True)
        for audience in Audience
    ]


def test_the_passages_are_those_of_an_exact_search(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieving, "ROUGH_ROWS", 60)  # of more than 100
    snapshot = index.build(dict.fromkeys(NUMBERS, 1))
    exact = found(snapshot, retriever_of(snapshot, IndexKind.EXACT))

    assert found(snapshot, index.search(snapshot)) == exact


def test_many_who_ask_at_once_find_what_each_would_alone(index: Index) -> None:
    snapshot = index.build(dict.fromkeys(NUMBERS, 1))
    search = index.search(snapshot)
    alone = found(snapshot, search)

    with ThreadPoolExecutor(8) as askers:
        together = list(askers.map(lambda _: found(snapshot, search), range(40)))

    assert together == [alone] * 40


def test_no_row_for_workers_is_found_for_residents(index: Index) -> None:
    snapshot = index.build(dict.fromkeys(NUMBERS, 1))
    is_public = np.array([one.audience is Audience.PUBLIC for one in snapshot.passages])
    search = index.search(snapshot)
    moved = search.moved(EMBEDDER.embed_queries(["电梯年检"])[0])

    for_residents = search.dense(moved, Audience.PUBLIC)
    for_workers = search.dense(moved, Audience.WORKER)

    assert not is_public.all()
    assert np.isneginf(for_residents[~is_public]).all()
    assert np.isfinite(for_residents[is_public]).all()
    assert np.isfinite(for_workers).all()


def test_what_was_removed_takes_nobodys_place(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieving, "ROUGH_ROWS", 10_000)
    documents = dict.fromkeys(NUMBERS, 1)
    index.build(documents)
    del documents[4]

    snapshot = index.build(documents)

    search = index.search(snapshot)
    scores = search.dense(EMBEDDER.embed_queries(["电梯"])[0], Audience.WORKER)
    assert np.isfinite(scores).all()


def test_an_index_made_in_steps_finds_what_one_made_at_once_does(
    index: Index, tmp_path: Path
) -> None:
    documents: dict[int, int] = {}
    for number in NUMBERS:
        documents[number] = 1
        index.search(index.build(documents))  # which the next one may take over
    snapshot = index.build(documents | {3: 2})
    fresh = Snapshots(tmp_path / "fresh")
    made = fresh.load(fresh.build(portions(documents | {3: 2}), EMBEDDER, NOW))

    assert found(snapshot, index.search(snapshot)) == found(
        made, retriever_of(made, IndexKind.EXACT)
    )


@pytest.mark.parametrize(
    ("rows", "dim", "has_server", "kind"),
    [
        (20_000, 384, False, IndexKind.EXACT),
        (20_000, 384, True, IndexKind.EXACT),
        (20_001, 384, True, IndexKind.MILVUS),
        (20_001, 384, False, IndexKind.BITS),
        (20_001, 128, False, IndexKind.BYTES),
        (20_001, 385, False, IndexKind.BYTES),
    ],
)
def test_rows_are_searched_by_their_number_and_by_what_there_is(
    rows: int, dim: int, has_server: bool, kind: IndexKind
) -> None:
    assert kind_for(rows, dim, has_server=has_server) is kind
