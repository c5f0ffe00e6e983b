"""An index as an immutable folder, and the pointer to the one in use."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Embedder, Progress
from knowledge.errors import StaleIndexError
from knowledge.item import Passage
from knowledge.record import passage_as_json, passage_from_json
from knowledge.spans import sentences
from knowledge.vectors import VectorStore

FORMAT = 2
KEPT = 3  # older snapshots, so that a reader in the middle of one is not disturbed
POINTER = "current"
LOCK = "lock"
ABANDONED_S = 3600.0  # after which nobody writes on

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
    index: Any  # faiss.IndexFlatIP: every vector has unit length, so scores are cosines


def rows_of(passages: Sequence[Passage]) -> tuple[list[str], Rows]:
    """Return the texts to embed and which passage and span each stands for.

    A shipped guide is quoted facet by facet, so only clauses are parted into sentences.
    """
    texts: list[str] = []
    rows: list[tuple[int, int, int, int]] = []
    for at, passage in enumerate(passages):
        for text, start, end, kind in _rows_of_passage(passage):
            texts.append(text)
            rows.append((at, start, end, kind))
    return texts, np.array(rows, np.int32).reshape(-1, 4)


def _rows_of_passage(passage: Passage) -> Iterator[tuple[str, int, int, RowKind]]:
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


def content_hash(passages: Sequence[Passage], model: str) -> str:
    """Return the name of the snapshot that these passages and this model make."""
    digest = hashlib.sha256(f"{FORMAT}:{model}".encode())
    for passage in passages:
        digest.update(passage_as_json(passage).encode())
    return digest.hexdigest()[:20]


class Snapshots:
    """The folder of snapshots; only whole ones are ever seen in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def pointer(self) -> Path:
        """The file that names the snapshot in use."""
        return self._folder / POINTER

    @property
    def vectors(self) -> VectorStore:
        """The vectors of every text embedded so far."""
        return VectorStore(self._folder / "vectors.db")

    def current(self) -> str:
        """Return the name of the snapshot in use, or an empty string."""
        try:
            return self.pointer.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    @contextmanager
    def building(self) -> Iterator[None]:
        """Let one process or thread at a time decide what the index is; readers never wait."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def build(
        self,
        passages: Sequence[Passage],
        embedder: Embedder,
        now: datetime,
        progress: Progress = lambda done, total: None,
    ) -> str:
        """Write the snapshot of these passages, point to it, and return its name.

        Only texts never embedded before are embedded.
        """
        name = self.prepare(passages, embedder, now, progress)
        self._point_to(name)
        self._sweep(name)
        return name

    def prepare(
        self,
        passages: Sequence[Passage],
        embedder: Embedder,
        now: datetime,
        progress: Progress = lambda done, total: None,
    ) -> str:
        """Write the snapshot of these passages beside the one in use, and return its name."""
        name = content_hash(passages, embedder.model_id)
        if not self._is_whole(name):
            self._write(name, passages, embedder, now, progress)
        return name

    def _is_whole(self, name: str) -> bool:
        try:
            self.load(name)
        except StaleIndexError:
            return False
        return True

    def _write(
        self,
        name: str,
        passages: Sequence[Passage],
        embedder: Embedder,
        now: datetime,
        progress: Progress,
    ) -> None:
        import faiss

        self._folder.mkdir(parents=True, exist_ok=True)
        texts, rows = rows_of(passages)
        vectors = self.vectors.vectors(texts, embedder, progress)
        partial = Path(tempfile.mkdtemp(prefix=".", dir=self._folder))
        index = faiss.IndexFlatIP(embedder.dim)
        index.add(vectors)
        faiss.write_index(index, str(partial / "vectors.faiss"))
        np.save(partial / "rows.npy", rows)
        lines = "".join(passage_as_json(passage) + "\n" for passage in passages)
        (partial / "passages.jsonl").write_text(lines, encoding="utf-8")
        manifest = {
            "format": FORMAT,
            "model": embedder.model_id,
            "dim": embedder.dim,
            "content": name,
            "passages": len(passages),
            "rows": len(rows),
            "created_at": now.isoformat(),
            "files": {path.name: _digest(path) for path in sorted(partial.iterdir())},
        }
        (partial / "manifest.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        partial.chmod(0o755)
        target = self._folder / name
        shutil.rmtree(target, ignore_errors=True)  # a damaged one of the same name
        try:
            partial.rename(target)
        except OSError:
            if not self._is_whole(name):
                raise
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _point_to(self, name: str) -> None:
        if self.current() == name:
            return
        handle, partial = tempfile.mkstemp(prefix=".", dir=self._folder)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(self.pointer)

    def _sweep(self, name: str) -> None:
        """Remove old snapshots but the newest few."""
        folders = [path for path in self._folder.iterdir() if (path / "manifest.json").is_file()]
        folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in [path for path in folders if path.name != name][KEPT:]:
            shutil.rmtree(path, ignore_errors=True)
        for path in self._folder.glob(".*"):  # of somebody who was killed while writing
            if path.is_dir() and time.time() - path.stat().st_mtime > ABANDONED_S:
                shutil.rmtree(path, ignore_errors=True)

    def load(self, name: str, *, model: str = "") -> Snapshot:
        """Return a snapshot after checking that it is whole.

        Raises:
            StaleIndexError: it is missing, damaged, or of another model.
        """
        import faiss

        folder = self._folder / name
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            for file, digest in manifest["files"].items():
                if _digest(folder / file) != digest:
                    raise StaleIndexError(reason=file)
            if manifest["format"] != FORMAT or (model and manifest["model"] != model):
                raise StaleIndexError(reason=str(manifest["model"]))
            lines = (folder / "passages.jsonl").read_text(encoding="utf-8").split("\n")
            passages = tuple(passage_from_json(line) for line in lines if line)
            index = faiss.read_index(str(folder / "vectors.faiss"))
            rows = np.load(folder / "rows.npy", allow_pickle=False)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise StaleIndexError(reason="manifest") from error
        if not name or len(rows) != index.ntotal:
            raise StaleIndexError(reason="rows")
        return Snapshot(name=name, passages=passages, rows=rows, index=index)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
