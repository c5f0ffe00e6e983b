"""Measures departments and categories, out of the box and learned from labelled messages.

python -m bench.categories                                     # categories, on messages of ours
python -m bench.categories --train ROWS… --test ROWS           # departments, before and after

Rows are lines {"text", "label"} (or {"tokens", "label"} to learn from) outside the repository. The
baseline in the same run is a linear SVM on TF-IDF of one to three characters.
"""

import argparse
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import yaml
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from actions.tickets.categories import load_categories
from actions.understanding.category import CategoryClassifier, CategoryGuess
from actions.understanding.department import DepartmentClassifier, load_departments
from actions.understanding.history.learned import HistoryRouter
from actions.understanding.history.lesson import advice_on
from actions.understanding.history.rows import LabelledMessage, read_messages
from actions.understanding.history.scoring import calibration_error, f1_of
from actions.understanding.history.terms import LONG
from actions.understanding.history.training import learn, prepare
from actions.understanding.normalise import normalise
from actions.understanding.understanding import DepartmentRouter
from actions.understanding.vectors import Embed
from knowledge.embedder import open_embedder
from knowledge.settings import Settings

MESSAGES = Path(__file__).parent / "data" / "categories"
DRAWS = 500  # of what an honest confidence would measure with so few messages


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", nargs="+", type=Path, default=[])
    parser.add_argument("--test", nargs="+", type=Path, default=[])
    arguments = parser.parse_args()
    console = Console(highlight=False, width=110)
    if arguments.test:
        console.print(_departments(arguments.train, arguments.test))
    else:
        console.print(_categories())


def _categories() -> Table:
    headings = ("classifier", "messages", "top-1", "top-3", "calibration error")
    table = Table(*headings, ": of an honest one", "ms (CPU)")
    embedder = open_embedder(Settings.from_env(os.environ))
    ways: dict[str, Embed | None] = {
        "words alone": None,
        "words and embedding": embedder.embed_queries,
    }
    for name, embed in ways.items():
        sorter = CategoryClassifier(load_categories(), embed)
        for which, messages in _messages().items():
            table.add_row(f"{name}, {which}", *_sorted(sorter, messages))
    return table


def _messages() -> dict[str, list[tuple[str, str]]]:
    """Return category and text of the messages that fitted the confidence, and of the others."""
    pairs = yaml.safe_load((MESSAGES / "messages.yml").read_text(encoding="utf-8"))
    more = yaml.safe_load((MESSAGES / "more.yml").read_text(encoding="utf-8"))
    fitted = [(code, texts[0]) for code, texts in pairs.items()]
    seconds = [(code, texts[1]) for code, texts in pairs.items()]
    others = [(code, text) for code, texts in more.items() for text in texts]
    return {"fitted": fitted, "held out": [*seconds, *others]}


def _sorted(sorter: CategoryClassifier, messages: Sequence[tuple[str, str]]) -> list[str]:
    start = process_time()
    found = [(code, sorter.guess(normalise(text))) for code, text in messages]
    spent_ms = 1000 * (process_time() - start) / len(found)
    first = np.array([bool(guesses) and guesses[0].code == code for code, guesses in found])
    among = [code in [guess.code for guess in guesses] for code, guesses in found]
    sure = np.array([_confidence(guesses) for _, guesses in found])
    error = calibration_error(sure, first)
    shares = (first.mean(), float(np.mean(among)), error, _honest_error(sure))
    return [str(len(found)), *(f"{share:.3f}" for share in shares), f"{spent_ms:.1f}"]


def _honest_error(sure: NDArray[np.float64]) -> float:
    """Return the calibration error that is chance alone: of guesses as often right as they say."""
    chance = np.random.default_rng(0)
    return float(
        np.mean([calibration_error(sure, chance.random(len(sure)) < sure) for _ in range(DRAWS)])
    )


def _confidence(guesses: Sequence[CategoryGuess]) -> float:
    return guesses[0].confidence if guesses else 0.0


def _departments(train: Sequence[Path], test: Sequence[Path]) -> Table:
    table = Table(
        "classifier", "accuracy", "macro-F1", "calibration error", "ms (CPU)", "training, s"
    )
    rows = read_messages(test)
    embed = open_embedder(Settings.from_env(os.environ)).embed_queries
    for name, means in {"words alone": None, "words and embedding": embed}.items():
        shipped = DepartmentClassifier(load_departments(), means)
        table.add_row(f"out of the box, {name}", *_routed(shipped, rows), "–")
    if train:
        history = read_messages(train)
        table.add_row("linear SVM, characters 1-3 (baseline)", *_baseline(history, rows))
        start = process_time()
        labels = [row.label for row in history]
        advice = advice_on([normalise(row.text[:LONG]) for row in history])
        model = learn(prepare(history), labels, datetime.now(UTC).date(), advice).model
        spent = process_time() - start
        table.add_row("learned", *_routed(HistoryRouter(model), rows), f"{spent:.0f}")
    return table


def _routed(router: DepartmentRouter, rows: Sequence[LabelledMessage]) -> list[str]:
    router.route("预热")
    guessed, sure, spent = [], [], []
    for row in rows:
        start = process_time()
        route = router.route(normalise(row.text))
        spent.append(1000 * (process_time() - start))
        guessed.append(route.name if route else "")
        sure.append(route.confidence if route else 0.0)
    is_right = np.array([one == row.label for one, row in zip(guessed, rows, strict=True)])
    error = calibration_error(np.array(sure), is_right)
    return [*_scores(rows, guessed), f"{error:.3f}", f"{median(spent):.1f}"]


def _baseline(history: Sequence[LabelledMessage], rows: Sequence[LabelledMessage]) -> list[str]:
    start = process_time()
    space = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    machine = make_pipeline(space, LinearSVC(random_state=0))
    machine.fit([row.text for row in history], [row.label for row in history])
    spent = process_time() - start
    guessed = list(map(str, machine.predict([row.text for row in rows])))
    return [*_scores(rows, guessed), "–", "–", f"{spent:.0f}"]


def _scores(rows: Sequence[LabelledMessage], guessed: Sequence[str]) -> list[str]:
    truth = [row.label for row in rows]
    accuracy = np.mean([one == other for one, other in zip(truth, guessed, strict=True)])
    f1 = f1_of(truth, guessed)
    return [f"{accuracy:.3f}", f"{sum(f1.values()) / len(f1):.3f}"]


if __name__ == "__main__":
    main()
