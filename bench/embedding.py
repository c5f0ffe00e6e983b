"""Measures the embedder beside sentence-transformers: ``python -m bench.embedding [FOLDER …]``.

Both have one thread and embed the same questions in turns, so that whatever else the machine does
falls on both. The times are of the processor. With folders of collections (``corpus.jsonl``,
``dev_queries.jsonl``, ``dev_qrels.tsv``) the ranking by vectors alone is compared as well.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import thread_time

import numpy as np
from rich.console import Console
from rich.table import Table

from knowledge.collection import read_collection
from knowledge.conversion import converted_model
from knowledge.embedder import Embedder, Vectors, open_embedder
from knowledge.evaluation import DEPTH, measured
from knowledge.items import load_items
from knowledge.model_folder import ModelFolder
from knowledge.sentence_embedder import SentenceEmbedder
from knowledge.settings import DEFAULT_MODEL, Settings

LENGTHS = (8, 20, 60)  # characters
QUESTIONS = 100  # of each length
PASSAGES, PASSAGE = 64, 200  # passages, characters


class Pair:
    """The embedder that serves, and sentence-transformers in single precision."""

    def __init__(self, settings: Settings) -> None:
        folder = ModelFolder(converted_model(settings.home / "models"), DEFAULT_MODEL)
        self.ours: Embedder = open_embedder(settings)
        self.theirs: Embedder = SentenceEmbedder(folder)


def run(console: Console, folders: Sequence[Path]) -> None:
    """Print the tables."""
    settings = Settings.from_env(os.environ)
    pair = Pair(settings)
    story = "".join(
        question for item in load_items(settings.items).values() for question in item.questions
    )
    console.print(f"{pair.ours.model_id}: {pair.ours.engine}")
    console.print(_table("Embedding, one thread", _speeds(pair, story), "ms", "cosine"))
    for folder in folders:
        rows = _rankings(pair, folder, console)
        console.print(_table(folder.name, rows, f"nDCG@{DEPTH}", "cosine"))


def _speeds(pair: Pair, story: str) -> Iterator[tuple[str, float, float, Vectors]]:
    for length in LENGTHS:
        texts = [story[at * length :][:length] for at in range(1, QUESTIONS + 1)]
        ours, theirs, near = _interleaved(
            [[text] for text in texts], pair.ours.embed_queries, pair.theirs.embed_queries
        )
        yield f"question of {length} characters", ours, theirs, near
    texts = [story[at * PASSAGE :][:PASSAGE] for at in range(PASSAGES)]
    batches = [texts[at : at + 16] for at in range(0, len(texts), 16)]
    ours, theirs, near = _interleaved(
        batches, pair.ours.embed_passages, pair.theirs.embed_passages
    )
    yield f"16 passages of {PASSAGE} characters", ours, theirs, near


def _interleaved(
    batches: Sequence[Sequence[str]],
    ours: Callable[[Sequence[str]], Vectors],
    theirs: Callable[[Sequence[str]], Vectors],
) -> tuple[float, float, Vectors]:
    """Return the median ms of a batch in both, and the cosine of every text."""
    costs: dict[bool, list[float]] = {True: [], False: []}
    near = []
    for number, batch in enumerate(batches):
        found = {}
        for is_ours in (True, False) if number % 2 else (False, True):
            before = thread_time()
            found[is_ours] = (ours if is_ours else theirs)(batch)
            costs[is_ours].append((thread_time() - before) * 1000)
        near.append((found[True] * found[False]).sum(axis=1))
    return median(costs[True]), median(costs[False]), np.concatenate(near)


def _rankings(
    pair: Pair, folder: Path, console: Console
) -> Iterator[tuple[str, float, float, Vectors]]:
    """Rank by vectors alone: each engine by itself, and questions in ours over stored vectors."""
    collection = read_collection(
        folder / "corpus.jsonl", folder / "dev_queries.jsonl", folder / "dev_qrels.tsv"
    )
    names = list(collection.corpus)
    judged = [query for query in collection.judgements if query in collection.queries]
    queries = [collection.queries[query] for query in judged]
    passages = list(collection.corpus.values())
    with console.status("embedding the collection twice"):
        asked = {engine: engine.embed_queries(queries) for engine in (pair.ours, pair.theirs)}
        kept = {engine: engine.embed_passages(passages) for engine in (pair.ours, pair.theirs)}

    def gain(query_engine: Embedder, passage_engine: Embedder) -> float:
        scores = asked[query_engine] @ kept[passage_engine].T
        ranked = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
        rankings = {
            query: [names[at] for at in row] for query, row in zip(judged, ranked, strict=True)
        }
        return measured(rankings, collection.judgements)[f"ndcg@{DEPTH}"]

    base = gain(pair.theirs, pair.theirs)
    near = {engine: (vectors[pair.ours] * vectors[pair.theirs]).sum(axis=1) for engine, vectors in
            (("queries", asked), ("passages", kept))}  # fmt: skip
    yield "questions and passages", gain(pair.ours, pair.ours), base, near["passages"]
    yield "questions only, passages of theirs", gain(pair.ours, pair.theirs), base, near["queries"]


def _table(
    title: str, rows: Iterator[tuple[str, float, float, Vectors]], unit: str, nearness: str
) -> Table:
    table = Table(title=title)
    table.add_column("what")
    heads = (f"ours, {unit}", f"sentence-transformers, {unit}", "theirs : ours")
    for head in (*heads, f"{nearness}: least", "5 %", "median"):
        table.add_column(head, justify="right")
    for what, ours, theirs, near in rows:
        least, low, middle = np.quantile(near, (0, 0.05, 0.5))
        figures = (f"{ours:.4g}", f"{theirs:.4g}", f"{theirs / ours:.3f}")
        table.add_row(what, *figures, f"{least:.5f}", f"{low:.5f}", f"{middle:.5f}")
    return table


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    run(Console(highlight=False, width=120), parser.parse_args().folders)


if __name__ == "__main__":
    main()
