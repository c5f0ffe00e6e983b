"""Trains the reader of ``knowledge.reader`` on ``bench/data/evidence-training``.

    python -m bench.reading --train    # over an hour; writes knowledge/reader.onnx
    python -m bench.reading            # measures the shipped one on documents kept apart

One document in five is kept apart from the training; ``bench.evidence --fit`` fits the weights of
the reader's word beside the other measures on those. The baseline is the best sentence by the
other measures alone.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.evidence_cases import Case, cases_of, open_library
from bench.reading_cases import States, lessons_of, training_groups
from knowledge.embedder import Embedder, RememberingEmbedder, open_embedder
from knowledge.evidence import READ, evidence_model
from knowledge.graph_embedder import GraphEmbedder
from knowledge.item import Audience
from knowledge.library import Library
from knowledge.quoting import quoted_span
from knowledge.reader import WEIGHTS
from knowledge.settings import Settings


def train_reader(home: Path, settings: Settings, embedder: Embedder) -> None:
    """Train on all documents that are not kept apart, and write the graph."""
    import onnx
    import torch

    from bench.reading_model import Course, Joint, train
    from knowledge.conversion import converted_model
    from knowledge.encoder_graph import Precision, reader_graph
    from knowledge.model_folder import ModelFolder

    encoder = encoder_of(embedder)
    folder = ModelFolder(converted_model(settings.home / "models"), settings.embedding_model)
    states = States(encoder)
    lessons = [
        lesson
        for group in training_groups(apart=False)
        for lesson in lessons_of(group, home, settings, embedder, states)
    ]
    print(f"{len(lessons)} questions, {len(states.pieces)} texts", flush=True)
    torch.manual_seed(0)
    model = Joint(folder.path)
    train(model, states, lessons, Course())
    weights = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    graph = reader_graph(weights, folder.json("config.json"), Precision.INT8)
    onnx.helper.set_model_props(
        graph, {"precision": Precision.INT8.value, "model": encoder.model_id}
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
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "linli-reading")
    given = parser.parse_args(arguments)
    settings = Settings.from_env(os.environ)
    embedder = open_embedder(settings)
    if given.train:
        train_reader(given.home, settings, embedder)
        embedder = open_embedder(settings)
    measure(given.home, settings, embedder)


if __name__ == "__main__":
    main()
