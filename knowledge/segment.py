"""A part of an index that is written once: passages, their rows and vectors, and their words.

Indexes of different days share their segments, so what has not changed is never taken apart,
embedded or copied again.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.bm25 import bigrams
from knowledge.embedder import Vectors
from knowledge.item import Passage
from knowledge.postings import Postings
from knowledge.record import passage_as_json, passage_from_json
from knowledge.snapshot import Rows, rows_of, words_of

FORMAT = 4
KEY_BYTES = 16
MAPPED_ROWS = 20_000  # from here on vectors and postings stay on disk until they are looked at
CHUNK = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The passages of one document, or of all shipped items, within a segment."""

    key: str  # the hash of what they say
    passages: slice
    rows: slice


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True, eq=False)
class Segment:
    """Some shares with everything they are found by; never changed."""

    name: str
    shares: tuple[Share, ...]
    passages: tuple[Passage, ...]
    rows: Rows  # passages are numbered from 0 in each segment
    vectors: Vectors  # shape (n, dim), rows of unit length
    postings: Postings

    def kept(self, keys: Collection[str]) -> list[Share]:
        """Return the shares with one of these keys."""
        return [share for share in self.shares if share.key in keys]


def content_key(passages: Sequence[Passage]) -> str:
    """Return what a share is called by: a hash of its passages, empty where there are none."""
    digest = hashlib.blake2b(digest_size=KEY_BYTES)
    for passage in passages:
        digest.update(passage_as_json(passage).encode() + b"\n")
    return digest.hexdigest() if passages else ""


def segment_name(keys: Sequence[str], model: str) -> str:
    """Return what the segment of these shares in this order is called."""
    digest = hashlib.blake2b(f"{FORMAT}:{model}".encode(), digest_size=KEY_BYTES)
    for key in keys:
        digest.update(key.encode())
    return digest.hexdigest()


def shares_of(sizes: Sequence[tuple[str, int, int]]) -> tuple[Share, ...]:
    """Return shares that follow one another, from their keys and numbers of passages and rows."""
    passages = [0, *accumulate(count for _, count, _ in sizes)]
    rows = [0, *accumulate(count for _, _, count in sizes)]
    return tuple(
        Share(key=key, passages=slice(*passages[at : at + 2]), rows=slice(*rows[at : at + 2]))
        for at, (key, _, _) in enumerate(sizes)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShare:
    """The passages of one document, or of all shipped items, that no segment has yet."""

    key: str
    passages: Sequence[Passage]
    texts: Sequence[str]  # of the rows
    rows: Rows

    @classmethod
    def of(cls, key: str, passages: Sequence[Passage]) -> Self:
        """Take passages apart into their rows."""
        texts, rows = rows_of(passages)
        return cls(key=key, passages=passages, texts=texts, rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A segment that is to be written; its vectors come some at a time."""

    segment: Segment  # its vectors are not looked at
    chunks: Iterator[Vectors]
    dim: int

    @classmethod
    def joined(cls, parts: Sequence[tuple[Segment, Sequence[Share]]], model: str) -> Self:
        """Return the segment of chosen shares of several ones."""
        chosen = [(segment, share) for segment, shares in parts for share in shares]
        sizes = [
            (one.key, one.passages.stop - one.passages.start, one.rows.stop - one.rows.start)
            for _, one in chosen
        ]
        shares = shares_of(sizes)
        rows = [
            np.add(segment.rows[old.rows], (new.passages.start - old.passages.start, 0, 0, 0))
            for (segment, old), new in zip(chosen, shares, strict=True)
        ]
        segment = Segment(
            name=segment_name([one.key for one in shares], model),
            shares=shares,
            passages=tuple(p for one, old in chosen for p in one.passages[old.passages]),
            rows=np.concatenate(rows).astype(np.int32),
            vectors=np.zeros((0, 0), np.float32),
            postings=Postings.joined([(one.postings, _numbers(kept)) for one, kept in parts]),
        )
        return cls(segment=segment, chunks=_chunks(chosen), dim=parts[0][0].vectors.shape[1])

    @classmethod
    def new(
        cls,
        news: Sequence[NewShare],
        vectors_of: Callable[[Sequence[str]], Vectors],
        model: str,
        dim: int,
    ) -> Self:
        """Return the segment of shares that no segment has."""
        passages = [passage for one in news for passage in one.passages]
        texts = [text for one in news for text in one.texts]
        shares = shares_of([(one.key, len(one.passages), len(one.texts)) for one in news])
        rows = [
            np.add(one.rows, (share.passages.start, 0, 0, 0))
            for one, share in zip(news, shares, strict=True)
        ]
        segment = Segment(
            name=segment_name([one.key for one in news], model),
            shares=shares,
            passages=tuple(passages),
            rows=np.concatenate(rows).astype(np.int32),
            vectors=np.zeros((0, dim), np.float32),
            postings=Postings.of(_words(news), bigrams),
        )
        chunks = (vectors_of(texts[at : at + CHUNK]) for at in range(0, len(texts), CHUNK))
        return cls(segment=segment, chunks=chunks, dim=dim)

    def write(self, folder: Path) -> dict[str, Path]:
        """Write the files into a folder, and return them by their names."""
        one = self.segment
        files = {name: folder / name for name in names_of(one.name)}
        shape = (len(one.rows), self.dim)
        path = files[f"{one.name}.vectors.npy"]
        with path.open("wb") as file:
            header = {"descr": "<f4", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            for vectors in self.chunks:
                file.write(np.ascontiguousarray(vectors, np.float32).data)
        for name, values in {"rows": one.rows, **one.postings.arrays()}.items():
            np.save(files[f"{one.name}.{name}.npy"], values)
        lines = "".join(passage_as_json(passage) + "\n" for passage in one.passages)
        files[f"{one.name}.passages.jsonl"].write_text(lines, encoding="utf-8")
        sizes = [
            (s.key, s.passages.stop - s.passages.start, s.rows.stop - s.rows.start)
            for s in one.shares
        ]
        files[f"{one.name}.shares.json"].write_text(json.dumps(sizes), encoding="ascii")
        return files


ARRAYS = ("rows", "terms", "starts", "found", "times", "lengths", "vectors")


def names_of(segment: str) -> list[str]:
    """Return the names of a segment's files."""
    return [
        *(f"{segment}.{array}.npy" for array in ARRAYS),
        f"{segment}.passages.jsonl",
        f"{segment}.shares.json",
    ]


def keys_in(folder: Path, name: str) -> set[str]:
    """Return the keys of a segment's shares without opening it.

    Raises:
        OSError, ValueError: the file is not there, or damaged.
    """
    return {key for key, _, _ in json.loads((folder / f"{name}.shares.json").read_text("ascii"))}


def read_segment(folder: Path, name: str) -> Segment:
    """Return a segment from its files, which nobody changes as long as it is used.

    Raises:
        OSError, ValueError, KeyError, TypeError: the files are not those of a segment.
    """
    rows = np.load(folder / f"{name}.rows.npy", allow_pickle=False)
    mode: Any = "r" if len(rows) >= MAPPED_ROWS else None
    arrays = {
        array: np.load(folder / f"{name}.{array}.npy", mmap_mode=mode, allow_pickle=False)
        for array in ARRAYS[1:]
    }
    vectors = arrays.pop("vectors")
    text = (folder / f"{name}.passages.jsonl").read_text(encoding="utf-8")
    known: dict[str, str] = {}
    return Segment(
        name=name,
        shares=shares_of(json.loads((folder / f"{name}.shares.json").read_text("ascii"))),
        passages=tuple(passage_from_json(x, known) for x in text.split("\n") if x),
        rows=rows,
        vectors=vectors,
        postings=Postings(**arrays),
    )


def numbers_of(slices: Sequence[slice]) -> NDArray[np.int32]:
    """Return the numbers of all slices one after the other."""
    if not slices:
        return np.zeros(0, np.int32)
    return np.concatenate([np.arange(one.start, one.stop, dtype=np.int32) for one in slices])


def _words(news: Sequence[NewShare]) -> Iterator[str]:
    """Yield the words of each passage; what has no row is not looked for by words either."""
    for one in news:
        yield from map(words_of, one.passages) if one.texts else ("" for _ in one.passages)


def _numbers(shares: Sequence[Share]) -> NDArray[np.int32]:
    return numbers_of([share.passages for share in shares])


def _chunks(chosen: Sequence[tuple[Segment, Share]]) -> Iterator[Vectors]:
    """Yield the vectors of chosen shares, neighbours of a segment together."""
    for segment, together in groupby(chosen, key=lambda pair: pair[0]):
        for rows in joined_slices([share.rows for _, share in together]):
            for start in range(rows.start, rows.stop, CHUNK):
                yield segment.vectors[start : min(start + CHUNK, rows.stop)]


def joined_slices(slices: Iterable[slice]) -> list[slice]:
    """Return the slices with those made one that follow one another."""
    found: list[slice] = []
    for one in slices:
        if found and found[-1].stop == one.start:
            found[-1] = slice(found[-1].start, one.stop)
        else:
            found.append(one)
    return found
