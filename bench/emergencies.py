"""Measures how emergencies are told from what only sounds like them.

    python -m bench.emergencies               # five folds over the examples
    python -m bench.emergencies --pool ROWS…  # and false alarms among real letters
    python -m bench.emergencies --blind LISTS…  # and sentences that nothing was made for
    python -m bench.emergencies --left-out "hand_*"  # files of told/, learnt from the others
    python -m bench.emergencies --without-folds --pool ROWS…  # only that

ROWS are lines {"theme", "detail"} outside the repository. LISTS are YAML: ``emergencies`` (texts,
or {text, kind}) and ``near_misses``. Sentences alike stay in one fold, so that none is judged by
its twin. The expressions were written from ``examples.yml``; what they add is measured on
``told/`` alone. The baseline in the same run is a linear SVM on TF-IDF of one to three characters.
"""

import argparse
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bench.detector import CLASSIFIER, DECISION, PATTERNS
from bench.examples import embedded, read_examples
from knowledge.embedder import Embedder, open_embedder
from knowledge.settings import Settings

FOLDS = 5
EMERGENCY = "emergency"
BASELINE = "linear SVM, characters 1-3 (baseline)"
ALONE = "characters and signs alone (no vector)"
SHIPPED = "vector, characters and signs (shipped)"
ALLOWED = (0.003, 0.01, 0.03)  # shares of near misses that raise the alarm
ALIKE = 0.5  # of the pairs of characters of two sentences; of the shorter, CONTAINED
CONTAINED = 0.6
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence with what is known of it."""

    text: str
    is_emergency: bool
    is_near: bool = True  # false for the examples of other intents, which are easy
    is_unfamiliar: bool = False  # no expression was written from it
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """Sentences with their vectors, and the plain texts that the classifier reads."""

    told: Sequence[Told]
    rows: NDArray[np.float32]  # shape (n, dim), unit length

    def flags(self, name: str) -> Flags:
        """Return one of the statements about each."""
        return np.array([getattr(one, name) for one in self.told])

    def only(self, which: NDArray[np.int64]) -> "Sentences":
        """Return some of them."""
        return Sentences(told=[self.told[one] for one in which], rows=self.rows[which])

    @property
    def plain(self) -> list[str]:
        """The texts without slips and in one script."""
        return [PATTERNS.plain(one.text) for one in self.told]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", nargs="+", type=Path, default=[])
    parser.add_argument("--blind", nargs="+", type=Path, default=[])
    parser.add_argument("--left-out", nargs="+", default=[])
    parser.add_argument("--without-folds", action="store_true")
    arguments = parser.parse_args()
    console = Console(highlight=False, width=120)
    embedder = open_embedder(Settings.from_env(os.environ))
    told = read_told()
    known = Sentences(told=told, rows=embedded([one.text for one in told]))
    if not arguments.without_folds:
        console.print(cross_validated(known))
    for stem in arguments.left_out:
        console.print(left_out(known, stem))
    if not (arguments.pool or arguments.blind):
        return
    classifier = learn(known)
    for path in arguments.blind:
        console.print(blind(classifier, embedder, path))
    for name in ("theme", "detail") if arguments.pool else ():
        console.print(pooled(classifier, embedder, arguments.pool, name))


def read_told() -> list[Told]:
    """Return what the shipped classifier learns from, each sentence once."""
    found = {
        one.text: Told(text=one.text, is_emergency=one.intent == EMERGENCY, is_near=False)
        for one in read_examples()
    }
    first = {one.text for one in CLASSIFIER.load_lists(CLASSIFIER.SKILL / "examples.yml")}
    for one in CLASSIFIER.load_examples():
        found.setdefault(
            one.text,
            Told(
                text=one.text,
                is_emergency=one.is_emergency,
                is_unfamiliar=one.text not in first,
                kind=one.kind,
            ),
        )
    return list(found.values())


def learn(known: Sentences) -> Any:
    """Return what the component learns from the same sentences."""
    return CLASSIFIER.EmergencyClassifier.learn(
        CLASSIFIER.load_signs(),
        known.plain,
        known.rows,
        known.flags("is_emergency").tolist(),
    )


def cross_validated(known: Sentences) -> Table:
    """Return recall at each share of false alarms, before and after the expressions."""
    is_told, near = known.flags("is_emergency"), known.flags("is_near")
    unfamiliar = known.flags("is_unfamiliar")
    title = f"{is_told.sum()} emergencies, {(near & ~is_told).sum()} near misses, {FOLDS} folds"
    table = Table(title=title)
    for name in (
        "way",
        *(f"recall at {share:.1%}" for share in ALLOWED),
        "told/: recall",
        "false",
    ):
        table.add_column(name, justify="left" if name == "way" else "right")
    folds = grouped_folds([one.text for one in known.told])
    scores = {name: np.zeros(len(known.told)) for name in (BASELINE, ALONE, SHIPPED)}
    for fold in range(FOLDS):
        rest, new = known.only(np.flatnonzero(folds != fold)), np.flatnonzero(folds == fold)
        scores[BASELINE][new] = _baseline(rest, known.only(new))
        classifier = learn(rest)
        scores[ALONE][new] = _likely(classifier, known.only(new), has_rows=False)
        scores[SHIPPED][new] = _likely(classifier, known.only(new), has_rows=True)
    for name, likely in scores.items():
        cells = [f"{share:.3f}" for share in _recalls(likely, is_told, near)]
        table.add_row(name, *cells, "", "")
        decided = _decided(known, None if name is BASELINE else likely)
        label = "  expressions alone" if name is BASELINE else "  with expressions: alarm"
        _add_shares(table, label, decided >= 2, is_told, unfamiliar)
        if name is not BASELINE:
            _add_shares(table, "  … or a word of caution", decided >= 1, is_told, unfamiliar)
    return table


def _add_shares(table: Table, name: str, found: Flags, is_told: Flags, which: Flags) -> None:
    recall, false = found[which & is_told].mean(), found[which & ~is_told].mean()
    table.add_row(name, "", "", "", f"{recall:.3f}", f"{false:.3f}")


def _baseline(known: Sentences, new: Sentences) -> Floats:
    counter = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2)
    model = make_pipeline(counter, LinearSVC(class_weight="balanced", random_state=0))
    model.fit(known.plain, known.flags("is_emergency"))
    return np.asarray(model.decision_function(new.plain))


def _likely(classifier: Any, new: Sentences, *, has_rows: bool) -> Floats:
    rows = new.rows if has_rows else [None] * len(new.told)
    pairs = zip(new.plain, rows, strict=True)
    return np.array([classifier.probability(text, row) for text, row in pairs])


def _recalls(likely: Floats, is_told: Flags, near: Flags) -> list[float]:
    false = np.sort(likely[near & ~is_told])[::-1]
    limits = [false[int(len(false) * share)] for share in ALLOWED]
    return [float((likely[is_told] > limit).mean()) for limit in limits]


def _decided(sentences: Sentences, likely: Floats | None) -> NDArray[np.int64]:
    """Return 2 for an alarm, 1 for a word of caution; parts of letters are judged as the whole."""
    rank = {DECISION.Finding.NOTHING: 0, DECISION.Finding.DOUBT: 1, DECISION.Finding.ALARM: 2}
    found = []
    for place, one in enumerate(sentences.told):
        share = None if likely is None else float(likely[place])
        found.append(rank[_decide(one.text, partial(_same, share))])
    return np.array(found)


def _same(share: float | None, _: str) -> float | None:
    return share


def _decide(text: str, likely: Callable[[str], float | None]) -> Any:
    return DECISION.decide(PATTERNS, text, likely, DECISION.DEFAULTS)


def left_out(known: Sentences, stem: str) -> Table:
    """Return what is made of the files of that name by a classifier that never saw them."""
    paths = sorted((CLASSIFIER.SKILL / "told").glob(f"{stem}.yml"))
    texts = {one.text for path in paths for one in CLASSIFIER.load_lists(path)}
    is_new = np.array([one.text in texts for one in known.told])
    classifier, new = (
        learn(known.only(np.flatnonzero(~is_new))),
        known.only(np.flatnonzero(is_new)),
    )
    table = Table("found", "recall", "false alarms", title=f"{stem}.yml: {is_new.sum()} sentences")
    ways: dict[str, Floats | None] = {"expressions alone: ": None}
    for has_rows in (False, True):
        name = "" if has_rows else "no vector: "
        ways[name] = _likely(classifier, new, has_rows=has_rows)
    is_told = new.flags("is_emergency")
    for name, likely in ways.items():
        _add_found(table, _decided(new, likely), is_told, name)
        recalls = () if likely is None else _recalls(likely, is_told, ~is_told)
        for share, recall in zip(ALLOWED, recalls, strict=False):
            table.add_row(f"{name}by likelihood alone", f"{recall:.3f}", f"{share:.3f}")
    return table


def blind(classifier: Any, embedder: Embedder, path: Path) -> Table:
    """Return what the decision makes of a file of sentences that nothing was made for."""
    lists = yaml.safe_load(path.read_text(encoding="utf-8"))
    told = [
        Told(text=text, is_emergency=name == "happening")
        for name in ("happening", "sounding")
        for texts in lists[name].values()
        for text in texts
    ]
    judge = _judge(classifier, embedder)
    table = Table("found", "recall", "false alarms", title=f"{path.name}: {len(told)} sentences")
    found = np.array([judge(one.text) for one in told])
    _add_found(table, found, np.array([one.is_emergency for one in told]))
    return table


def _add_found(table: Table, found: NDArray[np.int64], is_told: Flags, way: str = "") -> None:
    for name, least in (("alarm", 2), ("alarm or a word of caution", 1)):
        shares = (found[is_told] >= least).mean(), (found[~is_told] >= least).mean()
        table.add_row(f"{way}{name}", *(f"{share:.3f}" for share in shares))


def pooled(classifier: Any, embedder: Embedder, paths: Sequence[Path], name: str) -> Table:
    """Return the shares of real letters that raise the alarm or are met with caution.

    ``name`` is the field to read: ``theme`` is a title, ``detail`` the letter.
    """
    rows = [
        json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line
    ]
    judge = _judge(classifier, embedder)
    texts = sorted({str(row[name]).strip() for row in rows} - {""})
    found = np.array([judge(text) for text in texts])
    table = Table("real letters", "n", "alarm", "or a word of caution", "ms beside the vector")
    shares = (f"{(found >= least).mean():.2%}" for least in (2, 1))
    table.add_row(name, str(len(texts)), *shares, f"{_milliseconds(texts, classifier):.2f}")
    return table


def _judge(classifier: Any, embedder: Embedder) -> Callable[[str], int]:
    """Return the decision as it is served: parts of a letter have vectors of their own."""
    rank = {DECISION.Finding.NOTHING: 0, DECISION.Finding.DOUBT: 1, DECISION.Finding.ALARM: 2}

    def likely(text: str) -> float:
        row = embedder.embed_queries([text])[0]
        return float(classifier.probability(PATTERNS.plain(text), row))

    return lambda text: rank[_decide(text, likely)]


def _milliseconds(texts: Sequence[str], classifier: Any) -> float:
    row = np.eye(1, classifier.dim, dtype=np.float32)[0]
    start = process_time()
    for text in texts:
        _decide(text, lambda one: float(classifier.probability(PATTERNS.plain(one), row)))
    return 1000 * (process_time() - start) / len(texts)


def grouped_folds(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return the fold of each text; sentences that share most of their characters, the same."""
    counter = CountVectorizer(analyzer="char", ngram_range=(2, 2), binary=True)
    longer = [text if len(text) > 1 else f"{text}#" for text in texts]
    found = counter.fit_transform(longer).astype(np.float32).tocsr()
    sizes = np.asarray(found.sum(axis=1)).ravel()
    common = (found @ found.T).tocoo()
    one, other, shared = common.row, common.col, common.data
    likeness = shared / (sizes[one] + sizes[other] - shared)
    contained = shared / np.minimum(sizes[one], sizes[other])
    alike = (likeness > ALIKE) | ((contained >= CONTAINED) & (likeness > ALIKE * CONTAINED))
    links = coo_matrix((alike[alike], (one[alike], other[alike])), shape=(len(texts),) * 2)
    _, groups = connected_components(links, directed=False)
    return _balanced(groups)


def _balanced(groups: NDArray[np.int32]) -> NDArray[np.int64]:
    sizes = np.bincount(groups)
    loads, folds = np.zeros(FOLDS), np.zeros(len(sizes), np.int64)
    shuffled = np.random.default_rng(0).permutation(len(sizes))
    for group in sorted(shuffled, key=lambda one: -sizes[one]):
        folds[group] = loads.argmin()
        loads[folds[group]] += sizes[group]
    return folds[groups]


if __name__ == "__main__":
    main()
