"""The index is swapped under people who ask, and a death in the middle changes nothing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore

import pytest

from knowledge.answer import Outcome
from knowledge.desk import Desk, LiveAnswerer
from knowledge.embedder import Embedder
from knowledge.settings import Settings
from tests.knowledge.conftest import POLICY, FakeEmbedder

REPOSITORY = Path(__file__).resolve().parents[2]
SWAPS = 20
ASKERS = 3
FACTS = {"居住证多少钱": "免费", "云溪市80岁老人每月高龄津贴多少钱": "元"}
DYING = """
import os, signal, sys
from pathlib import Path
import knowledge.segment as segment
import knowledge.snapshots as snapshots
from knowledge.desk import Desk
from knowledge.settings import Settings
from tests.knowledge.conftest import FakeEmbedder

home, items, text, place = sys.argv[1:5]

def die(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

class Dying(FakeEmbedder):
    def embed_passages(self, passages):
        die()

embedder = Dying() if place == "embedding" else FakeEmbedder()
if place == "writing":
    segment.np.save = die
if place == "naming":
    snapshots.Path.rename = die
if place == "pointing":
    snapshots.Snapshots._point_to = die
desk = Desk(Settings(home=Path(home), items=Path(items)), embedder=embedder)
desk.add_bytes(text.encode(), "津贴.txt", publish=True)
desk.build()
"""


@pytest.fixture
def live(real_embedder: Embedder, settings: Settings) -> Iterator[LiveAnswerer]:
    desk = Desk(settings, embedder=real_embedder)
    desk.add_bytes(POLICY.encode(), "津贴.txt", publish=True)
    yield LiveAnswerer(desk)
    desk.close()


def test_no_question_fails_while_the_index_is_swapped_twenty_times(
    live: LiveAnswerer,
    settings: Settings,
    real_embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("knowledge.desk.LOOK_EVERY_S", 0.0)
    editor, names, turns = Desk(settings, embedder=real_embedder), set(), Semaphore(0)

    def ask(question: str, fact: str) -> list[str]:
        turns.acquire()
        answer = live.answer(question, is_enquiry=True)
        is_told = answer.outcome is not Outcome.NO_EVIDENCE and fact in answer.text
        return [] if is_told else [question]

    with ThreadPoolExecutor(ASKERS) as askers:
        asking = [askers.submit(ask, *pair) for pair in FACTS.items() for _ in range(2 * SWAPS)]
        for swap in range(SWAPS):
            text = POLICY.replace("100元", f"{100 + swap}元")
            turns.release(len(asking) // SWAPS)  # they ask while the next index is made
            editor.add_bytes(text.encode(), "津贴.txt", publish=True)
            names.add(editor.build())
        failed = [one for asker in asking for one in asker.result()]
    live.answer("居住证多少钱")
    editor.close()

    assert len(names) == SWAPS
    assert failed == []
    assert live.current.library.name == editor.snapshots.current()


@pytest.mark.parametrize("place", ["embedding", "writing", "naming", "pointing"])
def test_who_is_killed_while_building_leaves_the_old_index_serving(
    settings: Settings, embedder: FakeEmbedder, tmp_path: Path, place: str
) -> None:
    desk = Desk(settings, embedder=embedder)
    old = desk.build()
    live = LiveAnswerer(desk)
    arguments = [str(settings.home), str(settings.items), POLICY, place]

    died = subprocess.run(
        [sys.executable, "-c", DYING, *arguments],
        cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, check=False,
    )  # fmt: skip

    assert died.returncode == -signal.SIGKILL
    assert desk.snapshots.current() == old
    assert live.item("residence-permit").citations
    assert desk.snapshots.load(old).passages
    new = desk.build()  # nobody holds a lock that the dead one took
    assert new != old
    assert any(one.owner for one in desk.snapshots.load(new).passages)
    desk.close()


def test_a_snapshot_is_never_written_to_again(desk: Desk) -> None:
    folder = desk.home / "index" / desk.build()
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}

    desk.add_bytes(POLICY.encode(), "津贴.txt", publish=True)
    desk.build()
    desk.documents.remove("津贴.txt", desk.clock())
    desk.build()

    after = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}
    assert after == before
    assert json.loads(before["manifest.json"][1])["content"] == folder.name


def test_what_a_dead_one_left_behind_is_cleared_away(desk: Desk) -> None:
    folder = desk.home / "index"
    left, fresh = folder / ".left", folder / ".fresh"
    desk.build()
    for path in (left, fresh):
        path.mkdir()
    os.utime(left, (1, 1))

    desk.build()

    assert not left.exists()
    assert fresh.exists()
