"""BM25, its measures, and what a question is made of."""

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.bm25 import Bm25, bigrams
from knowledge.errors import EvaluationError
from knowledge.evaluation import evaluate_retrieval, measured, read_collection
from knowledge.evidence import Candidate
from knowledge.facets import facets_asked
from knowledge.item import Facet
from knowledge.question import view
from knowledge.quoting import window
from knowledge.retriever import evened_space
from knowledge.wording import wording
from tests.knowledge.conftest import FakeEmbedder


def test_bigrams_keep_numbers_and_latin_words_whole() -> None:
    assert bigrams("ＡPP办证12345") == ["app", "办证", "12345"]


def test_the_text_with_the_rare_words_comes_first() -> None:
    bm25 = Bm25(["居住证办理", "身份证办理", "垃圾分类"])

    assert int(bm25.scores("居住证怎么办理").argmax()) == 0


def test_the_measures_of_a_known_ranking() -> None:
    found = measured({"q": ["a", "b", "c"]}, {"q": {"b": 1.0}})

    assert found == {"r@1": 0.0, "r@10": 1.0, "mrr@10": 0.5, "ndcg@10": 0.6309}


def test_a_collection_is_measured_three_ways(tmp_path: Path) -> None:
    texts = {"c.jsonl": {"a": "居住证办理", "b": "垃圾分类投放"}, "q.jsonl": {"1": "垃圾怎么分类"}}
    for name, records in texts.items():
        lines = [json.dumps({"id": key, "text": text}) for key, text in records.items()]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "t.tsv").write_text("query-id\tcorpus-id\tscore\n1\tb\t1\n", encoding="utf-8")

    collection = read_collection(*(tmp_path / name for name in ("c.jsonl", "q.jsonl", "t.tsv")))
    report = evaluate_retrieval(collection, FakeEmbedder(), tmp_path, lambda done, total: None)

    assert {kind: found["r@1"] for kind, found in report.items()} == {
        "bm25": 1.0,
        "dense": 1.0,
        "hybrid": 1.0,
    }


def test_a_missing_evaluation_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"t\.tsv"):
        read_collection(tmp_path / "c.jsonl", tmp_path / "q.jsonl", tmp_path / "t.tsv")


def test_a_question_is_what_is_left_without_its_fillers() -> None:
    asked = view("请问居住证怎么办理呢", lambda term: 1.0)

    assert [term.text for term in asked.terms][:2] == ["居住", "住证"]


def test_a_city_in_the_question_is_a_place() -> None:
    assert "成都" in view("成都市高龄津贴多少钱", lambda term: 1.0).places


def test_what_a_benefit_pays_is_not_a_fee() -> None:
    assert Facet.FEE in facets_asked("居住证多少钱")
    assert Facet.FEE not in facets_asked("高龄津贴每月多少钱")


def test_an_evened_space_counts_a_direction_that_all_texts_share_less() -> None:
    vectors = np.array([[3.0, 0.1], [-3.0, 0.1], [3.0, -0.1], [-3.0, -0.1]], np.float32)
    space = evened_space(vectors.mean(axis=0), np.cov(vectors.T, bias=True).astype(np.float32))

    before = vectors[0] @ vectors[2] / np.linalg.norm(vectors[0]) / np.linalg.norm(vectors[2])
    moved = space.of(vectors)

    assert moved[0] @ moved[2] < before


@pytest.mark.parametrize(
    ("question", "names", "head"),
    [
        ("北门夜市租金多少", ("北门夜市",), "租金"),
        ("创业担保贷款利率是多少", (), "利率"),
        ("暑托班一个月收多少钱", (), "暑托班"),
        ("告诉街道要几天", (), "街道"),
    ],
)
def test_the_names_and_the_subject_of_a_question(
    question: str, names: tuple[str, ...], head: str
) -> None:
    asked = wording(question, lambda term: 1.0, lambda text: ())

    assert asked.names == names
    assert asked.head is not None
    assert asked.head.text == head


@pytest.mark.parametrize(
    ("question", "answer", "is_met"),
    [
        ("办证要几个工作日", "自受理之日起7个工作日内办结", True),
        ("办证要几个工作日", "2025年12月31日前申请", False),
        ("津贴每月多少钱", "金额由当地规定。（核对日期 2026-11-21）", False),
        ("津贴怎么申请", "向户籍所在地申请", True),
    ],
)
def test_a_number_answers_only_in_the_unit_that_is_asked_for(
    question: str, answer: str, is_met: bool
) -> None:
    assert wording(question, lambda term: 1.0, lambda text: ()).is_met(answer) is is_met


def test_a_window_takes_the_likely_sentences_beside_the_best() -> None:
    text = "首次登记免费；遗失补领的收取工本费20元。本规定自公布之日起施行。"
    spans = [(0, 7), (7, 21), (21, 33)]
    scores = [1.5, 2.0, -9.0]
    row = [
        Candidate(passage=0, start=start, end=end, features=(), score=score)
        for (start, end), score in zip(spans, scores, strict=True)
    ]

    start, end = window(view("登记收费吗", lambda term: 1.0), text, row[1], row)

    assert text[start:end] == "首次登记免费；遗失补领的收取工本费20元。"
