"""The words of many names, and which of them a question says in its own or in other words."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from knowledge.asking import manners
from knowledge.bm25 import bigrams
from knowledge.lexicon import colloquial

Scores = NDArray[np.float32]


class NameWords:
    """The bigrams of all names, and how rare they are."""

    def __init__(self, names: Sequence[str]) -> None:
        self.terms: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        for row, name in enumerate(names):
            for term in dict.fromkeys(bigrams(name)):
                rows.append(row)
                columns.append(self.terms.setdefault(term, len(self.terms)))
        shape = (len(names), len(self.terms))
        self.has = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
        count = np.asarray(self.has.sum(axis=0)).ravel()
        self.idf = np.log(1 + (len(names) - count + 0.5) / (count + 0.5)).astype(np.float32)
        self.unknown = float(np.log(1 + (len(names) + 0.5) / 0.5))
        self._whole = np.maximum(self.has @ self.idf, 1e-6)
        self._by_term = self.has.tocsc()

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of a bigram among the names."""
        at = self.terms.get(term)
        return self.unknown if at is None else float(self.idf[at])

    def share(self, terms: Mapping[str, float]) -> Scores:
        """Return float32, shape (names,): the share of each name that weighted terms say."""
        return np.asarray(self.weight(terms) / self._whole, np.float32)

    def weight(self, terms: Mapping[str, float]) -> Scores:
        """Return float32, shape (names,): the rarity of the terms that each name has."""
        total = np.zeros(self.has.shape[0], np.float32)
        for term, weight in terms.items():
            at = self.terms.get(term)
            if at is not None:
                held = slice(self._by_term.indptr[at], self._by_term.indptr[at + 1])
                total[self._by_term.indices[held]] += weight * self.idf[at]
        return total

    def told(self, name: str, terms: Mapping[str, float]) -> float:
        """Return the rarity-weighted share of a name's bigrams that weighted terms say."""
        own = dict.fromkeys(bigrams(name))
        whole = sum(map(self.rarity, own))
        return sum(self.rarity(one) * terms.get(one, 0.0) for one in own) / max(whole, 1e-6)


BY_SYNONYM = 0.8  # what a word counts that stands for one of the question's


class AskedTerms:
    """The bigrams of what is asked about, with those of the words that stand for its words.

    A name may have what asks (咨询, 预约), so ``all`` has the bigrams of the whole text too.
    """

    def __init__(self, subject: str, text: str, known: NameWords) -> None:
        self._groups = list(_groups_in(subject))
        self.own = {term: known.rarity(term) for term in dict.fromkeys(bigrams(subject))}
        self.all = dict.fromkeys([*self.own, *bigrams(text)], 1.0)
        for _, others in self._groups:
            for other in others:
                for term in bigrams(other):
                    self.all.setdefault(term, BY_SYNONYM)
        self._weight = sum(self.own.values())
        self._by_word = {word: set(bigrams(word)) for word, _ in self._groups}

    def score(self, known: NameWords) -> Scores:
        """Return float32, shape (names,): the share of what is asked about that names have."""
        return np.asarray(4 * known.weight(self.all) / max(self._weight, 1e-6), np.float32)

    def coverage(self, text: str) -> float:
        """Return the rarity-weighted share of what is asked about that a text has, 0 to 1."""
        by_synonym = {
            term
            for word, others in self._groups
            if word in text or any(other in text for other in others)
            for term in self._by_word[word]
        }
        total = 0.0
        for term, weight in self.own.items():
            if term in text:
                total += weight
            elif term in by_synonym:
                total += BY_SYNONYM * weight
        return total / max(self._weight, 1e-6)


def _groups_in(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each word of a text that others may stand for, with these."""
    for group in (*manners().synonyms, *colloquial().synonyms):
        for word in group:
            if len(word) > 1 and word in text:
                yield word, tuple(other for other in group if other != word and len(other) > 1)
