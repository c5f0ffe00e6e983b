"""What is wrong with an evaluation set is said by file, line and field."""

import json
from pathlib import Path

import pytest

from knowledge.collection import Collection, read_collection
from knowledge.errors import EvaluationError

HEADER = "query-id\tcorpus-id\tscore\n"
CORPUS = [{"_id": "a", "text": "居住证办理"}, {"_id": "b", "text": "垃圾分类投放"}]
QUERIES = [{"_id": "1", "text": "垃圾怎么分类"}]
QRELS = HEADER + "1\tb\t1\n"


def lines(*records: object) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records)


def read(
    folder: Path,
    *,
    corpus: str = lines(*CORPUS),
    queries: str = lines(*QUERIES),
    qrels: str = QRELS,
) -> Collection:
    files = [folder / "c.jsonl", folder / "q.jsonl", folder / "t.tsv"]
    for file, content in zip(files, (corpus, queries, qrels), strict=True):
        file.write_text(content, encoding="utf-8")
    return read_collection(*files)


@pytest.mark.parametrize(
    ("qrels", "line", "said"),
    [
        ("1\tb\t1\n", 1, "query-id、corpus-id、score"),
        ("1 0 b 1\n", 1, "TREC"),
        ("query-id\tcorpus-id\n1\tb\n", 1, "query-id、corpus-id、score"),
        (HEADER + "1\ta\t0\n\n1\tb\thigh\n", 4, "score"),
        (HEADER + "1\tb\tnan\n", 2, "score"),
        (HEADER + "1\tb\n", 2, "score"),
        (HEADER + "1\t\t1\n", 2, "corpus-id"),
    ],
)
def test_a_bad_line_of_judgements_is_named(
    tmp_path: Path, qrels: str, line: int, said: str
) -> None:
    with pytest.raises(EvaluationError, match=rf"t\.tsv.*第 {line} 行.*{said}") as caught:
        read(tmp_path, qrels=qrels)

    assert "Error" not in str(caught.value)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (["a", "居住证办理"], "JSON"),
        ({"text": "居住证办理"}, "_id"),
        ({"_id": None, "text": "居住证办理"}, "_id"),
        ({"_id": "a"}, "text"),
        ({"_id": "a", "text": None}, "text"),
        ({"_id": "a", "text": ["居住证"]}, "text"),
    ],
)
@pytest.mark.parametrize("file", ["corpus", "queries"])
def test_a_bad_line_of_texts_is_named(
    tmp_path: Path, record: object, field: str, file: str
) -> None:
    with pytest.raises(EvaluationError, match=rf"{file[0]}\.jsonl.*第 3 行.*{field}") as caught:
        read(tmp_path, **{file: lines(CORPUS[0]) + "\n" + lines(record)})

    assert "Error" not in str(caught.value)


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"第 2 行.*JSON"):
        read(tmp_path, corpus=lines(CORPUS[0]) + "{'_id': 1}\n")


def test_a_folder_a_missing_file_and_another_encoding_are_said(tmp_path: Path) -> None:
    read(tmp_path)
    files = [tmp_path / name for name in ("c.jsonl", "q.jsonl", "t.tsv")]
    (tmp_path / "gbk.jsonl").write_bytes(lines(*CORPUS).encode("gb18030"))

    for other, said in [
        (tmp_path, "文件夹"),
        (tmp_path / "no", "找不到"),
        (tmp_path / "gbk.jsonl", "UTF-8"),
    ]:
        for at in range(3):
            with pytest.raises(EvaluationError, match=said):
                read_collection(
                    *(other if at == place else one for place, one in enumerate(files))
                )


@pytest.mark.parametrize(
    ("content", "file"),
    [
        ({"corpus": ""}, "c.jsonl"),
        ({"queries": "\n"}, "q.jsonl"),
        ({"qrels": ""}, "t.tsv"),
        ({"qrels": HEADER}, "t.tsv"),
        ({"qrels": HEADER + "1\tb\t0\n"}, "t.tsv"),
        ({"qrels": HEADER + "9\tb\t1\n"}, "t.tsv"),
    ],
)
def test_what_leaves_nothing_to_measure_is_refused(
    tmp_path: Path, content: dict[str, str], file: str
) -> None:
    with pytest.raises(EvaluationError, match=file):
        read(tmp_path, **content)


def test_judgements_of_what_is_not_in_the_set_are_counted_and_left(tmp_path: Path) -> None:
    qrels = QRELS + "1\tz\t1\n7\tb\t1\n8\ty\t1\n"

    found = read(tmp_path, qrels=qrels)

    assert found.judgements["1"] == {"b": 1.0, "z": 1.0}  # the measures count what is missing
    assert [("2 条" in one, "t.tsv" in one) for one in found.notices] == [(True, True)] * 2


def test_of_two_lines_with_one_id_the_last_counts_and_that_is_said(tmp_path: Path) -> None:
    again = {"_id": "a", "text": "身份证办理"}

    found = read(tmp_path, corpus=lines(*CORPUS, again), qrels=HEADER + "1\tb\t1\n1\tb\t2\n")

    assert (found.corpus["a"], found.judgements["1"]["b"]) == ("身份证办理", 2.0)
    assert ["c.jsonl" in found.notices[0], "t.tsv" in found.notices[1]] == [True, True]
    assert all("1 " in one and "重复" in one for one in found.notices)


def test_nothing_is_said_of_a_good_set(tmp_path: Path) -> None:
    assert read(tmp_path, qrels=QRELS.replace("\n", "\r\n")).notices == ()
