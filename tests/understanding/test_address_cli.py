"""``linli address`` and ``linli train addresses``, as they are called."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from actions.understanding.address import training
from actions.understanding.address.generator import AddressGenerator
from linli import app


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("LINLI_HOME", str(folder))
    return folder


def call(arguments: Sequence[str], given: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=given)


def write_rows(path: Path, count: int) -> Path:
    rows = [
        {"text": one.text, "spans": [span.as_dict(one.text) for span in one.spans]}
        for one in AddressGenerator(5).generate(count)
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def test_one_address_is_printed_as_json(home: Path) -> None:
    done = call(["address", "江苏省南京市玄武区", "--json"])

    assert json.loads(done.stdout) == {
        "spans": [
            {"label": "prov", "start": 0, "end": 3, "text": "江苏省"},
            {"label": "city", "start": 3, "end": 6, "text": "南京市"},
            {"label": "district", "start": 6, "end": 9, "text": "玄武区"},
        ]
    }


def test_many_addresses_keep_their_ids(home: Path) -> None:
    lines = '{"id": 7, "text": "江苏省"}\n\n{"id": "b", "text": ""}\n'

    done = call(["address", "--jsonl"], lines)

    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["id"], first["spans"][0]["text"]) == (7, "江苏省")
    assert second == {"id": "b", "spans": []}


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"text": "江苏省"}', "5"])
def test_a_line_that_is_none_is_named(home: Path, line: str) -> None:
    done = call(["address", "--jsonl"], f'{{"id": 1, "text": "江苏省"}}\n{line}\n')

    assert done.exit_code == 2
    assert "第 2 行" in done.stderr
    assert "江苏省" not in done.stderr


def test_without_an_address_the_command_says_what_it_needs(home: Path) -> None:
    assert call(["address"]).exit_code == 2


def test_training_prints_what_it_gained_and_where_the_model_lies(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "ENOUGH", 0)  # made-up addresses would take half a minute
    rows = write_rows(tmp_path / "rows.jsonl", 60)

    done = call(["train", "addresses", "--from", str(rows), "--json"])

    report = json.loads(done.stdout)
    assert report["rows"] == 60
    assert 0 < report["held_out"] < 60
    assert (report["model"] is None) == (report["f1_after"] < report["f1_before"])
    assert (report["model"] is None) == (not list(home.glob("addresses-*")))


def test_bad_rows_leave_no_model(home: Path, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", 60)
    rows.write_text(rows.read_text("utf-8") + '\n{"text": "8号"}', "utf-8")

    done = call(["train", "addresses", "--from", str(rows)])

    assert done.exit_code == 1
    assert done.stderr == "第 61 行:该行缺少 spans。\n"
    assert not home.exists() or not list(home.glob("addresses-*"))
