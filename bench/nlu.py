"""Compares ways of telling intents apart, by five-fold cross-validation of the bot's examples.

    python -m bench.nlu                # the table
    python -m bench.nlu --grid         # with the neighbours of the shipped setting
    python -m bench.nlu --without-diet # without Rasa's neural classifier, which takes minutes
    python -m bench.nlu --held-out     # on utterances that nothing was trained with

Features and classifier are those of Rasa's components, setting by setting, so that the figures
hold for ``config.yml``; only DIET needs Rasa itself, and runs on the first fold alone.
"""

import argparse
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from time import perf_counter

import jieba
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from bench import diet, held_out
from bench.examples import Example, embedded, read_examples
from bench.words import characters, numbered

FOLDS = 5
SEED = 42
# These lead to the same look-up in the knowledge base, so taking one for another costs nothing.
SAME_ACTION = frozenset(
    {"ask_policy", "ask_guide", "ask_facet", "ask_certificate", "out_of_scope"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One way of seeing a sentence; ``weight`` 0 leaves the embedding out."""

    name: str
    ngrams: tuple[int, int] | None = (1, 2)  # characters
    min_df: int = 2
    weight: float = 0.0
    is_worded: bool = False  # words of jieba in place of characters
    is_shipped: bool = False


COMPARED = (
    Setting(name="words (jieba)", ngrams=(1, 1), min_df=1, is_worded=True),
    Setting(name="characters 1-2"),
    Setting(name="embedding ×8", ngrams=None, weight=8),
    Setting(name="characters 1-2 + embedding ×4", weight=4),
    Setting(name="characters 1-2 + embedding ×8", weight=8, is_shipped=True),
    Setting(name="characters 1-2 + embedding ×16", weight=16),
)
GRID = tuple(
    Setting(
        name=f"characters {low}-{high}, min_df {min_df} + embedding ×{weight}",
        ngrams=(low, high),
        min_df=min_df,
        weight=weight,
    )
    for low, high in ((1, 2), (1, 3), (2, 3))
    for min_df in (1, 2, 3)
    for weight in (6, 8, 10)
    if (low, high, min_df, weight) != (1, 2, 2, 8)  # the shipped one
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one setting got; ``training_s`` for one fold."""

    accuracy: float
    macro_f1: float
    same_action: float
    training_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The examples with everything that all settings share."""

    examples: Sequence[Example]
    rows: NDArray[np.float32]  # shape (n, dim)
    folds: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]

    def texts(self, which: NDArray[np.int64], read: Callable[[str], str]) -> list[str]:
        """Return the texts of some examples as the vectorizer gets them."""
        return [read(self.examples[one].text) for one in which]

    def intents(self, which: NDArray[np.int64]) -> list[str]:
        """Return the intents of some examples."""
        return [self.examples[one].intent for one in which]


def run(console: Console, *, with_grid: bool = False, with_diet: bool = True) -> None:
    """Print the table."""
    trial = prepare()
    names = sorted({example.intent for example in trial.examples})
    table = Table(title=f"{len(trial.examples)} examples, {len(names)} intents, {FOLDS} folds")
    table.add_column("features")
    for column in ("accuracy", "macro-F1", "same action", "training, s"):
        table.add_column(column, justify="right")
    for setting in COMPARED + (GRID if with_grid else ()):
        name = f"{setting.name} (shipped)" if setting.is_shipped else setting.name
        _add(table, name, cross_validate(trial, setting))
    if with_diet:
        table.add_section()
        shipped = next(setting for setting in COMPARED if setting.is_shipped)
        first = Trial(examples=trial.examples, rows=trial.rows, folds=trial.folds[:1])
        _add(table, f"{shipped.name}, first fold", cross_validate(first, shipped))
        _add(table, "DIET on characters 1-2, first fold", cross_validate_diet(first))
    console.print(table)
    if with_diet:
        console.print(f"DIET: {diet.EPOCHS} epochs, given up after {diet.TIME_LIMIT_S:.0f} s.")


def prepare() -> Trial:
    """Return the examples, their vectors and the folds."""
    examples = read_examples()
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    intents = [example.intent for example in examples]
    return Trial(
        examples=examples,
        rows=embedded([example.text for example in examples]),
        folds=list(splitter.split(np.zeros(len(examples)), intents)),
    )


def cross_validate(trial: Trial, setting: Setting) -> Score:
    """Return what a setting gets on sentences that it was not trained with."""
    expected: list[str] = []
    found: list[str] = []
    seconds = []
    for training, testing in trial.folds:
        begin = perf_counter()
        features, other = _features(trial, setting, training, testing)
        classifier = LogisticRegression(
            solver="lbfgs", max_iter=100, class_weight="balanced", tol=0.001, random_state=SEED
        )
        classifier.fit(features, trial.intents(training))
        seconds.append(perf_counter() - begin)
        expected += trial.intents(testing)
        found += classifier.predict(other).tolist()
    return score(expected, found, fmean(seconds))


def cross_validate_diet(trial: Trial) -> Score | None:
    """Return what DIET gets on the only fold, or None if it takes too long."""
    training, testing = trial.folds[0]
    begin = perf_counter()
    with diet.trained([trial.examples[one] for one in training]) as parse:
        if parse is None:
            return None
        seconds = perf_counter() - begin
        found = [parse(trial.examples[one].text) for one in testing]
    return score(trial.intents(testing), found, seconds)


def score(expected: Sequence[str], found: Sequence[str], training_s: float) -> Score:
    """Return the figures for predictions."""
    pairs = list(zip(expected, found, strict=True))
    return Score(
        accuracy=fmean(one == other for one, other in pairs),
        macro_f1=float(f1_score(expected, found, average="macro")),
        same_action=fmean(one == other or {one, other} <= SAME_ACTION for one, other in pairs),
        training_s=training_s,
    )


def _features(
    trial: Trial, setting: Setting, training: NDArray[np.int64], testing: NDArray[np.int64]
) -> tuple[csr_matrix, csr_matrix]:
    parts: list[tuple[csr_matrix, csr_matrix]] = []
    if setting.ngrams:
        vectorizer = CountVectorizer(
            analyzer="word" if setting.is_worded else "char",
            token_pattern=r"(?u)\b\w+\b" if setting.is_worded else None,
            ngram_range=setting.ngrams,
            min_df=setting.min_df,
        )
        read = _words if setting.is_worded else characters
        fitted = vectorizer.fit_transform(trial.texts(training, read))
        parts.append((fitted, vectorizer.transform(trial.texts(testing, read))))
    if setting.weight:
        rows = trial.rows * np.float32(setting.weight)
        parts.append((csr_matrix(rows[training]), csr_matrix(rows[testing])))
    train, test = zip(*parts, strict=True)
    return hstack(train, format="csr"), hstack(test, format="csr")


def _words(text: str) -> str:
    return " ".join(numbered(jieba.lcut(text)))


def _add(table: Table, name: str, got: Score | None) -> None:
    if got is None:
        table.add_row(name, *["not in time"] * 4)
        return
    rates = (got.accuracy, got.macro_f1, got.same_action)
    table.add_row(name, *(f"{rate:.3f}" for rate in rates), f"{got.training_s:.1f}")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--without-diet", action="store_true")
    parser.add_argument("--held-out", action="store_true")
    arguments = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    console = Console(highlight=False, width=110)
    if arguments.held_out:
        held_out.run(console)
        return
    run(console, with_grid=arguments.grid, with_diet=not arguments.without_diet)


if __name__ == "__main__":
    main()
