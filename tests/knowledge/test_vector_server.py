"""A server with the vectors may be away, lose rows or be shared: questions are answered."""

import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from knowledge import vector_server
from knowledge.answer import Outcome
from knowledge.desk import Desk, LiveAnswerer
from knowledge.embedder import Embedder
from knowledge.errors import SettingsError
from knowledge.index_kind import IndexKind
from knowledge.item import Audience
from knowledge.milvus import MilvusCollections
from knowledge.retriever import Retriever
from knowledge.settings import MilvusAddress, Settings
from knowledge.snapshots import Snapshots
from knowledge.vector_server import Collections, VectorServer, open_server
from tests.knowledge.conftest import POLICY
from tests.knowledge.test_segments import EMBEDDER, NOW, NUMBERS, portions, retriever_of
from tests.knowledge.vector_servers import (
    FakeCollections,
    collections_of,
    free_port,
    opened,
    serving,
    wait_until,
)

QUESTION = "高龄津贴多少钱"
QUERY = EMBEDDER.embed_queries([QUESTION])[0]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_server, "RETRY_S", 0.05)
    monkeypatch.setattr(vector_server, "BATCH", 10)
    monkeypatch.setattr("knowledge.remote_rows.BATCH", 10)


@pytest.fixture
def fake() -> FakeCollections:
    return FakeCollections()


@pytest.fixture
def server(fake: FakeCollections, tmp_path: Path) -> Iterator[VectorServer]:
    found = opened(fake, tmp_path)
    yield found
    found.close()


@pytest.fixture
def index(server: VectorServer, tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "index", server)


@pytest.fixture(params=["memory", "milvus-lite"])
def collections(request: pytest.FixtureRequest) -> Iterator[Collections]:
    found = collections_of(request.param, request)
    yield found
    found.close()


def built(index: Snapshots, *numbers: int) -> str:
    return index.build(portions(dict.fromkeys(numbers, 1)), EMBEDDER, NOW)


def searching(index: Snapshots, name: str, wait_s: float | None = None) -> Retriever:
    found = retriever_of(index.load(name), IndexKind.MILVUS)
    found.bring(name, wait_s)
    return found


def ours(server: VectorServer) -> set[str]:
    return {one for one in server.collections.names() if one.startswith(server.prefix)}


def test_rows_are_added_found_counted_cut_and_dropped(collections: Collections) -> None:
    rows = np.eye(30, dtype=np.float32)
    is_public = np.arange(30) % 3 > 0

    collections.create("linli_contract", 30)
    collections.add("linli_contract", 0, rows[:20], is_public[:20])
    collections.add("linli_contract", 20, rows[20:], is_public[20:])

    cosines, found = collections.near("linli_contract", rows[3], Audience.WORKER, 4)
    _, public = collections.near("linli_contract", rows[3], Audience.PUBLIC, 30)
    assert (len(found), found[0], cosines[0]) == (4, 3, pytest.approx(1))
    assert set(public.tolist()) == set(np.flatnonzero(is_public).tolist())
    assert collections.rows_in("linli_contract") == 30
    collections.cut("linli_contract", 25)
    assert collections.rows_in("linli_contract") == 25
    assert "linli_contract" in collections.names()
    collections.drop("linli_contract")
    assert collections.rows_in("linli_contract") is None


def test_while_the_server_is_away_passages_are_found_by_words(
    index: Snapshots, fake: FakeCollections, caplog: pytest.LogCaptureFixture
) -> None:
    search = searching(index, built(index, *NUMBERS))
    whole = search.retrieve(QUESTION, QUERY, Audience.PUBLIC)
    fake.is_away = True

    with caplog.at_level(logging.INFO):
        by_words = search.retrieve(QUESTION, QUERY, Audience.PUBLIC)
        again = search.retrieve(QUESTION, QUERY, Audience.PUBLIC)
    was_whole = search.is_whole
    fake.is_away = False
    wait_until(lambda: search.is_whole)

    assert not was_whole
    assert by_words[0] == whole[0] == again[0]
    assert search.retrieve(QUESTION, QUERY, Audience.PUBLIC) == whole
    warned = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert len(warned) == 1
    assert not any(word in caplog.text for word in (QUESTION, "津贴"))


def test_by_words_alone_residents_still_find_nothing_for_workers(
    index: Snapshots, fake: FakeCollections
) -> None:
    fake.is_away = True
    snapshot = index.load(built(index, *NUMBERS))
    search = retriever_of(snapshot, IndexKind.MILVUS)
    search.bring(snapshot.name)

    hits = search.retrieve(QUESTION, QUERY, Audience.PUBLIC, top_k=100)

    assert len(hits) > 10
    assert {snapshot.passages[hit.passage].audience for hit in hits} == {Audience.PUBLIC}


def test_a_load_that_was_interrupted_goes_on_where_it_was(
    index: Snapshots, fake: FakeCollections, server: VectorServer, tmp_path: Path
) -> None:
    name, fake.batches_left = built(index, *NUMBERS), 3
    searching(index, name)  # the process ends in the middle of the fourth batch
    server.close()
    fake.is_away, fake.batches_left, fake.sent = False, 1_000, []
    second = opened(fake, tmp_path)

    search = searching(Snapshots(tmp_path / "index", second), name)

    (held,) = fake.held.values()
    second.close()
    assert fake.sent[0] == 30
    assert [row for row, _, _ in held] == list(range(search.owner.size))


def test_rows_that_are_there_twice_are_loaded_anew(
    index: Snapshots, fake: FakeCollections, tmp_path: Path
) -> None:
    name = built(index, *NUMBERS)
    searching(index, name)
    (held,) = fake.held.values()
    held += held[:10]
    fake.sent = []
    second = opened(fake, tmp_path)

    search = searching(Snapshots(tmp_path / "index", second), name)

    (held,) = fake.held.values()
    second.close()
    assert fake.sent[0] == 0
    assert len(held) == search.owner.size


def test_a_second_process_takes_the_collections_that_are_there(
    index: Snapshots, fake: FakeCollections, tmp_path: Path
) -> None:
    name = built(index, *NUMBERS)
    first = searching(index, name)
    fake.sent = []
    second = opened(fake, tmp_path)

    other = searching(Snapshots(tmp_path / "index", second), name)

    assert fake.sent == []
    assert other.retrieve(QUESTION, QUERY, Audience.WORKER) == first.retrieve(
        QUESTION, QUERY, Audience.WORKER
    )
    second.close()


def test_a_collection_that_somebody_dropped_is_made_again(
    index: Snapshots, fake: FakeCollections
) -> None:
    search = searching(index, built(index, *NUMBERS))
    fake.held.clear()

    assert search.retrieve(QUESTION, QUERY, Audience.PUBLIC)

    wait_until(lambda: search.is_whole)
    assert fake.held


def test_collections_go_with_the_last_snapshot_and_the_last_process_that_use_them(
    index: Snapshots, server: VectorServer, tmp_path: Path
) -> None:
    server.collections.create("linli_other_" + "0" * 32, 4)
    first = built(index, 1)
    serving_first = searching(index, first)
    oldest = ours(server)
    newest = ""
    for number in range(2, 9):
        newest = built(index, number)
        searching(index, newest)  # nobody keeps it
    kept = ours(server)
    second = opened(server.collections, tmp_path)
    del serving_first

    Snapshots(tmp_path / "index", second).build(portions(dict.fromkeys([8], 1)), EMBEDDER, NOW)

    folders = [path for path in (tmp_path / "index").iterdir() if path.is_dir()]
    assert not (tmp_path / "index" / first).exists()
    assert oldest < kept
    assert not oldest & ours(second)
    assert len(ours(second)) == len(folders)
    assert "linli_other_" + "0" * 32 in second.collections.names()
    second.close()


def test_two_homes_on_one_server_keep_apart(fake: FakeCollections, tmp_path: Path) -> None:
    homes = [tmp_path / "a", tmp_path / "b"]
    servers = [opened(fake, home) for home in homes]
    for home, server in zip(homes, servers, strict=True):
        index = Snapshots(home / "index", server)
        searching(index, built(index, *NUMBERS))

    assert len(fake.held) == 2
    assert opened(fake, homes[0]).prefix == servers[0].prefix != servers[1].prefix
    for server in servers:
        server.close()


def test_a_sweep_while_the_server_is_away_is_left_for_another_time(
    index: Snapshots, fake: FakeCollections
) -> None:
    fake.is_away = True

    assert built(index, 1) == index.current()


def test_the_product_answers_with_its_vectors_on_a_server_and_without(
    settings: Settings, real_embedder: Embedder, fake: FakeCollections, tmp_path: Path
) -> None:
    kept = Settings(home=settings.home, items=settings.items, index=IndexKind.MILVUS)
    desk = Desk(kept, embedder=real_embedder, server=opened(fake, tmp_path))
    desk.add_bytes(POLICY.encode(), "津贴.txt", publish=True)
    desk.build()
    loaded, live = bool(fake.held), LiveAnswerer(desk)
    ask = partial(live.answer, "云溪市80岁老人每月高龄津贴多少钱", is_enquiry=True)

    with_vectors, with_health = ask(), live.current.library.health()
    fake.is_away = True
    without, without_health = ask(), live.current.library.health()

    live.close()
    assert loaded
    assert (with_health["status"], without_health["status"]) == ("ok", "degraded")
    assert without_health["vectors"] == {"kind": IndexKind.MILVUS, "whole": False}
    assert "100元" in with_vectors.text
    assert without.outcome is not Outcome.NO_EVIDENCE
    assert without.citations == with_vectors.citations


def test_a_server_that_comes_back_is_taken_up_again(tmp_path: Path, milvus: str) -> None:
    assert milvus
    port = free_port()
    collections = MilvusCollections(MilvusAddress(uri=f"http://127.0.0.1:{port}", token="a:b"))
    server = opened(collections, tmp_path)
    index = Snapshots(tmp_path / "index", server)
    with serving(tmp_path / "data", port):
        search = searching(index, built(index, *NUMBERS))
        whole = search.retrieve(QUESTION, QUERY, Audience.PUBLIC)
    away = search.retrieve(QUESTION, QUERY, Audience.PUBLIC)
    was_whole = search.is_whole
    with serving(tmp_path / "data", port):
        wait_until(lambda: search.is_whole)
        back = search.retrieve(QUESTION, QUERY, Audience.PUBLIC)
        server.close()

    assert not was_whole
    assert back == whole
    assert away[0] == whole[0]


def test_the_settings_name_a_server_and_never_show_its_token() -> None:
    found = Settings.from_env(
        {
            "LINLI_MILVUS_URI": "http://user:word@milvus:19530/city",
            "LINLI_MILVUS_TOKEN": "root:secret",
            "LINLI_MILVUS_PREFIX": "street_7",
            "LINLI_INDEX": "milvus",
        }
    )

    assert found.milvus is not None
    assert found.milvus.token == "root:secret"
    assert (found.milvus.prefix, found.index) == ("street_7", IndexKind.MILVUS)
    assert "secret" not in repr(found)
    assert "word" not in repr(found)


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ({"LINLI_MILVUS_URI": "milvus:19530"}, "LINLI_MILVUS_URI"),
        (
            {"LINLI_MILVUS_URI": "http://milvus:19530", "LINLI_MILVUS_PREFIX": "7-b"},
            "LINLI_MILVUS_PREFIX",
        ),
        ({"LINLI_INDEX": "milvus"}, "LINLI_INDEX"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(
    environment: dict[str, str], variable: str
) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_env(environment)


def test_without_the_extra_a_server_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_server, "is_installed", lambda: False)

    with pytest.raises(SettingsError, match="make setup-milvus"):
        open_server(MilvusAddress(uri="http://127.0.0.1:1"), tmp_path)
    assert open_server(None, tmp_path) is None
