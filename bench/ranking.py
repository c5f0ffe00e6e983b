"""Fits the bridge and the weights of the retriever, and measures them on questions not fitted on.

    python -m bench.ranking FOLDER…          # each half of the questions, fitted on the other
    python -m bench.ranking FOLDER… --fit    # fit on all of them and write bridge and weights
    python -m bench.ranking A B --apart      # each collection, fitted on the others alone

The folders lie outside the repository, each with corpus.jsonl, dev_queries.jsonl, dev_qrels.tsv.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize

from knowledge.bm25 import bigrams
from knowledge.bridge import write_bridge
from knowledge.collection import read_collection
from knowledge.embedder import Embedder, Vectors, open_embedder
from knowledge.item import Audience, Passage
from knowledge.ranking import WEIGHTS
from knowledge.retriever import Retriever
from knowledge.settings import Settings
from knowledge.vectors import VectorStore

SIGNS = ("meaning", "words", "plain", "rare", "share")
QUESTION_SIGNS = 2  # of these a question of a few words is ranked by the first two
MESSAGE_TERMS = 60
CANDIDATES = 100
TEMPERATURE = 0.05  # of the bridge: differences of a cosine that matter
BRIDGE_STRENGTH = 0.03  # of the penalty on what the bridge changes
STEPS = 20
STRENGTH = 0.01  # of the penalty on the weights
LEAST_WORDS = 0.1  # of meaning: a number or a name has to count whatever these questions say

Rows = NDArray[np.float32]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A collection with its vectors; the evened ones are called soft."""

    name: str
    retriever: Retriever
    questions: Sequence[str]
    queries: Vectors
    soft_queries: Vectors
    soft_texts: Vectors
    right: Places  # for each question the first text that answers it
    every_right: Sequence[frozenset[int]]
    is_message: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What is fitted: the bridge, and weights for questions and for messages."""

    bridge: Vectors
    question: Rows
    message: Rows


def open_folder(folder: Path, embedder: Embedder, cache: Path) -> Judged:
    """Return the collection of a folder, its texts embedded where they were not."""
    found = read_collection(
        folder / "corpus.jsonl", folder / "dev_queries.jsonl", folder / "dev_qrels.tsv"
    )
    names = {name: at for at, name in enumerate(found.corpus)}
    texts = list(found.corpus.values())
    vectors = VectorStore(cache / "vectors.db").vectors(texts, embedder)
    passages = [Passage(id=str(at), document="", text=text) for at, text in enumerate(texts)]
    rows = np.array([(at, 0, 0, 0) for at in range(len(texts))], np.int32)
    index = faiss.IndexFlatIP(embedder.dim)
    index.add(vectors)
    retriever = Retriever(passages, rows, index)
    asked = [name for name in found.judgements if name in found.queries]
    questions = [found.queries[name] for name in asked]
    queries = np.vstack([embedder.embed_queries([question]) for question in questions])
    right = [frozenset(names[text] for text in found.judgements[name]) for name in asked]
    return Judged(
        name=folder.name,
        retriever=retriever,
        questions=questions,
        queries=queries,
        soft_queries=np.stack([retriever.moved(query) for query in queries]),
        soft_texts=np.vstack([retriever.soft_vectors(at) for at in range(len(texts))]),
        right=np.array([min(one) for one in right]),
        every_right=right,
        is_message=np.array([len(set(bigrams(q))) >= MESSAGE_TERMS for q in questions]),
    )


def fit_bridge(parts: Sequence[tuple[Judged, Places]]) -> Vectors:
    """Return the map after which questions are nearest to what answers them (softmax)."""
    dim = parts[0][0].soft_texts.shape[1]
    count = sum(len(kept) for _, kept in parts)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        change = flat.reshape(dim, dim).astype(np.float32)
        total = BRIDGE_STRENGTH * float(np.square(change).sum())
        slope = 2 * BRIDGE_STRENGTH * change
        bridge = np.eye(dim, dtype=np.float32) + change
        for one, kept in parts:
            queries, places = one.soft_queries[kept], np.arange(len(kept))
            moved = queries @ bridge
            length = np.linalg.norm(moved, axis=1, keepdims=True)
            unit = moved / length
            shares = (unit @ one.soft_texts.T) / TEMPERATURE
            shares = np.exp(shares - shares.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            total -= float(np.log(shares[places, one.right[kept]] + 1e-12).sum()) / count
            shares[places, one.right[kept]] -= 1
            pull = (shares @ one.soft_texts) / (TEMPERATURE * count)
            slope = slope + queries.T @ (
                (pull - unit * (pull * unit).sum(axis=1, keepdims=True)) / length
            )
        return total, slope.ravel().astype(np.float64)

    found = minimize(
        loss, np.zeros(dim * dim), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}
    )
    return np.asarray(np.eye(dim) + found.x.reshape(dim, dim), np.float32)


def signs(one: Judged, at: int, bridge: Vectors) -> tuple[Rows, NDArray[np.bool_], Places]:
    """Return the signs of a question's candidates, which are right, and their numbers."""
    retriever, question, query = one.retriever, one.questions[at], one.queries[at]
    moved = one.soft_queries[at] @ bridge
    moved /= np.linalg.norm(moved)
    mean, deviation = retriever.soft_background(moved)
    meaning = (one.soft_texts @ moved - mean) / deviation
    words = retriever.lexical(question, Audience.PUBLIC)
    chosen = np.argsort(-(meaning + 0.25 * words))[:CANDIDATES]
    rare, share = retriever.rare_signs(question)
    mean, deviation = retriever.background(query)
    plain = np.array([retriever.row_cosines(int(text), query).max() for text in chosen])
    rows = np.stack(
        [
            meaning[chosen],
            words[chosen],
            (plain - mean) / deviation,
            rare[chosen],
            share[chosen],
        ],
        axis=1,
    ).astype(np.float32)
    return rows, np.array([int(text) in one.every_right[at] for text in chosen]), chosen


def fit_weights(lists: Sequence[tuple[Rows, NDArray[np.bool_]]]) -> Rows:
    """Return weights with which right texts come before the others (conditional logit)."""
    lists = [(rows, right) for rows, right in lists if right.any()]
    every = np.vstack([rows for rows, _ in lists]).astype(np.float64)
    width = every.std(axis=0) + 1e-6
    every /= width
    right = np.concatenate([kept for _, kept in lists])
    sizes = [len(rows) for rows, _ in lists]
    begins = np.cumsum([0, *sizes])[:-1]
    segment = np.repeat(np.arange(len(lists)), sizes)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = every @ weights
        raised = np.exp(scores - np.maximum.reduceat(scores, begins)[segment])
        total = np.add.reduceat(raised, begins)
        good = np.add.reduceat(np.where(right, raised, 0), begins) + 1e-12
        slope = every.T @ (raised / total[segment] - np.where(right, raised, 0) / good[segment])
        penalty = STRENGTH * len(lists)
        value = float((np.log(total) - np.log(good)).sum() + penalty * weights @ weights)
        return value, slope + 2 * penalty * weights

    found = minimize(loss, np.zeros(every.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / width, np.float32)


def fit(parts: Sequence[tuple[Judged, Places]]) -> Model:
    """Return bridge and weights; the weights see only bridges of other questions."""
    lists: dict[bool, list[tuple[Rows, NDArray[np.bool_]]]] = {False: [], True: []}
    for half in (0, 1):
        bridge = fit_bridge([(one, kept[half::2]) for one, kept in parts])
        for one, kept in parts:
            for at in kept[1 - half :: 2]:
                rows, right, _ = signs(one, at, bridge)
                is_message = bool(one.is_message[at])
                lists[is_message].append((rows if is_message else rows[:, :QUESTION_SIGNS], right))
    question = fit_weights(lists[False]) if lists[False] else np.array([1.0, 0.2], np.float32)
    alike = np.pad(question, (0, len(SIGNS) - len(question)))
    message = fit_weights(lists[True]) if lists[True] else alike
    return Model(bridge=fit_bridge(parts), question=as_shipped(alike), message=as_shipped(message))


def as_shipped(weights: Rows) -> Rows:
    """Return the weights with meaning at one, none of them below zero, and words in some form."""
    scaled = np.maximum(weights, 0) / weights[0]
    if not scaled[SIGNS.index("rare")]:
        scaled[SIGNS.index("words")] = max(scaled[SIGNS.index("words")], LEAST_WORDS)
    return np.asarray(scaled, np.float32)


def reciprocal_ranks(model: Model, one: Judged, kept: Places) -> list[float]:
    """Return for each question one over the rank of the first right text; 0 beyond ten."""
    found = []
    for at in kept:
        rows, right, _ = signs(one, at, model.bridge)
        weights = model.message if one.is_message[at] else model.question
        ranked = right[np.argsort(-(rows @ weights), kind="stable")[:10]]
        found.append(1 / (int(ranked.argmax()) + 1) if ranked.any() else 0.0)
    return found


def print_halves(sets: Sequence[Judged]) -> None:
    """Fit on every second question and measure on the others, both ways."""
    for half in (0, 1):
        model = fit([(one, np.arange(half, len(one.questions), 2)) for one in sets])
        for one in sets:
            rest = np.arange(1 - half, len(one.questions), 2)
            found = np.mean(reciprocal_ranks(model, one, rest))
            print(f"{one.name}, half {2 - half} fitted on the other: MRR@10 {found:.3f}")


def print_apart(sets: Sequence[Judged]) -> None:
    """Measure each collection with what was fitted on the other ones."""
    for one in sets:
        model = fit([(two, np.arange(len(two.questions))) for two in sets if two is not one])
        found = np.mean(reciprocal_ranks(model, one, np.arange(len(one.questions))))
        print(f"{one.name}, fitted on the others: MRR@10 {found:.3f}")


def write(model: Model, embedder: Embedder) -> None:
    """Write bridge and weights where the product reads them."""
    write_bridge(embedder.model_id, model.bridge)
    body: dict[str, object] = {}
    for name, weights in (("question", model.question), ("message", model.message)):
        body[name] = {
            sign: round(float(value), 3)
            for sign, value in zip(SIGNS, weights, strict=True)
            if sign in SIGNS[:QUESTION_SIGNS] or value
        }
    body["message_terms"] = MESSAGE_TERMS
    head = (
        "# How much each sign counts that a passage answers (knowledge/ranking.py says what they\n"
        "# are), for a question of a few words and for a message of at least `message_terms`\n"
        "# different bigrams. Fitted by `python -m bench.ranking --fit`, with the bridge.\n"
    )
    WEIGHTS.write_text(head + yaml.safe_dump(body, sort_keys=False), encoding="utf-8")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--apart", action="store_true")
    arguments = parser.parse_args()
    settings = Settings.from_env(os.environ)
    embedder = open_embedder(settings)
    sets = [open_folder(one, embedder, settings.home / "index") for one in arguments.folders]
    if arguments.fit:
        write(fit([(one, np.arange(len(one.questions))) for one in sets]), embedder)
    elif arguments.apart:
        print_apart(sets)
    else:
        print_halves(sets)


if __name__ == "__main__":
    main()
