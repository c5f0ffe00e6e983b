"""Measures whether shipped items are found and the rest refused, and fits the item model.

    python -m bench.golden          # answered right, answered wrong and refused, for both halves
    python -m bench.golden --fit    # fit on bench/data/golden/fit.yml and write evidence.yml

Besides the questions of the first half, the fit learns from the items' own questions, each with
itself left out, and from the unanswerable questions of bench/data/evidence.
"""

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from knowledge.acceptance import ITEM_FEATURES, ItemModel
from knowledge.answer import Outcome
from knowledge.answerer import Answerer, Library
from knowledge.desk import Desk
from knowledge.evidence import WEIGHTS
from knowledge.item import Audience
from knowledge.settings import Settings

DATA = Path(__file__).parent / "data"
ROUNDS = 6
HARDEST = 2  # wrong items of a question that are learned from
OWN_SHARE = 0.15  # weight of an item's own question beside one of the golden questions
REFUSED = 0.92  # share of the unanswerable that is to be refused, measured on the first half
REFUSED_ENQUIRY = 0.87


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question and the items that answer it; none if it is to be refused."""

    question: str
    items: tuple[str, ...] = ()
    fact: str = ""
    audience: Audience = Audience.PUBLIC
    is_own: bool = False  # one of the items' own questions
    share: float = 1.0


def read_cases(path: Path) -> list[Case]:
    """Return the questions of one file."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    cases = [
        Case(
            question=one["question"],
            items=tuple(one["items"]) if "items" in one else (one["item"],),
            fact=str(one.get("fact", "")),
            audience=Audience(one.get("audience", Audience.PUBLIC)),
        )
        for one in entries["answerable"]
    ]
    unanswerable = [
        one if isinstance(one, str) else one["question"] for one in entries["unanswerable"]
    ]
    return cases + [Case(question=one) for one in unanswerable]


def more_cases(library: Library) -> list[Case]:
    """Return the items' own questions, and questions that other documents leave open."""
    cases = [
        Case(
            question=question,
            items=(item.id, *item.related),
            audience=item.audience,
            is_own=True,
            share=OWN_SHARE,
        )
        for item in library.items.values()
        for question in item.questions
    ]
    for path in sorted((DATA / "evidence").glob("*.yml"))[::2]:
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        cases += [Case(question=one, share=0.5) for one in entry["unanswerable"]]
    return cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The items that may answer one question, and which of them do."""

    case: Case
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def measure(library: Library, cases: Sequence[Case]) -> Iterator[Measured]:
    """Yield the candidates of each question."""
    names = sorted(library.items)
    halves = [frozenset(names[::2]), frozenset(names[1::2])]
    judges = {half: library.judge_without(half) for half in halves}
    for case in cases:
        query = library.embed(case.question)
        judge = library.judge
        if case.is_own:
            judge = judges[halves[case.items[0] not in halves[0]]]
        found = judge.judged(
            library.question(case.question),
            query,
            library.retriever.background(query),
            case.audience,
            without=case.question if case.is_own else "",
        )
        if found:
            yield Measured(
                case=case,
                features=np.array([one.features for one in found]),
                right=np.array([one.item in case.items for one in found]),
            )


def fit(measured: Sequence[Measured], *, strength: float = 0.3) -> ItemModel:
    """Return weights learned from each question's right items and its hardest wrong ones."""
    weights, bias = np.zeros(len(ITEM_FEATURES)), 0.0
    weights[0] = 1.0
    every = np.vstack([one.features for one in measured])
    centre, width = every.mean(axis=0), every.std(axis=0) + 1e-6
    for _ in range(ROUNDS):
        rows, labels, shares = [], [], []
        for one in measured:
            order = np.argsort(-(one.features @ weights))
            good = [at for at in order if one.right[at]][:1]
            wrong = [at for at in order if not one.right[at]][:HARDEST]
            for chosen, label in ((good, 1), (wrong, 0)):
                rows += [one.features[at] for at in chosen]
                labels += [label] * len(chosen)
                shares += [one.case.share / max(len(chosen), 1)] * len(chosen)
        model = LogisticRegression(C=strength, max_iter=3000)
        model.fit((np.array(rows) - centre) / width, labels, sample_weight=shares)
        weights = model.coef_[0] / width
        bias = float(model.intercept_[0] - weights @ centre)
    fitted = ItemModel(
        bias=round(bias, 4),
        weights={
            name: round(float(value), 4)
            for name, value in zip(ITEM_FEATURES, weights, strict=True)
        },
        threshold=0.5,
        enquiry_threshold=0.5,
    )
    return replace(
        fitted,
        threshold=threshold_for(fitted, measured, REFUSED),
        enquiry_threshold=threshold_for(fitted, measured, REFUSED_ENQUIRY),
    )


def threshold_for(model: ItemModel, measured: Sequence[Measured], refused: float) -> float:
    """Return the probability below which this share of the unanswerable is."""
    best = [
        max(map(model.probability, one.features))
        for one in measured
        if not one.case.items and one.case.share == 1.0
    ]
    return round(float(np.quantile(best, refused)), 3)


def write_weights(model: ItemModel) -> None:
    """Write the weights where the product reads them, beside those of the evidence model."""
    text = WEIGHTS.read_text(encoding="utf-8")
    head = text[: text.index("\nitems:") + 1]
    WEIGHTS.write_text(
        head + yaml.safe_dump({"items": asdict(model)}, sort_keys=False), encoding="utf-8"
    )


def end_to_end(library: Library, cases: Sequence[Case], *, is_enquiry: bool, verbose: bool) -> str:
    """Return how the product itself answers these questions, as a line of a table."""
    answerer = Answerer(library)
    counts: Counter[str] = Counter()
    facts, times = [], []
    for case in cases:
        library.embed(case.question)  # remembered, so that what follows is timed without it
        begin = perf_counter()
        found = answerer.answer(case.question, audience=case.audience, is_enquiry=is_enquiry)
        times.append((perf_counter() - begin) * 1000)
        ending = _ending(case, found.outcome is Outcome.NO_EVIDENCE, found.item)
        counts[ending] += 1
        if ending == "right":
            facts.append(case.fact in found.text)
        elif verbose and ending != "rightly refused":
            print(f"  {ending}: {case.question} {case.items} {found.item} {found.score:.2f}")
        if verbose and ending == "right" and not facts[-1]:
            print(f"  no fact: {case.question} {found.item}:{found.facet} [{case.fact}]")
    asked = max(sum(bool(case.items) for case in cases), 1)
    unanswerable = max(len(cases) - asked, 1)
    return (
        f"answered right {counts['right'] / asked:.3f} (with the fact {sum(facts) / asked:.3f}), "
        f"wrong {counts['wrong'] / asked:.3f}, refused {counts['refused'] / asked:.3f} "
        f"of {asked}; "
        f"unanswerable refused {counts['rightly refused'] / unanswerable:.3f} of {unanswerable}; "
        f"{np.median(times):.1f} ms without the embedding"
    )


def _ending(case: Case, is_refused: bool, item: str | None) -> str:
    if not case.items:
        return "rightly refused" if is_refused else "answered"
    if is_refused:
        return "refused"
    return "right" if item in case.items else "wrong"


def open_library(home: Path) -> Library:
    """Return a library of the shipped items alone."""
    model = Settings.from_env(os.environ).embedding_model
    desk = Desk(Settings(home=home, embedding_model=model))
    try:
        return desk.library()
    finally:
        desk.close()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "linli-golden")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    library = open_library(arguments.home)
    halves = {
        name: read_cases(path)
        for name in ("fit", "check")
        if (path := DATA / "golden" / f"{name}.yml").is_file()
    }
    if arguments.fit:
        measured = list(measure(library, [*halves.get("fit", []), *more_cases(library)]))
        library.judge.model = fit(measured)
        write_weights(library.judge.model)
    for name, cases in halves.items():
        for is_enquiry in (False, True):
            line = end_to_end(library, cases, is_enquiry=is_enquiry, verbose=arguments.verbose)
            print(f"{name}{' (enquiry)' if is_enquiry else ''}: {line}")


if __name__ == "__main__":
    main()
