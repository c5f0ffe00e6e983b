"""Which texts have which terms, as arrays that can be written, mapped from disk and joined."""

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, vstack

HALF = 21  # bits of a character
MOST_TIMES = 65_535

Split = Callable[[str], Sequence[str]]


@lru_cache(maxsize=200_000)
def term_code(term: str) -> int:
    """Return a term of at most two Chinese characters, or any word, as a 64-bit number.

    Characters are kept as they are; a word is hashed, and its first bit set.
    """
    if term.isascii():
        digest = hashlib.blake2b(term.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") | 1 << 63
    code = 0
    for character in term:
        code = code << HALF | ord(character)
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """The texts of each term, in the order of the terms' codes; texts are numbered from 0."""

    terms: NDArray[np.uint64]  # shape (terms,), rising
    starts: NDArray[np.int64]  # shape (terms + 1,): where a term's texts begin and end
    found: NDArray[np.int32]  # texts, rising within a term
    times: NDArray[np.uint16]  # how often the term stands in that text
    lengths: NDArray[np.int32]  # shape (texts,): terms of a text, counted as often as they stand

    @classmethod
    def of(cls, texts: Iterable[str], split: Split) -> Self:
        """Return the postings of some texts, taken apart once and for all."""
        numbers: dict[int, int] = {}
        starts, columns, counts = array("q", [0]), array("i"), array("H")
        for text in texts:  # arrays, because counters of many texts fill the memory
            for term, count in Counter(split(text)).items():
                columns.append(numbers.setdefault(term_code(term), len(numbers)))
                counts.append(min(count, MOST_TIMES))
            starts.append(len(columns))
        codes = np.fromiter(numbers, np.uint64, len(numbers))
        order = np.argsort(codes)
        rank = np.empty(len(codes), np.int32)
        rank[order] = np.arange(len(codes), dtype=np.int32)
        by_text = csr_matrix(
            (
                np.frombuffer(counts, np.uint16),
                rank[np.frombuffer(columns, np.int32)],
                np.frombuffer(starts, np.int64),
            ),
            shape=(len(starts) - 1, len(codes)),
        )
        return cls._from(codes[order], by_text)

    @classmethod
    def _from(cls, terms: NDArray[np.uint64], by_text: Any) -> Self:
        """Return the postings of a sparse matrix of texts by terms."""
        by_term = by_text.tocsc()
        by_term.sort_indices()
        used = np.diff(by_term.indptr) > 0
        starts = np.concatenate([[0], by_term.indptr[1:][used]])
        found = np.asarray(by_term.indices, np.int32)
        times = np.asarray(by_term.data, np.uint16)
        lengths = np.bincount(found, times, by_text.shape[0])
        return cls(
            terms=terms[used],
            starts=starts.astype(np.int64),
            found=found,
            times=times,
            lengths=lengths.astype(np.int32),
        )

    @classmethod
    def joined(cls, parts: Sequence[tuple["Postings", NDArray[np.int32]]]) -> Self:
        """Return the postings of chosen texts of several ones, numbered anew in that order."""
        terms = np.unique(np.concatenate([one.terms for one, _ in parts]))
        matrices = []
        for one, kept in parts:
            starts = np.zeros(len(terms) + 1, np.int64)
            starts[np.searchsorted(terms, one.terms) + 1] = np.diff(one.starts)
            shape = (len(one.lengths), len(terms))
            matrix = csc_matrix((one.times, one.found, starts.cumsum()), shape=shape)
            matrices.append(matrix.tocsr()[kept])
        return cls._from(terms, vstack(matrices, format="csr"))

    def texts_of(self, places: slice) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """Return the texts at these places of the postings, and how often the term is in each."""
        return self.found[places], self.times[places]

    def places_of(self, codes: NDArray[np.uint64]) -> list[slice]:
        """Return where each term's texts stand."""
        if not len(self.terms):
            return [slice(0, 0)] * len(codes)
        at = np.minimum(np.searchsorted(self.terms, codes), len(self.terms) - 1)
        begins = self.starts[at]
        ends = np.where(self.terms[at] == codes, self.starts[at + 1], begins)
        return [slice(*pair) for pair in zip(begins.tolist(), ends.tolist(), strict=True)]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by name, as the constructor takes them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
