"""Find what many people wrote about the same thing, and count right and wrong joins.

``python -m bench.duplicates MESSAGES CLUSTERS --vectors FILE``: messages are a JSON Lines file
with ``theme``, ``detail`` and ``time``; clusters a YAML file, a name and the regular expressions
that all have to be in a message for it to belong there. Vectors are made once and kept.

Messages come one after another, as they were written. Each is offered the nearest earlier one; a
join is right if both belong to the same cluster, and wrong if only one of them belongs to one, or
they belong to two. Pairs that belong to none are not judged.
"""

import argparse
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.embedder import open_embedder
from knowledge.settings import Settings

Matrix = NDArray[Any]
NAME_LENGTH, RARE = 4, 0.005  # a stretch of four characters in few messages is taken for a name
EARLIER = 2000  # messages that are still open
BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Joins:
    """How many offers were right, wrong, and missing, of those who could have been offered one."""

    right: int
    wrong: int
    possible: int


def main() -> int:
    """Print right and wrong joins by threshold, with and without a shared name."""
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates", description=__doc__)
    parser.add_argument("messages", type=Path)
    parser.add_argument("clusters", type=Path)
    parser.add_argument("--vectors", type=Path, required=True)
    wanted = parser.parse_args()
    lines = wanted.messages.read_text("utf-8").splitlines()
    messages = sorted(map(json.loads, lines), key=lambda one: _time(str(one["time"])))
    themes = [str(one["theme"]).strip() for one in messages]
    clusters = list(_clusters(messages, yaml.safe_load(wanted.clusters.read_text("utf-8"))))
    dense = _vectors(themes, wanted.vectors)
    sparse = TfidfVectorizer(analyzer="char", ngram_range=(2, 2)).fit_transform(themes)
    named = _shared_names(themes)
    words = (sparse @ sparse.T).toarray()
    console = Console(highlight=False, width=110)
    sizes = Counter(name for name in clusters if name)
    console.print(f"{len(messages)} messages; {dict(sizes)}")
    table = Table("rule", "threshold", "right", "wrong", "share right", "found", box=None)
    rules = [
        ("meaning alone", dense @ dense.T, (0.92, 0.94, 0.96), None),
        ("the same place", named.astype(float), (0.5,), None),
        ("the same place, words (TF-IDF)", words, (0.2, 0.3, 0.4), named),
        ("the same place, meaning", dense @ dense.T, (0.88, 0.9, 0.92, 0.94), named),
    ]
    for rule, nearness, thresholds, mask in rules:
        for threshold in thresholds:
            found = joins(nearness, mask, clusters, threshold)
            share = found.right / max(1, found.right + found.wrong)
            table.add_row(
                rule, f"{threshold}", str(found.right), str(found.wrong), f"{share:.3f}",
                f"{found.right / max(1, found.possible):.3f}",
            )  # fmt: skip
    console.print(table)
    return 0


def joins(
    nearness: Matrix, mask: Matrix | None, clusters: Sequence[str], threshold: float
) -> Joins:
    """Return how the offers of one rule fare; ``mask`` says which pairs share a place."""
    right = wrong = possible = 0
    for one in range(1, len(clusters)):
        begin = max(0, one - EARLIER)
        row = nearness[one, begin:one]
        if mask is not None:
            row = np.where(mask[one, begin:one], row, -1.0)
        nearest = int(row.argmax())
        mine, other = clusters[one], clusters[begin + nearest]
        possible += bool(mine) and mine in clusters[begin:one]
        if row[nearest] >= threshold and (mine or other):
            right += mine == other
            wrong += mine != other
    return Joins(right=right, wrong=wrong, possible=possible)


def _clusters(messages: Sequence[dict[str, Any]], table: dict[str, list[str]]) -> Iterator[str]:
    for message in messages:
        text = f"{message['theme']} {message['detail']}"
        fitting = (
            name for name, all_of in table.items() if all(re.search(one, text) for one in all_of)
        )
        yield next(fitting, "")


def _shared_names(themes: Sequence[str]) -> Matrix:
    """Return which pairs share a rare stretch of characters, bool, shape (n, n)."""
    holders: dict[str, set[int]] = defaultdict(set)
    for number, theme in enumerate(themes):
        for start in range(len(theme) - NAME_LENGTH + 1):
            holders[theme[start : start + NAME_LENGTH]].add(number)
    shared = np.zeros((len(themes), len(themes)), dtype=bool)
    for members in holders.values():
        if 1 < len(members) <= RARE * len(themes) + 1:
            some = np.array(sorted(members))
            shared[np.ix_(some, some)] = True
    return shared


def _vectors(themes: Sequence[str], path: Path) -> Matrix:
    """Return unit rows for the themes, float32, from the file if it has as many."""
    if path.exists() and len(np.load(path)) == len(themes):
        found: Matrix = np.load(path)
        return found
    embedder = open_embedder(Settings.from_env(os.environ))
    parts = [embedder.embed_queries(themes[n : n + BATCH]) for n in range(0, len(themes), BATCH)]
    rows: Matrix = np.vstack(parts)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    np.save(path, rows)
    return rows


def _time(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


if __name__ == "__main__":
    sys.exit(main())
