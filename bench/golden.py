"""Measures whether shipped items are found and the rest refused, and fits the item model.

    python -m bench.golden          # answered right, answered wrong and refused, for every set
    python -m bench.golden --fit    # fit on the sets for fitting and write evidence.yml

``everyday`` questions are asked as people ask at a counter; the ``stories`` have hardly a word in
common with the item. Besides the sets for fitting, the fit learns from the shipped open questions
and from the unanswerable ones of bench/data/evidence; each without the known questions like it.
"""

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import yaml

from bench.item_fit import fit, measure, write_weights
from knowledge.answer import Answer, Outcome
from knowledge.answerer import Answerer
from knowledge.desk import Desk
from knowledge.item import Audience
from knowledge.library import Library
from knowledge.open_questions import open_texts
from knowledge.settings import Settings

DATA = Path(__file__).parent / "data"
FITTED_ON = {"everyday-fit": 1.0, "fit": 0.5}  # and the weight of their questions
SETS = ("everyday-fit", "everyday-check", "fit", "check")
OPEN_SHARE = 0.3
DOCUMENTS_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question and the items that answer it; none if it is to be refused."""

    question: str
    items: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()  # one of which is asked for
    fact: str = ""
    audience: Audience = Audience.PUBLIC
    share: float = 1.0

    def is_told(self, found: Answer) -> bool:
        """Return whether the answer leads with the facet asked for, or has the fact."""
        return found.facet in self.facets or (bool(self.fact) and self.fact in found.text)


def read_cases(path: Path, *, share: float = 1.0) -> list[Case]:
    """Return the questions of one file."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    cases = [
        Case(
            question=one["question"],
            items=_several(one.get("items", one.get("item"))),
            facets=_several(one.get("facet")),
            fact=str(one.get("fact", "")),
            audience=Audience(one.get("audience", Audience.PUBLIC)),
            share=share,
        )
        for one in entries["answerable"]
    ]
    unanswerable = [
        one if isinstance(one, str) else one["question"] for one in entries["unanswerable"]
    ]
    return cases + [Case(question=one, share=share) for one in unanswerable]


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def cases_to_fit() -> list[Case]:
    """Return everything the item model is fitted on."""
    cases = [Case(question=one, share=OPEN_SHARE) for one in open_texts()]
    for name, share in FITTED_ON.items():
        cases += read_cases(DATA / "golden" / f"{name}.yml", share=share)
    for path in sorted((DATA / "evidence").glob("*.yml"))[::2]:
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        cases += [Case(question=one, share=DOCUMENTS_SHARE) for one in entry["unanswerable"]]
    return cases


def end_to_end(library: Library, cases: Sequence[Case], *, is_enquiry: bool, verbose: bool) -> str:
    """Return how the product itself answers these questions, as a line of a table."""
    answerer = Answerer(library)
    counts: Counter[str] = Counter()
    times = []
    for case in cases:
        library.embed(case.question)  # remembered, so that what follows is timed without it
        begin = perf_counter()
        found = answerer.answer(case.question, audience=case.audience, is_enquiry=is_enquiry)
        times.append((perf_counter() - begin) * 1000)
        ending = _ending(case, found)
        counts[ending] += 1
        counts["told"] += ending == "right" and case.is_told(found)
        if verbose and not (ending == "rightly refused" or (case.items and case.is_told(found))):
            print(f"  {ending}: {case.question} {case.items} {found.item}:{found.facet}", end=" ")
            print(f"{found.score:.2f} {case.facets} [{case.fact}]")
    asked = max(sum(bool(case.items) for case in cases), 1)
    unanswerable = max(len(cases) - asked, 1)
    return (
        f"answered right {counts['right'] / asked:.3f} "
        f"(with what is asked for {counts['told'] / asked:.3f}), "
        f"wrong {counts['wrong'] / asked:.3f}, refused {counts['refused'] / asked:.3f} "
        f"of {asked}; "
        f"unanswerable refused {counts['rightly refused'] / unanswerable:.3f} of {unanswerable}; "
        f"{np.median(times):.1f} ms without the embedding"
    )


def _ending(case: Case, found: Answer) -> str:
    is_refused = found.outcome is Outcome.NO_EVIDENCE
    if not case.items:
        return "rightly refused" if is_refused else "answered"
    if is_refused:
        return "refused"
    return "right" if found.item in case.items else "wrong"


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
    if arguments.fit:
        library.judge.model = fit(list(measure(library, cases_to_fit())))
        write_weights(library.judge.model)
    for name in SETS:
        cases = read_cases(DATA / "golden" / f"{name}.yml")
        for is_enquiry in (False, True):
            line = end_to_end(library, cases, is_enquiry=is_enquiry, verbose=arguments.verbose)
            print(f"{name}{' (enquiry)' if is_enquiry else ''}: {line}")


if __name__ == "__main__":
    main()
