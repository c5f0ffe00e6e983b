"""Measures whether the kind that is named with an alarm is the right one.

    python -m bench.emergency_kinds

Five folds over the examples under ``told/`` whose kind is known; sentences alike stay together. A
wrong kind gives the wrong advice; the plain numbers are right for every kind. The first line is
what was shipped before: the expressions' word where they have one, else a logistic regression on
the vector alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from bench.detector import CLASSIFIER, DECISION, KIND, PATTERNS
from bench.emergencies import FOLDS, Sentences, grouped_folds, read_told
from bench.examples import embedded

LIMITS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7)
PLAIN = DECISION.HELP
Names = NDArray[np.str_]


def main() -> None:
    """Run from the command line."""
    told = [one for one in read_told() if one.is_emergency]
    known = Sentences(told=told, rows=embedded([one.text for one in told]))
    Console(highlight=False, width=120).print(cross_validated(known))


def cross_validated(known: Sentences) -> Table:
    """Return how often the kind is right, left open and wrong, by how sure it must be."""
    kinds = np.array([one.kind for one in known.told])
    which = (kinds != "") & known.flags("is_unfamiliar")
    folds = grouped_folds([one.text for one in known.told])
    verdicts = [PATTERNS.judge(one.text) for one in known.told]
    spoken = np.array([verdict.kind if verdict else "" for verdict in verdicts])
    now = np.array([bool(verdict and verdict.is_now) for verdict in verdicts])
    before = np.where(now & (spoken != PLAIN), spoken, "")
    likeliest = [("", 0.0)] * len(kinds)
    for fold in range(FOLDS):
        rest, new = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        guesses = _by_vector(known, kinds, rest, new)
        before[new] = np.where(before[new] == "", guesses, before[new])
        classifier = _learn(known.only(rest))
        for place in new.tolist():
            text = PATTERNS.plain(known.told[place].text)
            likeliest[place] = classifier.likeliest(text, known.rows[place])
    title = f"the kind of {which.sum()} emergencies, {FOLDS} folds"
    table = Table("way", "right", "plain numbers", "wrong", title=title)
    _add(table, "before: expressions, else vector", before[which], kinds[which])
    for limit in LIMITS:
        named = _named(likeliest, spoken, {"min_kind": limit})
        shipped = " (shipped)" if limit == DECISION.DEFAULTS["min_kind"] else ""
        _add(table, f"sure by {limit:.1f}{shipped}", named[which], kinds[which])
    return table


def _learn(known: Sentences) -> Any:
    kinds = [one.kind for one in known.told]
    return KIND.KindClassifier.learn(CLASSIFIER.load_signs(), known.plain, known.rows, kinds)


def _by_vector(
    known: Sentences, kinds: Names, rest: NDArray[np.int64], new: NDArray[np.int64]
) -> Names:
    named = rest[kinds[rest] != ""]
    model = LogisticRegression(max_iter=KIND.ROUNDS)
    model.fit(known.rows[named] * KIND.WEIGHT, kinds[named])
    found: Names = model.predict(known.rows[new] * KIND.WEIGHT)
    return found


def _named(
    likeliest: Sequence[tuple[str, float]], spoken: Names, limits: dict[str, float]
) -> Names:
    pairs = zip(likeliest, spoken, strict=True)
    return np.array([DECISION.kind_to_name(one, str(told), "", limits) for one, told in pairs])


def _add(table: Table, way: str, named: Names, kinds: Names) -> None:
    is_right = named == kinds
    is_plain = ~is_right & (named == PLAIN)
    shares = (is_right.mean(), is_plain.mean(), (~is_right & ~is_plain).mean())
    table.add_row(way, *(f"{share:.3f}" for share in shares))


if __name__ == "__main__":
    main()
