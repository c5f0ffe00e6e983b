"""``linli eval`` asks the golden questions, or measures any retrieval set."""

import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from knowledge.cli import eval_app
from knowledge.desk import Desk, LiveAnswerer
from knowledge.settings import Settings
from tests.knowledge.conftest import FakeEmbedder

GOLDEN = """\
answerable:
  - {question: 居住证多少钱, fact: 免费}
  - {question: 居住证多少钱, fact: 一万元}
unanswerable:
  - 月球上有没有空气
"""
SET = {
    "corpus.jsonl": [{"_id": "a", "text": "居住证办理"}, {"_id": "b", "text": "垃圾分类投放"}],
    "queries.jsonl": [{"_id": "1", "text": "垃圾怎么分类"}],
}
QRELS = "query-id\tcorpus-id\tscore\n1\tb\t1\n"


def write_texts(folder: Path) -> None:
    for name, records in SET.items():
        lines = [json.dumps(one, ensure_ascii=False) for one in records]
        (folder / name).write_text("\n".join(lines), encoding="utf-8")


def named(folder: Path) -> list[str]:
    files = [str(folder / name) for name in (*SET, "t.tsv")]
    pairs = zip(("--corpus", "--queries", "--qrels"), files, strict=True)
    return [word for pair in pairs for word in pair]


def linli_eval(*words: str) -> Result:
    return CliRunner().invoke(eval_app, list(words))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LINLI_DATABASE_URL", raising=False)
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_the_golden_questions_come_as_a_table_and_a_picture(
    home: Path, items: Path, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(settings: Settings, **_more: object) -> LiveAnswerer:
        return LiveAnswerer(Desk(Settings(home=settings.home, items=items), embedder=embedder))

    monkeypatch.setattr("knowledge.cli.open_answerer", opened)
    monkeypatch.setattr("knowledge.golden.GOLDEN", home.parent / "golden.yml")  # none is shipped
    (home / "golden.yml").write_text(GOLDEN, encoding="utf-8")

    done = linli_eval()

    assert done.exit_code == 0, done.output
    assert "1/2" in done.stdout
    assert "没有答对：居住证多少钱" in done.stdout
    picture = ElementTree.parse(home / "eval.svg").getroot()
    assert picture.tag.endswith("svg")


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_any_set_is_measured_by_words_by_meaning_and_by_both(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: Sequence[str]
) -> None:
    monkeypatch.setattr("knowledge.embedder.open_embedder", lambda settings: FakeEmbedder())
    write_texts(tmp_path)
    (tmp_path / "t.tsv").write_text(QRELS, encoding="utf-8")

    done = linli_eval("retrieval", *named(tmp_path), *words)

    assert done.exit_code == 0, done.output
    assert [done.stdout.count(kind) for kind in ("bm25", "dense", "hybrid")] == [1, 1, 1]
    assert "mrr@10" in done.stdout


def test_what_is_wrong_with_a_set_ends_the_command(home: Path, tmp_path: Path) -> None:
    write_texts(tmp_path)
    (tmp_path / "t.tsv").write_text(QRELS.replace("1\n", "high\n"), encoding="utf-8")

    done = linli_eval("retrieval", *named(tmp_path), "--json")

    assert done.exit_code == 1
    assert done.stdout == ""
    assert "第 2 行的“score”不是数字" in done.stderr


def test_what_is_left_out_of_a_set_is_said_beside_the_measures(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.embedder.open_embedder", lambda settings: FakeEmbedder())
    write_texts(tmp_path)
    (tmp_path / "t.tsv").write_text(QRELS + "9\tb\t1\n", encoding="utf-8")

    done = linli_eval("retrieval", *named(tmp_path), "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["bm25"]["r@1"] == 1.0
    assert "t.tsv" in done.stderr
