"""How well questions are grouped by meaning: ``python -m bench.gaps``.

The questions that shipped items are found by are the labels: two of one item belong together.
The limit is chosen on the items of one half and measured on those of the other.
"""

import argparse
import os
from collections.abc import Mapping

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, v_measure_score

from knowledge.clustering import clusters
from knowledge.desk import Desk
from knowledge.embedder import Vectors
from knowledge.item import KnowledgeItem
from knowledge.settings import Settings

EACH = 6  # questions of an item
LIMITS = np.arange(0.03, 0.16, 0.01)


def halves(items: Mapping[str, KnowledgeItem]) -> tuple[list[str], list[str]]:
    """Return the names of the items to fit on and those to check on."""
    names = sorted(items)
    return names[::2], names[1::2]


def questions_of(
    items: Mapping[str, KnowledgeItem], names: list[str]
) -> tuple[list[str], list[int]]:
    """Return some questions of each item, and which item each is of."""
    pairs = [
        (question, number)
        for number, name in enumerate(names)
        for question in items[name].questions[:EACH]
    ]
    return [question for question, _ in pairs], [number for _, number in pairs]


def measured(vectors: Vectors, labels: list[int], limit: float) -> dict[str, float]:
    """Return how well groups agree with the items."""
    found = [0] * len(labels)
    groups = clusters(vectors, limit)
    for number, rows in enumerate(groups):
        for row in rows:
            found[row] = number
    return {
        "limit": float(limit),
        "ari": float(adjusted_rand_score(labels, found)),
        "v": float(v_measure_score(labels, found)),
        "groups": len(groups),
        "pure": float(np.mean([len({labels[row] for row in rows}) == 1 for rows in groups])),
    }


def measured_by_words(
    fitted: list[str], labels: list[int], checked: list[str], wanted: list[int]
) -> dict[str, float]:
    """Return the same for groups by character pairs alone, the baseline."""
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)).fit(fitted)
    by_words = np.asarray(words.transform(fitted).todense(), np.float32)
    limits = np.arange(0.4, 1.0, 0.05)
    best = max((measured(by_words, labels, one) for one in limits), key=lambda one: one["ari"])
    apart = np.asarray(words.transform(checked).todense(), np.float32)
    return measured(apart, wanted, best["limit"])


def main() -> None:
    """Print the fit, the check and the baseline."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    settings = Settings.from_env(os.environ)
    desk = Desk(settings)
    texts = {name: questions_of(desk.items, names) for name, names in zip(
        ("fit", "check"), halves(desk.items), strict=True
    )}  # fmt: skip
    store = desk.snapshots.vectors
    vectors = {name: store.vectors(asked, desk.embedder) for name, (asked, _) in texts.items()}
    fits = [measured(vectors["fit"], texts["fit"][1], limit) for limit in LIMITS]
    best = max(fits, key=lambda one: one["ari"])
    check = measured(vectors["check"], texts["check"][1], best["limit"])
    words = measured_by_words(*texts["fit"], *texts["check"])
    for half, one in (("fit", best), ("check", check), ("check, words", words)):
        print(
            f"{half:14} limit {one['limit']:.2f}  groups {one['groups']}  ARI {one['ari']:.3f}  "
            f"V {one['v']:.3f}  pure groups {one['pure']:.3f}"
        )
    print(f"{len(texts['check'][0])} questions of {len(set(texts['check'][1]))} items to check on")


if __name__ == "__main__":
    main()
