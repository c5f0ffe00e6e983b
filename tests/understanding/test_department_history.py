"""A community's history teaches departments and categories, and breaks nothing."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from actions.cli import train_app
from actions.tickets.categories import load_categories
from actions.understanding.history.errors import HistoryModelError, HistoryScantError
from actions.understanding.history.learned import (
    HistoryRouter,
    HistorySorter,
    Kind,
    model_path,
    open_learned,
)
from actions.understanding.history.lesson import train
from actions.understanding.history.model import load, save
from actions.understanding.history.rows import LabelledMessage, read_messages
from actions.understanding.history.scoring import calibration_error, f1_of
from actions.understanding.history.terms import worded
from actions.understanding.history.training import learn, prepare
from actions.understanding.normalise import normalise
from actions.understanding.understanding import Understander

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
SUBJECTS = {
    "园林科": ["树枝挡窗", "草坪枯了", "花坛没人浇水", "大树要倒", "绿篱太高"],
    "停车办": ["车位被占", "乱停车", "地锁挡路", "停车费太贵", "车库进水"],
    "宠物组": ["狗没牵绳", "狗屎没人捡", "猫太多", "大狗吓人", "狗叫一夜"],
}
PLACES = ["东门", "三栋旁边", "南区", "广场那里", "河边"]


def history(subjects: dict[str, list[str]] = SUBJECTS) -> list[LabelledMessage]:
    return [
        LabelledMessage(f"{place}{subject},请处理一下", label)
        for label, some in subjects.items()
        for subject in some
        for place in PLACES
    ]


def written(folder: Path, *lines: str) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_list_of_its_own_comes_back_as_departments(tmp_path: Path) -> None:
    gain = train(history(), tmp_path, TODAY)

    model = open_learned(tmp_path).departments
    assert model is not None
    reader = Understander(load_categories(), departments=HistoryRouter(model))
    found = reader.understand("西门有条大狗没牵绳", NOW)
    assert found.department == "宠物组"
    assert 0.5 < found.department_confidence <= 1
    assert gain.kind is Kind.DEPARTMENT
    assert gain.f1_before == 0
    assert gain.f1_after > 0.9


def test_names_of_categories_teach_categories_and_leave_departments_alone(tmp_path: Path) -> None:
    names = {"毁绿与树木": "园林科", "ORD-01": "停车办", "不文明养犬": "宠物组"}
    rows = history({name: SUBJECTS[office] for name, office in names.items()})

    gain = train(rows, tmp_path, TODAY)

    learned = open_learned(tmp_path)
    assert gain.kind is Kind.CATEGORY
    assert learned.departments is None
    assert learned.categories is not None
    categories = load_categories()
    reader = Understander(categories, sorter=HistorySorter(learned.categories, categories))
    best = reader.understand("西门有人装地锁挡路", NOW).category
    assert best is not None
    assert best.code == "ORD-01"
    assert reader.understand("嗯嗯", NOW).category is None


def test_what_is_kept_says_the_same_as_what_was_learned(tmp_path: Path) -> None:
    rows = history()
    model = learn(prepare(rows), [row.label for row in rows], TODAY).model

    save(model, tmp_path / "model.npz")

    again = load(tmp_path / "model.npz")
    assert again.labels == model.labels
    np.testing.assert_allclose(again.shares("东门的树"), model.shares("东门的树"), rtol=1e-5)
    assert list(tmp_path.iterdir()) == [tmp_path / "model.npz"]


def test_two_labels_are_enough() -> None:
    rows = [row for row in history() if row.label != "宠物组"]

    lesson = learn(prepare(rows), [row.label for row in rows], TODAY)

    assert lesson.model.labels[int(lesson.model.shares("乱停车").argmax())] == "停车办"
    np.testing.assert_allclose(lesson.held_out.sum(1), 1)


def test_a_label_that_stands_once_does_no_harm() -> None:
    rows = [*history(), LabelledMessage("只此一回", "别的")]

    lesson = learn(prepare(rows), [row.label for row in rows], TODAY)

    assert lesson.model.labels[int(lesson.model.shares("狗屎没人捡").argmax())] == "宠物组"


def test_words_without_their_text_teach_as_well(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        json.dumps({"row": 1, "tokens": "草坪 枯 处理", "label": "园林科"}),
        json.dumps({"tokens": ["狗", "没 牵绳"], "label": "宠物组"}),
    )

    one, other = read_messages([path])

    assert (one.text, one.words) == ("草坪枯处理", ("草坪", "枯", "处理"))
    assert other.words == ("狗", "没 牵绳")


def test_too_few_rows_are_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(HistoryScantError, match="20"):
        train(history()[:5], tmp_path, TODAY)

    assert list(tmp_path.iterdir()) == []


POLICE = ["派出所", "报警", "户口", "律师", "赌博", "小偷", "法院", "身份证", "殴打", "吸毒"]
WELFARE = ["低保", "孤儿", "殡葬", "残联", "五保", "慈善", "优抚", "公墓", "特困", "敬老院"]


def test_what_would_do_worse_is_not_kept(tmp_path: Path) -> None:
    network = ["宽带", "信号", "基站", "光纤", "电信", "有线电视", "网速", "联通", "移动", "网络"]
    parking = ["车位", "地锁", "停车费", "车库", "租车位", "占车位", "车位费", "卖车位", "地锁"]
    rows = [LabelledMessage(word, "UTL-05") for word in network]
    rows += [LabelledMessage(word, "PRK-02") for word in parking]
    rows += [LabelledMessage("井盖", "RDS-02"), LabelledMessage("窨井盖", "RDS-02")]

    with pytest.raises(HistoryScantError, match="保持原样"):
        train(rows, tmp_path, TODAY)

    assert list(tmp_path.iterdir()) == []


def test_while_the_rows_are_few_what_ships_is_listened_to(tmp_path: Path) -> None:
    rows = [LabelledMessage(word, "政法") for word in POLICE]
    rows += [LabelledMessage(word, "民政") for word in WELFARE]

    gain = train(rows, tmp_path, TODAY)

    model = open_learned(tmp_path).departments
    assert model is not None
    assert gain.f1_after > 0.9
    found = HistoryRouter(model).route("检察院立案")  # in no row, but among the words that ship
    assert found is not None
    assert found.name == "政法"


@pytest.mark.parametrize(
    "line",
    [
        "不是 JSON",
        "[]",
        '{"text": "机密的话"}',
        '{"text": "", "label": "园林科"}',
        '{"text": 3, "label": "园林科"}',
        '{"text": "机密的话", "label": ""}',
        '{"text": "机密的话", "label": 7}',
        '{"tokens": [1], "label": "园林科"}',
        '{"text": "机密的话", "label": "' + "长" * 41 + '"}',
    ],
)
def test_a_bad_row_is_named_by_its_line_and_quoted_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    path = written(tmp_path, '{"text": "草坪枯了", "label": "园林科"}', "", line)

    result = CliRunner().invoke(train_app, ["categories", "--from", str(path)])

    assert result.exit_code == 1
    assert "第 3 行" in result.output
    assert "机密" not in result.output
    assert not model_path(tmp_path / "home", Kind.DEPARTMENT).exists()


def test_the_command_takes_several_files_and_says_what_was_gained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    lines = [json.dumps({"text": row.text, "label": row.label}) for row in history()]
    (tmp_path / "other").mkdir()
    files = [written(tmp_path, *lines[:50]), written(tmp_path / "other", *lines[50:])]
    arguments = [part for file in files for part in ("--from", str(file))]

    result = CliRunner().invoke(train_app, ["categories", *arguments, "--json"])

    found = json.loads(result.output)
    assert found["rows"] == 75
    assert found["f1_before"] < found["f1_after"]
    assert set(found["labels"]) == set(SUBJECTS)


def test_a_broken_model_is_left_out_and_said(tmp_path: Path) -> None:
    path = model_path(tmp_path, Kind.DEPARTMENT)
    path.parent.mkdir()
    path.write_bytes(b"not a model")

    learned = open_learned(tmp_path)

    assert learned.departments is None
    assert "linli train categories" in learned.troubles[0]
    assert learned.about()["troubles"]


@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_a_model_or_break_the_start(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("models") / "model.npz"
    path.write_bytes(content)

    with pytest.raises(HistoryModelError):
        load(path)


def test_no_model_keeps_a_number_of_a_person() -> None:
    message = worded(normalise("电话13800138000,身份证11010519491231002X"))

    assert "138" not in message.plain
    assert not any("138" in word for word in message.words)


def test_a_guess_that_is_as_sure_as_it_is_right_has_no_calibration_error() -> None:
    confidence, is_right = np.full(4, 0.75), np.array([True, True, True, False])

    assert calibration_error(confidence, is_right) == pytest.approx(0)
    assert f1_of(["甲", "甲", "乙"], ["甲", "乙", "乙"]) == {"乙": 2 / 3, "甲": 2 / 3}
