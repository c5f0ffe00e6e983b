"""Measures answers and refusals on invented documents that were added, and fits the models.

    python -m bench.evidence              # the product itself
    python -m bench.evidence --fit        # fit on some and write the weights
    python -m bench.evidence --halves     # each half of these by a model fitted on the other

The documents are those of ``bench/data/evidence`` and those of ``bench/data/evidence-training``
that the reader has not learned from, a quarter of them to fit on and a quarter to check. They are
added in groups beside the shipped items, as an office has a few. A plain question counts as
answered when the fact stands within the first 150 characters. The models are fitted with the
reader's word and, for other embedders, without it.
"""

import argparse
import os
import pickle
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from time import perf_counter

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.evidence_cases import (
    BLIND,
    WITHIN,
    Case,
    Group,
    cases_of,
    entries,
    groups,
    open_library,
)
from bench.evidence_fit import (
    Measured,
    best_threshold,
    fit,
    held_out,
    rates,
    with_threshold,
    write_weights,
)
from bench.reading_cases import training_groups
from knowledge.answer import Outcome
from knowledge.answerer import Answerer
from knowledge.embedder import open_embedder
from knowledge.evidence import FEATURES
from knowledge.item import Audience
from knowledge.library import Library
from knowledge.quoting import quoted_span
from knowledge.settings import Settings
from knowledge.snapshot import RowKind

Libraries = Sequence[tuple[Library, Sequence[Case]]]
TIMES = {"evidence": 4}  # so that both sets count alike: 717 and some 3,000 questions
PARTS = 4  # of the documents kept apart: one to fit on, one to check, the rest would take long


def measure_all(
    library: Library, cases: Sequence[Case], *, is_read: bool = True
) -> Iterator[Measured]:
    """Yield the candidates of each question from added documents."""
    for case in cases:
        asked, query = library.wording(case.question), library.embed(case.question)
        found = library.documents.candidates(asked, query, Audience.PUBLIC, is_read=is_read)
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


def end_to_end(libraries: Libraries, *, verbose: bool) -> None:
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


def fit_all(sets: Mapping[str, Sequence[Group]], home: Path, keep: Path | None = None) -> None:
    """Fit with and without the reader, say how documents not fitted on fare, write the weights."""
    models = {}
    # residents' words far from the text are for the reader; without it they pull weights astray
    plain = {name: every for name, every in sets.items() if name in TIMES}
    for name, of, is_read in (("read", sets, True), ("unread", plain, False)):
        measured = measured_in(of, home, is_read=is_read)
        if keep and is_read:
            keep.write_bytes(pickle.dumps(measured))
        found = held_out(measured)
        threshold = best_threshold([one.outcome for one in found])
        for part, groups_of in of.items():
            files = {entry["file"] for group in groups_of for entry in group}
            own = [one.outcome for one in found if one.file in files]
            print_rates(f"{name}, {part}, by the others", own, threshold)
            print_rates("  one limit for this set alone", own, best_threshold(own))
        models[name] = with_threshold(fit(measured), threshold)
    write_weights(models)


def measured_in(
    sets: Mapping[str, Sequence[Group]], home: Path, *, is_read: bool = True
) -> list[Measured]:
    """Return the candidates of all questions, those of the smaller set several times."""
    measured: list[Measured] = []
    # processes are started anew: a forked one would share the model's threads
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        for name, every in sets.items():
            homes = [home / f"{name}-{at}" for at in range(len(every))]
            reads = [is_read] * len(every)
            own = [
                one for part in processes.map(_measured_group, every, homes, reads) for one in part
            ]
            measured += own * TIMES.get(name, 1)
    return measured


def _measured_group(group: Group, home: Path, is_read: bool) -> list[Measured]:
    settings = Settings.from_env(os.environ)
    library = open_library(home, group, settings, open_embedder(settings))
    return list(measure_all(library, cases_of(group), is_read=is_read))


def measure_halves(sets: Mapping[str, Libraries], measured: Sequence[Measured]) -> None:
    """Fit on one half of the documents, threshold too, and measure the product on the other."""
    for name, kept in (("second half, fitted on the first", True), ("the reverse", False)):
        half = [one for one in measured if one.case.is_fitted_on is kept]
        found = [one.outcome for one in held_out(half)]
        model = with_threshold(fit(half), best_threshold(found))
        for of, libraries in sets.items():
            rest = []
            for library, cases in libraries:
                library.model = model
                rest.append((library, [case for case in cases if case.is_fitted_on is not kept]))
            print(f"{of}, {name}", end=": ")
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
    apart = training_groups(apart=True)
    fitted: dict[str, Sequence[Group]] = {"evidence": groups(), "kept apart": apart[::PARTS]}
    if arguments.fit:
        fit_all(fitted, arguments.home, arguments.keep)
        return
    measured: list[Measured] = []
    sets: dict[str, Sequence[Group]] = {"evidence": groups(), "never fitted on": apart[1::PARTS]}
    if arguments.blind:
        sets = {name: [entries(folder)] for name, folder in BLIND.items()}
    elif arguments.halves:
        sets = fitted
        measured = measured_in(fitted, arguments.home)
        if arguments.keep:
            arguments.keep.write_bytes(pickle.dumps(measured))
    settings = Settings.from_env(os.environ)
    embedder = open_embedder(settings)
    opened = {
        name: [
            (
                open_library(arguments.home / f"{name}-{at}", group, settings, embedder),
                cases_of(group),
            )
            for at, group in enumerate(every)
        ]
        for name, every in sets.items()
    }
    if arguments.halves:
        measure_halves(opened, measured)
        return
    for name, libraries in opened.items():
        print_product(name, libraries, verbose=arguments.verbose)


def print_product(name: str, libraries: Libraries, *, verbose: bool) -> None:
    """Print what the product does and, beside it, the baseline."""
    print(name, end=": ")
    end_to_end(libraries, verbose=verbose)
    found = [one for library, cases in libraries for one in baseline(library, cases)]
    print_rates("  TF-IDF baseline, no threshold", found, 0.0)
    best = max(np.arange(0.02, 0.8, 0.02), key=lambda step: min(rates(found, step)))
    print_rates("  TF-IDF baseline, best threshold", found, round(float(best), 2))


if __name__ == "__main__":
    main()
