"""Measures retrieval on a collection of texts, queries and judgements."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.collection import Collection
from knowledge.embedder import Embedder, Progress, Vectors
from knowledge.item import Audience, Passage
from knowledge.vectors import VectorStore

if TYPE_CHECKING:
    import faiss

    from knowledge.retriever import Retriever

DEPTH = 10


def evaluate_retrieval(
    collection: Collection, embedder: Embedder, cache: Path, progress: Progress
) -> dict[str, dict[str, float]]:
    """Return the measures of BM25, of the embedder and of both together."""
    import faiss

    from knowledge.bridge import bridge_of
    from knowledge.retriever import Retriever

    names = list(collection.corpus)
    passages = [Passage(id=name, document="", text=collection.corpus[name]) for name in names]
    rows = np.array([(at, 0, 0, 0) for at in range(len(names))], np.int32).reshape(-1, 4)
    vectors = VectorStore(cache / "vectors.db").vectors(
        [passage.text for passage in passages], embedder, progress
    )
    index = faiss.IndexFlatIP(embedder.dim)
    index.add(vectors)
    retriever = Retriever(passages, rows, index, bridge=bridge_of(embedder.model_id))
    judged = [query for query in collection.judgements if query in collection.queries]
    rankings: dict[str, dict[str, list[str]]] = {"bm25": {}, "dense": {}, "hybrid": {}}
    for query in judged:
        text = collection.queries[query]
        vector = embedder.embed_queries([text])[0]
        for kind, ranked in _rankings(retriever, index, text, vector).items():
            rankings[kind][query] = [names[at] for at in ranked]
    return {kind: measured(ranked, collection.judgements) for kind, ranked in rankings.items()}


def _rankings(
    retriever: "Retriever", index: "faiss.IndexFlatIP", text: str, vector: Vectors
) -> dict[str, Sequence[int]]:
    lexical = retriever.lexical(text, Audience.PUBLIC)
    _, found = index.search(vector[None], DEPTH)
    hybrid = retriever.retrieve(text, vector, Audience.PUBLIC, top_k=DEPTH)
    return {
        "bm25": [int(at) for at in np.argsort(-lexical, kind="stable")[:DEPTH]],
        "dense": [int(at) for at in found[0] if at >= 0],
        "hybrid": [hit.passage for hit in hybrid],
    }


def measured(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Return recall at 1 and 10, and mean reciprocal rank and NDCG at 10."""
    totals = dict.fromkeys(("r@1", "r@10", "mrr@10", "ndcg@10"), 0.0)
    for query, ranked in rankings.items():
        grades = {name: grade for name, grade in judgements[query].items() if grade > 0}
        if not grades:
            continue
        gains = [grades.get(name, 0.0) for name in ranked[:DEPTH]]
        first = next((at for at, gain in enumerate(gains) if gain), None)
        totals["r@1"] += sum(map(bool, gains[:1])) / len(grades)
        totals["r@10"] += sum(map(bool, gains)) / len(grades)
        totals["mrr@10"] += 0.0 if first is None else 1 / (first + 1)
        ideal = _discounted(sorted(grades.values(), reverse=True)[:DEPTH])
        totals["ndcg@10"] += _discounted(gains) / ideal
    return {name: round(total / max(len(rankings), 1), 4) for name, total in totals.items()}


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(at + 2) for at, gain in enumerate(gains))
