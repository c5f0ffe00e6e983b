"""What an index holds: passages, and rows with a vector each by which they are found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.bm25 import Bm25
from knowledge.item import Passage
from knowledge.spans import sentences

Rows = NDArray[np.int32]  # shape (n, 4): passage, start, end, kind


class RowKind(IntEnum):
    """What a vector stands for."""

    WHOLE = 0  # the passage with its headings
    HEADED = 1  # a sentence with its headings
    BARE = 2  # a sentence alone
    SURFACE = 3  # a question or a name, which is never quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Passages and the vectors of everything they can be found by."""

    name: str
    passages: tuple[Passage, ...]
    rows: Rows
    index: Any  # ``knowledge.corpus.StoredVectors`` of unit length: products are cosines
    words: Bm25 | None = None


def rows_of(passages: Sequence[Passage]) -> tuple[list[str], Rows]:
    """Return the texts to embed and which passage and span each stands for.

    A shipped guide is quoted facet by facet, so only clauses are parted into sentences. Service
    items of tables, which come last, are found by ``knowledge.services`` and have no rows here.
    """
    texts: list[str] = []
    rows: list[tuple[int, int, int, int]] = []
    for at, passage in enumerate(passages):
        for text, start, end, kind in _rows_of_passage(passage):
            texts.append(text)
            rows.append((at, start, end, kind))
    return texts, np.array(rows, np.int32).reshape(-1, 4)


def _rows_of_passage(passage: Passage) -> Iterator[tuple[str, int, int, RowKind]]:
    if passage.is_service:
        return
    head, text = heading(passage), passage.text
    yield f"{head}：{text}", 0, len(text), RowKind.WHOLE
    if passage.owner:
        spans = sentences(text)
        for start, end in spans:
            if len(spans) > 1:
                yield f"{head}：{text[start:end]}", start, end, RowKind.HEADED
            yield text[start:end], start, end, RowKind.BARE
    for surface in passage.surfaces:
        yield surface, 0, len(text), RowKind.SURFACE


def heading(passage: Passage) -> str:
    """Return what stands above a passage: its document and headings."""
    return " ".join(dict.fromkeys(filter(None, [passage.document, passage.context])))


def words_of(passage: Passage) -> str:
    """Return all words that a passage is found by."""
    return " ".join([heading(passage), passage.label, passage.text, *passage.surfaces])


def span_cosines(
    rows: Rows, cosines: NDArray[np.float32]
) -> dict[tuple[int, int], tuple[float, float]]:
    """Return for each quotable span its cosine with headings, and alone or by its question."""
    by_kind: dict[RowKind, dict[tuple[int, int], float]] = {kind: {} for kind in RowKind}
    for (_, start, end, kind), cosine in zip(rows, cosines, strict=True):
        kept, span = by_kind[RowKind(kind)], (int(start), int(end))
        kept[span] = max(kept.get(span, -1.0), float(cosine))
    whole, bare = by_kind[RowKind.WHOLE], by_kind[RowKind.BARE]
    asked = max(by_kind[RowKind.SURFACE].values(), default=-1.0)
    headed = by_kind[RowKind.HEADED] or dict.fromkeys(bare or whole, max(whole.values()))
    return {span: (cosine, max(bare.get(span, cosine), asked)) for span, cosine in headed.items()}
