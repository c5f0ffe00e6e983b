"""Measures answers and refusals on the documents in ``bench/data/evidence``, and fits the model.

    python -m bench.evidence          # the table, on the half of the documents never fitted on
    python -m bench.evidence --fit    # fit the weights on the other half and write evidence.yml

A plain question counts as answered when the fact stands within the first 150 characters.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from time import perf_counter

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from knowledge.answer import Outcome
from knowledge.answerer import Answerer, Library
from knowledge.desk import Desk
from knowledge.evidence import FEATURES, WEIGHTS, Candidate, EvidenceModel
from knowledge.item import Audience
from knowledge.quoting import quoted_span
from knowledge.settings import Settings
from knowledge.snapshot import RowKind

DATA = Path(__file__).parent / "data" / "evidence"
WITHIN = 150  # characters
ROUNDS = 6
HARDEST = 3  # candidates of a question that are learned from, besides the right ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question to one document; without a fact it has no answer there."""

    file: str
    question: str
    fact: str | None
    is_fitted_on: bool


def read_cases() -> list[Case]:
    """Return all questions; every second document is for fitting, the others are for checking."""
    cases = []
    for number, path in enumerate(sorted(DATA.glob("*.yml"))):
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        shared = {"file": entry["file"], "is_fitted_on": number % 2 == 0}
        cases += [
            Case(**shared, question=asked, fact=str(fact)) for asked, fact in entry["questions"]
        ]
        cases += [Case(**shared, question=asked, fact=None) for asked in entry["unanswerable"]]
    return cases


def open_library(home: Path, *, with_items: bool) -> Library:
    """Return a library of all the documents, added as a person would add them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            home=home, embedding_model=Settings.from_env(os.environ).embedding_model
        )
        if not with_items:
            settings = Settings(home=home, items=Path(folder))
        desk = Desk(settings)
        for path in sorted(DATA.glob("*.yml")):
            entry = yaml.safe_load(path.read_text(encoding="utf-8"))
            desk.add_bytes(entry["text"].encode(), entry["file"], publish=True)
        library = desk.library()
        desk.close()
    return library


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The candidates of one question, and which of them hold the fact."""

    case: Case
    candidates: Sequence[Candidate]
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def measure_all(library: Library, cases: Sequence[Case]) -> Iterator[Measured]:
    """Yield the candidates of each question from added documents."""
    for case in cases:
        asked = library.question(case.question)
        found = [
            candidate
            for candidate in library.candidates(
                asked, library.embed(case.question), Audience.PUBLIC
            )
            if library.passages[candidate.passage].owner
            and not library.is_elsewhere(asked, candidate.passage)
        ]
        right = []
        for candidate in found:
            text = library.passages[candidate.passage].text
            start, end = quoted_span(asked, text, candidate.start, candidate.end)
            right.append(
                case.fact is not None and case.fact in text[start : start + WITHIN][: end - start]
            )
        yield Measured(
            case=case,
            candidates=found,
            features=np.array([one.features for one in found]).reshape(-1, len(FEATURES)),
            right=np.array(right, bool),
        )


def fit(measured: Sequence[Measured], *, strength: float = 0.05) -> EvidenceModel:
    """Return weights learned from each question's right sentences and its hardest wrong ones."""
    weights = np.zeros(len(FEATURES))
    weights[:2] = 1.0
    bias = 0.0
    every = np.vstack([one.features for one in measured])
    centre, width = every.mean(axis=0), every.std(axis=0) + 1e-6
    for _ in range(ROUNDS):
        rows, labels, shares = [], [], []
        for one in measured:
            if not len(one.right):
                continue
            scores = one.features @ weights + bias
            wrong = np.flatnonzero(~one.right)
            wrong = wrong[np.argsort(-scores[wrong])][:HARDEST]
            good = np.flatnonzero(one.right)
            good = good[np.argsort(-scores[good])][:1]
            for chosen, label in ((good, 1), (wrong, 0)):
                rows += [one.features[at] for at in chosen]
                labels += [label] * len(chosen)
                shares += [1 / max(len(chosen), 1)] * len(chosen)
        model = LogisticRegression(C=strength, max_iter=2000)
        model.fit((np.array(rows) - centre) / width, labels, sample_weight=shares)
        weights = model.coef_[0] / width
        bias = float(model.intercept_[0] - weights @ centre)
    named = {name: round(float(value), 4) for name, value in zip(FEATURES, weights, strict=True)}
    fitted = EvidenceModel(bias=round(bias, 4), weights=named, threshold=0.5)
    return EvidenceModel(
        bias=fitted.bias, weights=named, threshold=best_threshold(fitted, measured)
    )


def outcomes(model: EvidenceModel, measured: Sequence[Measured]) -> list[tuple[float, bool, bool]]:
    """Return for each question the best probability, if it is right, if there is a fact."""
    found = []
    for one in measured:
        scores = [model.probability(row) for row in one.features]
        best = int(np.argmax(scores)) if scores else -1
        found.append(
            (
                scores[best] if scores else 0.0,
                best >= 0 and bool(one.right[best]),
                one.case.fact is not None,
            )
        )
    return found


def best_threshold(model: EvidenceModel, measured: Sequence[Measured]) -> float:
    """Return where right answers and refusals are both most frequent."""
    found = outcomes(model, measured)
    steps = np.arange(0.1, 0.9, 0.01)
    worth = [min(rates(found, step)) + 0.5 * sum(rates(found, step)) for step in steps]
    best = np.flatnonzero(np.isclose(worth, max(worth)))
    return round(float(steps[best].mean()), 3)


def rates(found: Sequence[tuple[float, bool, bool]], threshold: float) -> tuple[float, float]:
    """Return the share of facts shown and the share of unanswerable questions refused."""
    shown = [score >= threshold and right for score, right, has_fact in found if has_fact]
    refused = [score < threshold for score, _, has_fact in found if not has_fact]
    return fmean(shown), fmean(refused)


def write_weights(model: EvidenceModel, measured: Sequence[Measured]) -> None:
    """Write the weights where the product reads them."""
    head = (
        "# Weights of the evidence model (knowledge/evidence.py says what each measures).\n"
        "# Fitted by `python -m bench.evidence --fit --all --items`: logistic regression on\n"
        f"# bench/data/evidence, {len(measured)} questions, right sentences against the hardest\n"
        "# wrong ones; the threshold is where answers and refusals are both most frequent.\n"
    )
    body = {"bias": model.bias, "threshold": model.threshold, "weights": dict(model.weights)}
    items = WEIGHTS.read_text(encoding="utf-8").partition("# The item model")
    text = head + yaml.safe_dump(body, sort_keys=False) + "".join(items[1:])
    WEIGHTS.write_text(text, encoding="utf-8")


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
        is_right = case.fact is not None and case.fact in spans[best][:WITHIN]
        found.append((float(scores[best]), is_right, case.fact is not None))
    return found


def end_to_end(library: Library, cases: Sequence[Case], *, verbose: bool) -> None:
    """Print how the product itself answers these questions, shipped items and all."""
    answerer = Answerer(library)
    shown, refused, added_silent, times = [], [], [], []
    for case in cases:
        library.embed(case.question)
        begin = perf_counter()
        found = answerer.answer(case.question)
        times.append((perf_counter() - begin) * 1000)
        is_refused = found.outcome is Outcome.NO_EVIDENCE
        if case.fact is not None:
            shown.append(case.fact in found.text[:WITHIN])
            is_wrong = not shown[-1]
        else:
            refused.append(is_refused)
            added_silent.append(is_refused or found.item is not None)
            is_wrong = not is_refused
        if verbose and is_wrong:
            text = found.text[:70].replace("\n", "/")
            print(f"  {case.question} [{case.fact}] {found.item} {found.score:.2f} {text}")
    print(
        f"fact in {WITHIN}: {fmean(shown):.3f} of {len(shown)}; refused {fmean(refused):.3f} "
        f"of {len(refused)} (not from an added document {fmean(added_silent):.3f}); "
        f"{fmean(times):.1f} ms without the embedding"
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--all", action="store_true", help="fit on every document, to ship")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "linli-bench")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--items", action="store_true", help="with the shipped items")
    arguments = parser.parse_args()
    cases = read_cases()
    library = open_library(arguments.home, with_items=arguments.items)
    if arguments.fit:
        measured = list(measure_all(library, cases))
        fitted_on = [one for one in measured if one.case.is_fitted_on or arguments.all]
        model = fit(fitted_on)
        write_weights(model, fitted_on)
        for name, kept in (("fit", True), ("check", False)):
            half = [one for one in measured if one.case.is_fitted_on is kept]
            shown, refused = rates(outcomes(model, half), model.threshold)
            print(f"{name:6} fact {shown:.3f} refused {refused:.3f} at {model.threshold}")
        library.model = model
    for name, kept in (("fit", True), ("check", False)):
        asked = [case for case in cases if case.is_fitted_on is kept]
        print(name, end=": ")
        end_to_end(library, asked, verbose=arguments.verbose)
        found = baseline(library, asked)
        best = max(np.arange(0.02, 0.8, 0.02), key=lambda step: min(rates(found, step)))
        shown, refused = rates(found, best)
        print(f"  TF-IDF baseline with its best threshold: fact {shown:.3f} refused {refused:.3f}")


if __name__ == "__main__":
    main()
