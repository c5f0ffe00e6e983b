"""The life of a document on the command line; what needs no embedder opens none."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from knowledge.desk import Desk
from knowledge.embedder import Embedder, Progress
from knowledge.life_cli import knowledge_app
from knowledge.settings import Settings
from tests.knowledge.conftest import POLICY

GOLDEN = """\
answerable:
  - {question: 云溪市80岁老人每月高龄津贴多少钱, fact: 100元}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LINLI_DATABASE_URL", raising=False)
    path = tmp_path / "津贴.txt"
    path.write_text(POLICY, encoding="utf-8")
    return path


def linli(*words: str) -> Result:
    return CliRunner().invoke(knowledge_app, list(words))


def as_json(*words: str) -> Any:
    done = linli(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout.splitlines()[-1])


def test_a_draft_is_shown_corrected_and_submitted(file: Path) -> None:
    linli("add", str(file), "--by", "林一")

    linli("edit", file.name, "--expires", "2030-12-31", "--owner", "王芳", "--by", "林一")
    linli("submit", file.name, "--note", "请审核", "--by", "林一")

    shown = as_json("show", file.name)
    assert (shown["status"], shown["expires"], shown["owner"]) == ("review", "2030-12-31", "王芳")
    assert len(shown["clauses"]) == shown["passages"]
    events = as_json("history", file.name)
    assert [(event["move"], event["actor"]) for event in events] == [
        ("submit", "林一"), ("edit", "林一"), ("add", "林一"),
    ]  # fmt: skip


def test_a_corrected_file_of_the_workers_is_said_to_stay_theirs(file: Path) -> None:
    linli("add", str(file), "--audience", "worker")
    file.write_text(POLICY.replace("100元", "150元"), encoding="utf-8")

    done = linli("add", str(file))

    (number,) = (one["number"] for one in as_json("list") if one["version"] == 2)
    assert done.exit_code == 0
    assert "仍仅工作人员可见" in done.stderr
    assert f"edit {number} --audience public" in done.stderr


def test_nothing_is_said_of_the_audience_where_it_is_as_wished(file: Path) -> None:
    linli("add", str(file), "--audience", "worker")
    file.write_text(POLICY.replace("100元", "150元"), encoding="utf-8")

    done = linli("add", str(file), "--audience", "worker")

    assert done.exit_code == 0
    assert "仍仅工作人员可见" not in done.output


@pytest.fixture
def guides(file: Path) -> Path:
    """A folder with two guides of one name."""
    folder = file.parent / "办事指南"
    for name in ("居住证", "老年证"):
        (folder / name).mkdir(parents=True)
        (folder / name / "指南.md").write_text(f"# {name}办理\n\n{name}免费办理。\n", "utf-8")
    return folder


def test_of_two_files_of_one_name_the_second_is_refused_by_both_paths(guides: Path) -> None:
    done = linli("add", str(guides))

    assert done.exit_code == 1
    assert str(guides / "居住证" / "指南.md") in done.stderr
    assert str(guides / "老年证" / "指南.md") in done.stderr
    assert "改名" in done.stderr
    assert [(one["title"], one["version"]) for one in as_json("list")] == [("居住证办理", 1)]


def test_the_same_file_in_two_folders_is_one_document(guides: Path) -> None:
    (guides / "老年证" / "指南.md").write_bytes((guides / "居住证" / "指南.md").read_bytes())

    done = linli("add", str(guides))

    assert done.exit_code == 0
    assert [one["version"] for one in as_json("list")] == [1]


def test_a_file_that_could_not_be_read_does_not_keep_its_name(guides: Path) -> None:
    (guides / "居住证" / "指南.md").write_text("", encoding="utf-8")

    done = linli("add", str(guides))

    assert done.exit_code == 1
    assert [one["title"] for one in as_json("list")] == ["老年证办理"]


def test_the_history_reads_as_a_person_would_tell_it(file: Path) -> None:
    linli("add", str(file), "--by", "林一")
    linli("edit", file.name, "--owner", "王芳", "--by", "林一")

    told = linli("history", file.name).stdout

    assert "修改信息  林一  责任人 — → 王芳" in told
    assert "第 1 版  添加  林一  津贴.txt" in told


def test_two_versions_are_compared_clause_by_clause(file: Path) -> None:
    linli("add", str(file))
    file.write_text(POLICY.replace("100元", "150元"), encoding="utf-8")
    newer = as_json("add", str(file))

    told = linli("diff", newer["number"]).stdout

    assert "1[-0-]{+5+}0元" in told
    assert "修改 1 条" in told
    assert newer["version"] == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("edit", "津贴.txt", "--issued", "昨天"), "发布日期"),
        (("return", "津贴.txt"), "不能“退回修改”"),
        (("show", "没有.txt"), "没有"),
        (("rollback", "津贴.txt"), "不能"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    file: Path, words: tuple[str, ...], sentence: str
) -> None:
    linli("add", str(file))

    done = linli(*words)

    assert done.exit_code == 1
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_what_was_thrown_away_is_listed_only_if_asked_for(file: Path) -> None:
    linli("add", str(file))
    linli("remove", file.name)

    assert as_json("list") == []
    assert [one["status"] for one in as_json("list", "--removed")] == ["removed"]


@pytest.fixture
def guarded(
    file: Path,
    items: Path,
    tmp_path: Path,
    real_embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A file that is in force, and a golden question that it answers."""

    def opened(settings: Settings, *, progress: Progress = lambda done, total: None) -> Desk:
        here = Settings(home=settings.home, items=items)
        return Desk(here, embedder=real_embedder, progress=progress)

    monkeypatch.setattr("knowledge.life_cli.Desk", opened)
    monkeypatch.setattr("knowledge.golden.GOLDEN", tmp_path / "golden.yml")  # none is shipped
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "golden.yml").write_text(GOLDEN, encoding="utf-8")
    assert as_json("add", str(file), "--publish")["status"] == "published"
    file.write_text(POLICY.replace("100元", "120元"), encoding="utf-8")
    return file


def test_adding_with_publish_is_held_back_by_the_golden_questions(guarded: Path) -> None:
    done = linli("add", str(guarded), "--publish")

    assert done.exit_code == 2
    assert "丢失：云溪市80岁老人每月高龄津贴多少钱（应答出“100元”）" in done.stdout
    assert "--override" in done.stdout
    assert [one["status"] for one in as_json("list")] == ["published", "draft"]


def test_adding_with_publish_and_a_reason_publishes_and_keeps_it(guarded: Path) -> None:
    told = as_json("add", str(guarded), "--publish", "--override", "标准提高了", "--by", "林一")

    assert (told["status"], told["version"]) == ("published", 2)
    assert [one["question"] for one in told["gate"]["lost"]]
    newest = as_json("history", guarded.name)[1]  # after the step that replaces the first version
    assert (newest["move"], newest["note"], newest["actor"]) == ("publish", "标准提高了", "林一")


def test_a_replaced_version_is_not_published_by_adding_its_folder_again(
    guarded: Path, tmp_path: Path
) -> None:
    old = tmp_path / "旧.txt"
    old.write_text(POLICY, encoding="utf-8")
    linli("add", str(guarded), "--publish", "--override", "标准提高了")

    done = linli("add", str(old), "--publish")

    assert done.exit_code == 0
    assert "没有再发布" in done.output
    assert [one["status"] for one in as_json("list")] == ["replaced", "published"]


def test_a_reason_without_publish_is_told_to_be_of_no_use(file: Path) -> None:
    done = linli("add", str(file), "--override", "急用")

    assert done.exit_code == 2
    assert "--publish" in done.output
