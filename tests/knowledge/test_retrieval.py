"""BM25, its measures, and what a question is made of."""

import json
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import bm25
from knowledge.bm25 import Bm25, bigrams
from knowledge.bridge import bridge_of, write_bridge
from knowledge.collection import read_collection
from knowledge.corpus import StoredVectors
from knowledge.errors import EvaluationError
from knowledge.evaluation import evaluate_retrieval, measured
from knowledge.evening import evened_space
from knowledge.evidence import Candidate
from knowledge.facets import facets_asked
from knowledge.index_kind import MANY_ROWS, IndexKind
from knowledge.item import Audience, Facet, Passage
from knowledge.question import view
from knowledge.quoting import window
from knowledge.ranking import ranking
from knowledge.retriever import Retriever
from knowledge.rough_rows import ROUGH, RoughPart, RoughRows
from knowledge.scores import greatest
from knowledge.wording import wording
from tests.knowledge.conftest import FakeEmbedder


def test_bigrams_keep_numbers_and_latin_words_whole() -> None:
    assert bigrams("ＡPP办证12345") == ["app", "办证", "12345"]


def test_traditional_characters_are_the_simplified_ones() -> None:
    assert bigrams("志願服務隊怎麼報名") == bigrams("志愿服务队怎么报名")


def test_the_text_with_the_rare_words_comes_first() -> None:
    words = Bm25(["居住证办理", "身份证办理", "垃圾分类"])

    assert int(words.scores("居住证怎么办理").argmax()) == 0


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


def test_a_set_is_read_as_beir_publishes_it(tmp_path: Path) -> None:
    texts = [
        {"_id": "a", "title": "居住证", "text": "凭身份证\u2028办理", "metadata": {}},
        {"_id": "b", "title": "", "text": "垃圾分类投放"},
    ]
    lines = [json.dumps(one, ensure_ascii=False) for one in texts]
    (tmp_path / "c.jsonl").write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "q.jsonl").write_text('{"_id": 1, "text": "怎么办"}\n', encoding="utf-8")
    (tmp_path / "t.tsv").write_text('query-id\tcorpus-id\tscore\n1\t"a\t1\n', encoding="utf-8")

    found = read_collection(*(tmp_path / name for name in ("c.jsonl", "q.jsonl", "t.tsv")))

    assert found.corpus == {"a": "居住证 凭身份证\u2028办理", "b": "垃圾分类投放"}
    assert found.queries == {"1": "怎么办"}
    assert found.judgements == {"1": {'"a': 1.0}}


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


def test_a_bridge_is_read_as_it_was_written_and_serves_its_own_model_alone(
    tmp_path: Path,
) -> None:
    bridge = np.eye(3, dtype=np.float32)
    bridge[0, 2] = 0.5
    write_bridge("one", bridge, tmp_path / "bridge.npz")

    found = bridge_of("one", tmp_path / "bridge.npz")

    assert found is not None
    assert np.allclose(found, bridge, atol=0.01)
    assert bridge_of("another", tmp_path / "bridge.npz") is None


def test_over_a_bridge_a_question_comes_nearer_to_what_answers_it() -> None:
    passages = [Passage(id=name, document="", text=name) for name in "abcd"]
    rows = np.array([(at, 0, 1, 0) for at in range(4)], np.int32)
    index = faiss.IndexFlatIP(2)
    index.add(np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], np.float32))
    quarter_turn = np.array([[0, 1], [-1, 0]], np.float32)
    query = np.array([1.0, 0.0], np.float32)

    plain = Retriever(passages, rows, index).retrieve("x", query, Audience.PUBLIC)
    carried = Retriever(passages, rows, index, bridge=quarter_turn).retrieve(
        "x", query, Audience.PUBLIC
    )

    assert passages[plain[0].passage].id == "a"
    assert passages[carried[0].passage].id == "b"


def test_a_long_message_finds_the_reply_that_shares_its_rare_words() -> None:
    common = "感谢您对我们工作的支持和理解，您反映的情况已经收悉，现将有关情况回复如下。"
    texts = [common + one for one in ("青禾路路灯已修复。", "请您耐心等待。", "将加强巡查。")]
    passages = [Passage(id=str(at), document="", text=text) for at, text in enumerate(texts)]
    rows = np.array([(at, 0, len(text), 0) for at, text in enumerate(texts)], np.int32)
    index = faiss.IndexFlatIP(2)
    index.add(np.array([[0.6, 0.8], [0.8, 0.6], [0.8, -0.6]], np.float32))
    message = (
        "尊敬的领导您好，我家住在城东，每天晚上十点以后下班都要走过青禾路，那里的路灯从上个月"
        "开始一盏接着一盏地坏了，老人和孩子出门都很害怕，希望有关部门尽快派人来查看并且修好它。"
    )

    found = Retriever(passages, rows, index).retrieve(
        message, np.array([0.71, 0.7], np.float32), Audience.PUBLIC
    )

    assert len(set(bigrams(message))) >= ranking().message_terms
    assert found[0].passage == 0


def test_the_share_counts_different_terms_of_the_text_by_their_rarity() -> None:
    words = Bm25(["居住证，居住证", "居住证遗失补领", "垃圾"])

    rare, share = words.rare_scores("居住证")

    assert share[0] == pytest.approx(1.0)
    assert 0 < share[1] < 1
    assert rare[2] == share[2] == 0


@pytest.mark.parametrize("kept_bytes", [1, 10_000])
def test_a_term_counts_alike_whether_its_weights_are_kept_or_not(
    monkeypatch: pytest.MonkeyPatch, kept_bytes: int
) -> None:
    texts = ["居住证办理", "居住证遗失补领，居住证", "垃圾分类办理", "身份证", ""]
    asked = ["居住证办理", "办理居住证，居住证", "垃圾分类"] * 2
    monkeypatch.setattr(bm25, "FREQUENT", 2.0)
    plain = [Bm25(texts).scores(one) for one in asked]
    shares = [Bm25(texts).rare_scores(one) for one in asked]
    monkeypatch.setattr(bm25, "FREQUENT", 0.0)
    monkeypatch.setattr(bm25, "WEIGHED_BYTES", kept_bytes)
    keeping = Bm25(texts)

    found = [keeping.scores(one) for one in asked]

    assert np.array_equal(found, plain)
    assert np.array_equal([keeping.rare_scores(one) for one in asked], shares)


@given(
    count=st.integers(1, 80), size=st.integers(1, 9000), seen=st.floats(0, 1), seed=st.integers(0)
)
def test_the_greatest_scores_are_found_wherever_they_stand(
    count: int, size: int, seen: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    scores = random.permutation(size).astype(np.float32)
    scores[random.random(size) > seen] = -np.inf

    found = greatest(scores, count)

    expected = sorted(scores[scores > -np.inf], reverse=True)[:count]
    assert sorted(scores[found], reverse=True) == expected


@pytest.mark.parametrize(
    ("kind", "dim"), [(IndexKind.AUTO, 64), (IndexKind.AUTO, 384), (IndexKind.BITS, 384)]
)
def test_many_rows_are_searched_roughly_and_the_best_are_the_exact_ones(
    kind: IndexKind, dim: int
) -> None:
    count, random = MANY_ROWS + 1, np.random.default_rng(3)
    vectors = random.standard_normal((count, dim), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    passages = [
        Passage(
            id=str(at),
            document="",
            text="",
            audience=Audience.WORKER if at % 2 else Audience.PUBLIC,
        )
        for at in range(count)
    ]
    rows = np.array([(at, 0, 0, 0) for at in range(count)], np.int32)
    index = faiss.IndexFlatIP(dim)
    index.add(vectors)
    retriever = Retriever(passages, rows, index, kind=kind)
    moved = retriever.moved(vectors[8] + 0.3 * vectors[9])
    exact = np.array([retriever.soft_cosines(at, moved).max() for at in range(count)])

    everything = retriever.dense(moved, Audience.WORKER)
    public = retriever.dense(moved, Audience.PUBLIC)

    assert np.argsort(-everything)[:10].tolist() == np.argsort(-exact)[:10].tolist()
    assert np.argsort(-public)[:10].tolist() == (2 * np.argsort(-exact[::2])[:10]).tolist()


@pytest.mark.parametrize("kind", [IndexKind.BITS, IndexKind.TWO_BITS, IndexKind.BYTES])
def test_rows_that_everybody_may_see_are_searched_roughly_too(kind: IndexKind) -> None:
    vectors = np.random.default_rng(4).standard_normal((300, 256)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    space = evened_space(vectors.mean(axis=0), np.cov(vectors.T).astype(np.float32))
    form = ROUGH[kind](space, space.of(vectors))
    part = RoughPart(form, space, vectors, np.ones(300, np.bool_))
    rough = RoughRows(form, space, [(part, np.arange(300, dtype=np.int32))], 300)
    moved = space.of(vectors[7:8])[0]

    rows = rough.near(moved, Audience.WORKER, 20)

    exact = space.of(vectors) @ moved
    stored = faiss.IndexFlatIP(256)
    stored.add(vectors)
    cosines = rough.cosines(
        StoredVectors.over(stored, [], np.zeros((300, 4), np.int32)), rows, moved
    )
    assert rows[np.argmax(cosines)] == 7
    assert cosines == pytest.approx(exact[rows], abs=1e-5)
