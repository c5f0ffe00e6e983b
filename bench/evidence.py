"""Measures answers and refusals on the documents in ``bench/data/evidence``, and fits the model.

    python -m bench.evidence              # the product itself, by halves of the documents
    python -m bench.evidence --fit        # fit on all documents and write the weights
    python -m bench.evidence --halves     # each half by a model fitted on the other

The documents are added in groups beside the shipped items, as an office has a few. A plain
question counts as answered when the fact stands within the first 150 characters.
"""

import argparse
import os
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from time import perf_counter

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.evidence_cases import BLIND, WITHIN, Case, cases_of, entries, groups, open_library
from bench.evidence_fit import (
    Measured,
    best_threshold,
    fit,
    held_out,
    rates,
    with_threshold,
    write_weights,
)
from knowledge.answer import Outcome
from knowledge.answerer import Answerer
from knowledge.embedder import open_embedder
from knowledge.evidence import FEATURES
from knowledge.item import Audience
from knowledge.library import Library
from knowledge.quoting import quoted_span
from knowledge.settings import Settings
from knowledge.snapshot import RowKind


def measure_all(library: Library, cases: Sequence[Case]) -> Iterator[Measured]:
    """Yield the candidates of each question from added documents."""
    for case in cases:
        asked = library.wording(case.question)
        found = library.documents.candidates(asked, library.embed(case.question), Audience.PUBLIC)
        texts = [library.passages[one.passage].text for one in found]
        yield Measured(
            case=case,
            features=np.array([one.features for one in found]).reshape(-1, len(FEATURES)),
            owners=[library.passages[one.passage].owner for one in found],
            passages=[one.passage for one in found],
            spans=[(one.start, one.end) for one in found],
            quotes=[
                quoted_span(asked.question, text, one.start, one.end)
                for one, text in zip(found, texts, strict=True)
            ],
            texts=texts,
        )


def baseline(library: Library, cases: Sequence[Case]) -> list[tuple[float, bool, bool]]:
    """Return what TF-IDF over character bigrams does with the same sentences."""
    spans = [
        library.passages[at].text[start:end]
        for at, start, end, kind in library.rows
        if library.passages[at].owner and kind == RowKind.BARE
    ]
    vectoriser = TfidfVectorizer(analyzer="char", ngram_range=(2, 2))
    matrix = vectoriser.fit_transform(spans)
    found = []
    for case in cases:
        scores = (matrix @ vectoriser.transform([case.question]).T).toarray().ravel()
        best = int(scores.argmax())
        found.append((float(scores[best]), case.has_answer(spans[best]), case.fact is not None))
    return found


def end_to_end(libraries: Sequence[tuple[Library, Sequence[Case]]], *, verbose: bool) -> None:
    """Print how the product itself answers these questions, shipped items and all."""
    shown, refused, silent, wrongly, times = [], [], [], [], []
    for library, cases in libraries:
        answerer = Answerer(library)
        for case in cases:
            library.embed(case.question)
            begin = perf_counter()
            found = answerer.answer(case.question)
            times.append((perf_counter() - begin) * 1000)
            is_refused = found.outcome is Outcome.NO_EVIDENCE
            if case.fact is not None:
                shown.append(case.has_answer(found.text))
                wrongly.append(is_refused)
                is_wrong = not shown[-1]
            else:
                refused.append(is_refused)
                silent.append(is_refused or found.item is not None)
                is_wrong = not is_refused
            if verbose and is_wrong:
                text = found.text[:70].replace("\n", "/")
                print(f"  {case.question} [{case.fact}] {found.item} {found.score:.2f} {text}")
    print(
        f"fact in {WITHIN}: {fmean(shown):.3f} of {len(shown)} (refused {fmean(wrongly):.3f}); "
        f"refused {fmean(refused):.3f} of {len(refused)} (not from an added document "
        f"{fmean(silent):.3f}); {fmean(times):.1f} ms without the embedding"
    )


def print_rates(name: str, found: Sequence[tuple[float, bool, bool]], threshold: float) -> None:
    """Print one line of a table."""
    shown, refused = rates(found, threshold)
    print(f"{name:34} fact {shown:.3f} refused {refused:.3f} at {threshold}")


def fit_all(measured: Sequence[Measured]) -> None:
    """Fit, say how documents that were not fitted on fare, and write the weights."""
    found = held_out(measured)
    threshold = best_threshold(found)
    print_rates("each document by the others", found, threshold)
    model = with_threshold(fit(measured), threshold)
    write_weights(model, len({one.case.question for one in measured}))


def measure_halves(
    libraries: Sequence[tuple[Library, Sequence[Case]]], measured: Sequence[Measured]
) -> None:
    """Fit on one half of the documents, threshold too, and measure the product on the other."""
    for name, kept in (("second half, fitted on the first", True), ("the reverse", False)):
        half = [one for one in measured if one.case.is_fitted_on is kept]
        model = with_threshold(fit(half), best_threshold(held_out(half)))
        for library, _ in libraries:
            library.model = model
        print(name, end=": ")
        rest = [
            (library, [case for case in cases if case.is_fitted_on is not kept])
            for library, cases in libraries
        ]
        end_to_end(rest, verbose=False)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--halves", action="store_true")
    parser.add_argument("--blind", action="store_true", help="documents nobody has developed on")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "linli-bench")
    parser.add_argument("--keep", type=Path, help="a file to keep the measures in, for study")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    settings = Settings.from_env(os.environ)
    embedder = open_embedder(settings)
    if arguments.blind:
        group = entries(BLIND)
        library = open_library(arguments.home / "blind", group, settings, embedder)
        print_product("blind", [(library, cases_of(group))], verbose=arguments.verbose)
        return
    named = [(f"few-{at}", group) for at, group in enumerate(groups())]
    libraries = {
        name: (open_library(arguments.home / name, group, settings, embedder), cases_of(group))
        for name, group in named
    }
    if arguments.fit or arguments.halves:
        every = open_library(arguments.home / "all", entries(), settings, embedder)
        pairs = [*libraries.values(), (every, cases_of(entries()))]
        measured = [one for library, cases in pairs for one in measure_all(library, cases)]
        if arguments.keep:
            arguments.keep.write_bytes(pickle.dumps(measured))
        if arguments.fit:
            fit_all(measured)
        else:
            measure_halves(list(libraries.values()), measured)
        return
    for name, kept in (("fit", True), ("check", False)):
        halves = [
            (library, [case for case in cases if case.is_fitted_on is kept])
            for library, cases in libraries.values()
        ]
        print_product(name, halves, verbose=arguments.verbose)


def print_product(
    name: str, libraries: Sequence[tuple[Library, Sequence[Case]]], *, verbose: bool
) -> None:
    """Print what the product does and, beside it, the baseline."""
    print(name, end=": ")
    end_to_end(libraries, verbose=verbose)
    found = [one for library, cases in libraries for one in baseline(library, cases)]
    print_rates("  TF-IDF baseline, no threshold", found, 0.0)
    best = max(np.arange(0.02, 0.8, 0.02), key=lambda step: min(rates(found, step)))
    print_rates("  TF-IDF baseline, best threshold", found, round(float(best), 2))


if __name__ == "__main__":
    main()
