"""Tells how likely a message is an emergency, from examples: what the expressions overlook.

A support vector machine over two likenesses of sentences: that of their vectors, and that of
their characters and signs (``signs.yml``: words that mean the same, and which of them meet).
Where there is no vector, a second machine judges by characters and signs alone.
Training needs scikit-learn; judging needs numpy alone, and less than a millisecond. Of which kind it
is, ``components.emergency_kind`` tells.
"""

import json
import math
import re
from itertools import combinations
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Optional, Pattern, Sequence, Tuple

import numpy as np
import yaml

SKILL = Path(__file__).parent.parent / "skills" / "emergency"
SIGNS = SKILL / "signs.yml"
NEAR = frozenset({"near", "careful", "told_near"})  # these lists only sound like an emergency
NO_KIND = frozenset(
    {"happening", "told", "mixed", "polite"}
)  # these lists and files are of every kind
KIND_OF = {"poisoning": "collapsed_person"}  # who needs the same help
# Chosen by cross-validation over the told lists.
STRENGTH = 2.0  # scikit-learn's C
WIDTH = 1.0  # gamma of the likeness of vectors
SHARE = 2.0  # of the likeness of vectors beside that of characters and signs
STRENGTH_OF_WORDS = 0.5  # the same where there is no vector
STEEPNESS = 2.0  # of the probability over the distance from the border
MIN_COUNT = 2  # of a character, pair, triple or sign among the examples


class Example(NamedTuple):
    """A sentence, whether it tells an emergency, and of what kind; empty if not said."""

    text: str
    is_emergency: bool
    kind: str


def load_examples(folder: Path = SKILL) -> List[Example]:
    """Return the sentences of ``examples.yml`` and of the files by kind under ``told``."""
    paths = [folder / "examples.yml", *sorted((folder / "told").glob("*.yml"))]
    return [one for path in paths for one in load_lists(path)]


def load_lists(path: Path) -> List[Example]:
    """Return the sentences of one file."""
    with path.open(encoding="utf-8") as file:
        lists: Dict[str, List[str]] = yaml.safe_load(file)
    found = []
    for name, texts in lists.items():
        kind = path.stem if name == "told" and path.parent.name == "told" else name
        kind = "" if name in NEAR or kind in NO_KIND else KIND_OF.get(kind, kind)
        found += [Example(str(text), name not in NEAR, kind) for text in texts]
    return found


class Signs:
    """What a sentence is seen as, beside its vector."""

    LENGTHS = ((6, "<short>"), (14, "<middling>"))  # characters, at most

    def __init__(self, table: Mapping[str, str]) -> None:
        """Compile the expressions; a bad one raises ``re.error``."""
        self._signs: Dict[str, Pattern[str]] = {
            name: re.compile(words) for name, words in table.items()
        }

    def of(self, plain: str) -> List[str]:
        """Return its characters, their pairs and triples, signs, pairs of signs, and its length."""
        pairs = [plain[i : i + 2] for i in range(len(plain) - 1)]
        triples = [plain[i : i + 3] for i in range(len(plain) - 2)]
        signs = [name for name, words in self._signs.items() if words.search(plain)]
        met = [f"<{one}+{other}>" for one, other in combinations(signs, 2)]
        length = next((name for most, name in self.LENGTHS if len(plain) <= most), "<long>")
        named = [f"<{name}>" for name in signs]
        return list(dict.fromkeys([*plain, *pairs, *triples, *named, *met, length]))


def load_signs(path: Path = SIGNS) -> Signs:
    """Return the shipped signs; a community may edit the file."""
    with path.open(encoding="utf-8") as file:
        return Signs(yaml.safe_load(file))


class Learnt(NamedTuple):
    """What training found; arrays are float32."""

    # how rare each is, how much it tells beside a vector, and how much alone
    of_signs: Mapping[str, Tuple[float, float, float]]
    offset: float
    offset_alone: float
    centre: np.ndarray  # shape (dim,)
    rows: np.ndarray  # of the examples near the border, centred, shape (n, dim)
    of_rows: np.ndarray  # shape (n,)


class EmergencyClassifier:
    """What was learnt from the examples."""

    def __init__(self, signs: Signs, learnt: Learnt) -> None:
        """Keep the weights."""
        self._signs = signs
        self._learnt = learnt

    @classmethod
    def learn(
        cls,
        signs: Signs,
        texts: Sequence[str],
        rows: np.ndarray,
        is_emergency: Sequence[bool],
    ) -> "EmergencyClassifier":
        """Return what the plain texts teach; ``rows`` is float32, shape (n, dim), of unit length."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import SVC, LinearSVC

        counter = TfidfVectorizer(analyzer=signs.of, min_df=MIN_COUNT, binary=True)
        found = counter.fit_transform(texts).astype(np.float32)
        centre = rows.mean(axis=0)
        centred = _centred(rows, centre)
        likeness = centred @ centred.T  # hundreds of megabytes: what follows works in place
        likeness -= 1
        likeness *= 2 * WIDTH
        np.exp(likeness, out=likeness)
        likeness *= SHARE
        likeness += (found @ found.T).toarray()
        model = SVC(C=STRENGTH, kernel="precomputed").fit(likeness, list(is_emergency))
        of_texts = found[model.support_].T @ model.dual_coef_[0]
        names = counter.get_feature_names_out().tolist()
        alone = LinearSVC(C=STRENGTH_OF_WORDS, random_state=0).fit(found, list(is_emergency))
        weights = zip(counter.idf_.tolist(), of_texts.tolist(), alone.coef_[0].tolist())
        learnt = Learnt(
            of_signs=dict(zip(names, weights)),
            offset=float(model.intercept_[0]),
            offset_alone=float(alone.intercept_[0]),
            centre=centre,
            rows=centred[model.support_],
            of_rows=model.dual_coef_[0].astype(np.float32),
        )
        return cls(signs, learnt)

    def probability(self, text: str, row: Optional[np.ndarray]) -> float:
        """Return how likely the plain text is an emergency, 0 to 1.

        ``row`` is float32, shape (dim,); without it the words decide alone.
        """
        learnt = self._learnt
        met = [learnt.of_signs[sign] for sign in self._signs.of(text) if sign in learnt.of_signs]
        length = max(math.sqrt(sum(rare * rare for rare, _, _ in met)), 1e-9)
        if row is None:
            score = learnt.offset_alone + sum(rare * tells for rare, _, tells in met) / length
        else:
            likeness = learnt.rows @ _centred(row[np.newaxis], learnt.centre)[0]
            score = learnt.offset + sum(rare * tells for rare, tells, _ in met) / length
            score += SHARE * float(learnt.of_rows @ np.exp(-WIDTH * (2 - 2 * likeness)))
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, STEEPNESS * score))))

    @property
    def dim(self) -> int:
        """How many numbers a vector has."""
        return len(self._learnt.centre)

    def save(self, folder: Path) -> None:
        """Write the weights, which know characters, signs and vectors but no sentence."""
        learnt = self._learnt._asdict()
        arrays = {name: one for name, one in learnt.items() if isinstance(one, np.ndarray)}
        np.savez(folder / "arrays.npz", **arrays)
        content = {name: one for name, one in learnt.items() if name not in arrays}
        (folder / "signs.json").write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, signs: Signs, folder: Path) -> "EmergencyClassifier":
        """Read what was saved."""
        content = json.loads((folder / "signs.json").read_text(encoding="utf-8"))
        with np.load(folder / "arrays.npz") as arrays:
            return cls(signs, Learnt(**content, **{name: arrays[name] for name in arrays.files}))


def _centred(rows: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Return the rows as seen from their middle, at unit length."""
    away = rows - centre
    return (away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)).astype(
        np.float32
    )
