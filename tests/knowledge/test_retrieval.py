"""BM25, its measures, and what a question is made of."""

import json
from pathlib import Path

import pytest

from knowledge.bm25 import Bm25, bigrams
from knowledge.errors import EvaluationError
from knowledge.evaluation import evaluate_retrieval, measured, read_collection
from knowledge.item import Facet
from knowledge.lexicon import lexicon
from knowledge.question import view
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
    assert Facet.FEE in lexicon().facets_asked("居住证多少钱")
    assert Facet.FEE not in lexicon().facets_asked("高龄津贴每月多少钱")
