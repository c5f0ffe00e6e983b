"""Trains the reader of ``knowledge.reader`` on ``bench/data/evidence-training``.

    python -m bench.reading --train    # over an hour; writes knowledge/reader.onnx
    python -m bench.reading            # measures the shipped one on documents kept apart

One document in five is kept apart from the training; ``bench.evidence --fit`` fits the weights of
the reader's word beside the other measures on those. The baseline is the best sentence by the
other measures alone.
"""

import argparse
import os
import random
import tempfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.evidence_cases import Case, cases_of, open_library
from bench.reading_cases import States, lessons_of, training_groups
from knowledge.embedder import Embedder, RememberingEmbedder, open_embedder
from knowledge.evidence import READ, evidence_model
from knowledge.graph_embedder import BETWEEN, GraphEmbedder
from knowledge.item import Audience
from knowledge.library import Library
from knowledge.quoting import quoted_span
from knowledge.reader import WEIGHTS, reader_of
from knowledge.settings import Settings

PATIENCE = timedelta(hours=2)  # for the process whose lessons take longest to make
KNOWN = 3.0  # logits: what a reader that goes on learning tells apart by so many, it knows
AGAIN = 0.4  # share of what it knows that it learns once more


def train_reader(home: Path, *, goes_on: bool, rounds: int) -> None:
    """Train on all documents that are not kept apart, a process a core, and write the graph.

    It is written after each round. ``goes_on`` begins with the shipped reader's layers, not with
    the encoder's own.
    """
    from torch.multiprocessing.spawn import spawn

    home.mkdir(parents=True, exist_ok=True)
    meeting = home / "meeting"
    meeting.unlink(missing_ok=True)
    count = os.cpu_count() or 1
    # each on one thread: two cores that share small products take longer
    spawn(  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
        _train_part, (count, home, meeting, goes_on, rounds), nprocs=count
    )


def _train_part(
    place: int, count: int, home: Path, meeting: Path, goes_on: bool, rounds: int
) -> None:
    """Train on one process's share of the documents, beside all others."""
    import torch
    from torch import distributed

    from bench.reading_model import Course, Joint, train
    from knowledge.conversion import converted_model
    from knowledge.model_folder import ModelFolder

    torch.set_num_threads(1)
    settings = Settings.from_env(os.environ)
    embedder = open_embedder(settings)
    folder = ModelFolder(converted_model(settings.home / "models"), settings.embedding_model)
    states = States(encoder_of(embedder))
    reader = reader_of(embedder) if goes_on else None
    chance = random.Random(place)
    lessons = [
        lesson
        for group in training_groups(apart=False)[place::count]
        for lesson in lessons_of(group, home / str(place), settings, embedder, states, reader)
        if lesson.margin < KNOWN or chance.random() < AGAIN
    ]
    print(f"{len(lessons)} questions, {len(states.pieces)} texts", flush=True)
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    distributed.init_process_group(
        "gloo",
        init_method=meeting.resolve().as_uri(),
        rank=place,
        world_size=count,
        timeout=PATIENCE,
    )
    torch.manual_seed(0)
    model = Joint(folder.path)
    if goes_on:
        model.go_on(WEIGHTS)

    def keep(trained: Joint) -> None:
        if place == 0:
            weights = {name: value.numpy() for name, value in trained.state_dict().items()}
            write_reader(weights, folder.json("config.json"), encoder_of(embedder).model_id)

    train(model, states, lessons, Course(epochs=rounds, seed=place), keep)


def write_reader(
    weights: Mapping[str, NDArray[np.float32]], config: Mapping[str, Any], model: str
) -> None:
    """Write the shipped graph, which says from which layer of which model it goes on."""
    import onnx

    from knowledge.encoder_graph import Precision, reader_graph

    graph = reader_graph(weights, config, Precision.INT8)
    onnx.helper.set_model_props(
        graph, {"precision": Precision.INT8.value, "model": model, "between": str(BETWEEN)}
    )
    onnx.save(graph, WEIGHTS)


def encoder_of(embedder: Embedder) -> GraphEmbedder:
    """Return the shipped model's graph, from whose states the reader goes on."""
    inner = embedder.inner if isinstance(embedder, RememberingEmbedder) else embedder
    if not isinstance(inner, GraphEmbedder):
        raise SystemExit("the reader is trained with the shipped model alone")
    return inner


def measure(home: Path, settings: Settings, embedder: Embedder) -> None:
    """Print how often the best sentence is right, by the reader and by the measures alone."""
    rows: dict[str, list[tuple[float, bool, bool]]] = {"reader": [], "other measures": []}
    for group in training_groups(apart=True):
        library = open_library(home, group, settings, embedder)
        for case in cases_of(group):
            for name, found in _best(library, case).items():
                rows[name].append(found)
    for name, every in rows.items():
        scores = np.array([score for score, _, _ in every])
        right = np.array([is_right for _, is_right, _ in every])
        has_fact = np.array([has for _, _, has in every])
        shown, refused = _balanced(scores, right, has_fact)
        print(
            f"{name}: best sentence right {right[has_fact].mean():.3f} of {has_fact.sum()}; "
            f"with one limit {shown:.3f} shown, {refused:.3f} of {(~has_fact).sum()} refused"
        )


def _best(library: Library, case: Case) -> dict[str, tuple[float, bool, bool]]:
    """Return the score of the best sentence, if it is right, and if there is a fact."""
    asked = library.wording(case.question)
    query = library.embed(case.question)
    found = library.documents.candidates(asked, query, Audience.PUBLIC)
    has_fact = case.fact is not None
    if not found:
        return dict.fromkeys(("reader", "other measures"), (-np.inf, False, has_fact))
    rows = np.array([one.features for one in found])
    told = {}
    for name, scores in (
        ("reader", rows[:, READ]),
        ("other measures", evidence_model().scores(rows)),
    ):
        one = found[int(scores.argmax())]
        text = library.passages[one.passage].text
        quote = quoted_span(asked.question, text, one.start, one.end)
        told[name] = float(scores.max()), case.has_answer(text[slice(*quote)]), has_fact
    return told


def _balanced(
    scores: NDArray[np.float64], right: NDArray[np.bool_], has_fact: NDArray[np.bool_]
) -> tuple[float, float]:
    """Return both shares at the limit where the smaller one is greatest."""
    shares = [
        (
            float((right & (scores >= limit))[has_fact].mean()),
            float((scores < limit)[~has_fact].mean()),
        )
        for limit in np.unique(scores)
    ]
    return max(shares, key=min)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--go-on", action="store_true", help="train the shipped reader further")
    parser.add_argument("--rounds", type=int, default=2, help="how often each question is learned")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "linli-reading")
    given = parser.parse_args(arguments)
    settings = Settings.from_env(os.environ)
    embedder = open_embedder(settings)
    if given.train:
        train_reader(given.home, goes_on=given.go_on, rounds=given.rounds)
        embedder = open_embedder(settings)
    measure(given.home, settings, embedder)


if __name__ == "__main__":
    main()
