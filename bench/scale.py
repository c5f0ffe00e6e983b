"""Measures search over many passages: time, recall against an exact search, memory.

    python -m bench.scale                          # 100,000 passages
    python -m bench.scale --kind bits --kind sq2   # rows searched in these ways, in turns
    python -m bench.scale --chroma 9510            # beside a Chroma server on this port (loopback)
    python -m bench.scale --pgvector postgresql+psycopg://postgres@127.0.0.1:5432/test

Passages are strings of made-up words, their vectors a mixture of many bells: nothing is embedded.
The others search the same vectors; we search them, the words too, and fuse both. All of them are
asked each question in turn, because other work on the machine slows each of them alike.
"""

import argparse
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any
from urllib.request import Request, urlopen

import faiss
import numpy as np
from numpy.typing import NDArray

from bench.processes import memory_mb
from knowledge.embedder import Vectors
from knowledge.index_kind import IndexKind
from knowledge.item import Audience, Passage
from knowledge.retriever import Retriever

DIM = 384
BELLS = 2000
WIDTH = 0.9  # of a bell, beside the length of its centre
WORDS = 20_000
CHARACTERS = 2500
LENGTH = 60  # words of two characters a passage
NEAR = 0.5  # noise between a question and the passage it is about
DEPTH = 10
BATCH = 2000
WARM = 10  # questions before any time is taken
OURS, ALONE = "Linli, all stages", "Linli, by meaning alone"

Search = Callable[[str, Vectors], Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Made-up passages with vectors, and questions to some of them."""

    texts: Sequence[str]
    vectors: Vectors
    questions: Sequence[str]
    queries: Vectors


def made_up(count: int, asked: int) -> Corpus:
    """Return a corpus of so many passages, always the same."""
    random = np.random.default_rng(7)
    letters = [chr(0x4E00 + at) for at in range(CHARACTERS)]
    words = np.array(["".join(random.choice(letters, 2)) for _ in range(WORDS)])
    shares = 1 / np.arange(1, WORDS + 1)
    chosen = random.choice(WORDS, (count, LENGTH), p=shares / shares.sum())
    texts = ["".join(words[row]) for row in chosen]
    centres = random.standard_normal((BELLS, DIM), np.float32)
    vectors = centres[random.integers(0, BELLS, count)]
    vectors += WIDTH * random.standard_normal((count, DIM), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    places = random.integers(0, count, asked)
    noise = random.standard_normal((asked, DIM), np.float32) / DIM**0.5
    queries = vectors[places] + NEAR * noise
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    questions = ["".join(words[chosen[place, :6]]) for place in places]
    return Corpus(texts=texts, vectors=vectors, questions=questions, queries=queries)


def open_retriever(corpus: Corpus, kind: IndexKind = IndexKind.AUTO) -> Retriever:
    """Return the product's retriever over the corpus."""
    passages = [
        Passage(id=str(at), document="", text=text) for at, text in enumerate(corpus.texts)
    ]
    rows = np.array([(at, 0, len(text), 0) for at, text in enumerate(corpus.texts)], np.int32)
    index = faiss.IndexFlatIP(DIM)
    index.add(corpus.vectors)
    return Retriever(passages, rows, index, kind=kind)


def dense_search(retriever: Retriever) -> Search:
    """Return the retriever's search by meaning alone."""

    def search(question: str, query: Vectors) -> Sequence[int]:
        scores = retriever.dense(retriever.moved(query), Audience.PUBLIC)
        found = np.argpartition(-scores, DEPTH)[:DEPTH]
        return [int(at) for at in found[np.argsort(-scores[found])]]

    return search


def whole_search(retriever: Retriever) -> Search:
    """Return the retriever's search by meaning and words, as the product asks it."""

    def search(question: str, query: Vectors) -> Sequence[int]:
        hits = retriever.retrieve(question, query, Audience.PUBLIC, top_k=DEPTH)
        return [hit.passage for hit in hits]

    return search


def chroma_search(port: int, corpus: Corpus) -> Search:
    """Fill a Chroma server by its HTTP interface and return its search."""
    base = f"http://127.0.0.1:{port}/api/v2/tenants/default_tenant/databases/default_database"

    def send(path: str, body: object) -> dict[str, object]:
        request = Request(
            f"{base}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urlopen(request, timeout=600) as answer:
            return dict(json.load(answer) or {})

    space = {"hnsw": {"space": "ip"}}
    name = f"scale-{len(corpus.texts)}-{int(perf_counter())}"
    made = send("collections", {"name": name, "configuration": space})
    collection = f"collections/{made['id']}"
    for start in range(0, len(corpus.texts), BATCH):
        rows = corpus.vectors[start : start + BATCH].tolist()
        ids = [str(at) for at in range(start, start + len(rows))]
        send(f"{collection}/add", {"ids": ids, "embeddings": rows})

    def search(question: str, query: Vectors) -> Sequence[int]:
        body = {"query_embeddings": [query.tolist()], "n_results": DEPTH, "include": []}
        found = send(f"{collection}/query", body)["ids"]
        return [int(one) for one in found[0]]  # type: ignore[index]

    return search


def pgvector_search(address: str, corpus: Corpus) -> Search | None:
    """Fill a PostgreSQL table with an HNSW index; none where the extension is not installed."""
    from sqlalchemy import create_engine, text

    connection = create_engine(address, isolation_level="AUTOCOMMIT").connect()
    if not connection.scalar(
        text("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
    ):
        return None
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    connection.execute(text(f"CREATE TEMP TABLE scale (id int, vector vector({DIM}))"))
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY scale FROM STDIN") as copy:
        for number, vector in enumerate(corpus.vectors.tolist()):
            copy.write_row((number, json.dumps(vector)))
    connection.execute(text("SET maintenance_work_mem = '512MB'"))
    connection.execute(text("CREATE INDEX ON scale USING hnsw (vector vector_ip_ops)"))
    wanted = text("SELECT id FROM scale ORDER BY vector <#> :query LIMIT :depth")

    def search(question: str, query: Vectors) -> Sequence[int]:
        values = {"query": json.dumps(query.tolist()), "depth": DEPTH}
        return [int(one) for one in connection.scalars(wanted, values)]

    return search


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one system found for every question, and the milliseconds that each took."""

    found: Sequence[Sequence[int]]
    times: NDArray[np.float64]


def asked_in_turn(searches: Mapping[str, Search], corpus: Corpus) -> dict[str, Asked]:
    """Return what each system finds, asked one after the other question by question."""
    for search in searches.values():
        for question, query in zip(corpus.questions[:WARM], corpus.queries[:WARM], strict=True):
            search(question, query)
    found: dict[str, list[Sequence[int]]] = {name: [] for name in searches}
    times: dict[str, list[float]] = {name: [] for name in searches}
    for question, query in zip(corpus.questions, corpus.queries, strict=True):
        for name, search in searches.items():
            begin = perf_counter()
            found[name].append(search(question, query))
            times[name].append((perf_counter() - begin) * 1000)
    return {name: Asked(found=found[name], times=np.array(times[name])) for name in searches}


def recall(found: Sequence[Sequence[int]], scores: Vectors) -> float:
    """Return the share of the ten best by exact scores, shape (questions, passages)."""
    best = [np.argsort(-row)[:DEPTH] for row in scores]
    return float(
        np.mean([len(set(a) & set(b.tolist())) / DEPTH for a, b in zip(found, best, strict=True)])
    )


def print_asked(all_asked: Mapping[str, Asked], exact: Mapping[str, Vectors]) -> None:
    """Print a line for each system, and how much longer it takes than all our stages."""
    own = np.median(next(iter(all_asked.values())).times)
    for name, asked in all_asked.items():
        share = f"{recall(asked.found, exact[name]):.3f}" if name in exact else "-"
        median, slow = np.median(asked.times), np.percentile(asked.times, 95)
        print(
            f"{name:36} median {median:7.2f} ms, p95 {slow:7.2f} ms, "
            f"{median / own:5.2f} times ours, recall@10 {share}",
            flush=True,
        )


def rivals(arguments: argparse.Namespace, corpus: Corpus) -> dict[str, Search]:
    """Fill the servers that were named, and return their searches; say which are left out."""
    found: dict[str, Search] = {}
    begin = perf_counter()
    if arguments.pgvector:
        search = pgvector_search(arguments.pgvector, corpus)
        if search is None:
            print("pgvector: the extension is not installed on that server")
        else:
            found["pgvector HNSW"] = search
            print(f"pgvector filled in {perf_counter() - begin:.0f} s", flush=True)
    else:
        print("pgvector is left out: no --pgvector")
    begin = perf_counter()
    if arguments.chroma:
        found["Chroma server"] = chroma_search(arguments.chroma, corpus)
        print(f"Chroma filled in {perf_counter() - begin:.0f} s", flush=True)
    else:
        print("Chroma is left out: no --chroma")
    return found


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--kind", type=IndexKind, choices=list(IndexKind), action="append")
    parser.add_argument("--chroma", type=int, help="port of a Chroma server on loopback")
    parser.add_argument("--pgvector", help="address of a PostgreSQL database")
    arguments = parser.parse_args()
    faiss.omp_set_num_threads(1)  # as the processes of the product
    corpus = made_up(arguments.passages, arguments.questions)
    ours: dict[str, Search] = {}
    for kind in arguments.kind or [IndexKind.AUTO]:
        begin, spent = perf_counter(), process_time()
        retriever = open_retriever(corpus, kind)
        print(
            f"{kind}: {len(corpus.texts):,} passages opened in {perf_counter() - begin:.1f} s "
            f"({process_time() - spent:.1f} s of the processor)"
        )
        ours[f"{OURS} ({kind})"] = whole_search(retriever)
        ours[f"{ALONE} ({kind})"] = dense_search(retriever)
    print(f"memory with the texts: {memory_mb(os.getpid()):,.0f} MB (proportional set size)")
    others = rivals(arguments, corpus)
    asked = asked_in_turn(ours | others, corpus)
    own = np.stack([retriever.moved(query) for query in corpus.queries])
    soft = np.vstack([retriever.soft_vectors(at) for at in range(len(corpus.texts))])
    exact = {name: own @ soft.T for name in ours if name.startswith(ALONE)}
    print_asked(asked, exact | dict.fromkeys(others, corpus.queries @ corpus.vectors.T))


if __name__ == "__main__":
    main()
