"""Indexes as immutable folders, and the pointer to the one in use."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from weakref import WeakValueDictionary

from knowledge.corpus import assembled
from knowledge.embedder import Embedder, Progress
from knowledge.errors import StaleIndexError
from knowledge.joining import batches, joined
from knowledge.manifest import Manifest, Portion, snapshot_name
from knowledge.segment import (
    FORMAT,
    Draft,
    NewShare,
    Segment,
    keys_in,
    names_of,
    read_segment,
)
from knowledge.shared import Shared
from knowledge.snapshot import Snapshot
from knowledge.vector_server import VectorServer
from knowledge.vectors import VectorStore

KEPT = 3  # older snapshots, so that a reader in the middle of one is not disturbed
POINTER = "current"
LOCK = "lock"
ABANDONED_S = 3600.0  # after which nobody writes on


class Snapshots:
    """The folder of snapshots; only whole ones are ever seen in it.

    They share the files of their segments by hard links, so each of them is whole by itself.
    """

    def __init__(self, folder: Path, server: VectorServer | None = None) -> None:
        """Keep snapshots in a folder; a server may hold their rows too."""
        self._folder, self._server = folder, server
        self._opened: WeakValueDictionary[str, Segment] = WeakValueDictionary()
        self._common = Shared(server)

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

    def known_keys(self) -> dict[str, str]:
        """Return the key of each share by its stamp, as far as the snapshots here know it."""
        return {
            stamp: key
            for _, manifest in self._manifests()
            for stamp, key in manifest.portions
            if stamp
        }

    @contextmanager
    def building(self) -> Iterator[None]:
        """Let one process or thread at a time decide what the index is; readers never wait."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def build(
        self,
        portions: Sequence[Portion],
        embedder: Embedder,
        now: datetime,
        progress: Progress = lambda done, total: None,
    ) -> str:
        """Write the snapshot of these portions, point to it, and return its name.

        Only what no snapshot has is read, taken apart and written; only texts never embedded
        before are embedded.
        """
        name = self.prepare(portions, embedder, now, progress)
        self._point_to(name)
        self._sweep(name)
        return name

    def prepare(
        self,
        portions: Sequence[Portion],
        embedder: Embedder,
        now: datetime,
        progress: Progress = lambda done, total: None,
    ) -> str:
        """Write the snapshot of these portions beside the one in use, and return its name."""
        name = snapshot_name(portions, embedder.model_id)
        if not self._is_whole(name):
            self._write(name, portions, embedder, now, progress)
        return name

    def _is_whole(self, name: str) -> bool:
        try:
            manifest = self._manifest(name)
            for segment in manifest.segments:
                self._segment(name, segment, manifest)
        except StaleIndexError:
            return False
        return True

    def _write(
        self,
        name: str,
        portions: Sequence[Portion],
        embedder: Embedder,
        now: datetime,
        progress: Progress,
    ) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".", dir=self._folder))
        try:
            keys = {one.key for one in portions} - {""}
            files, segments = self._shared(partial, keys, embedder)
            known = {share.key for one in segments for share in one.shares}
            missing = [one for one in portions if one.key and one.key not in known]
            segments += self._new(partial, missing, embedder, progress)
            segments = joined(partial, segments, keys, embedder.model_id, is_first=not files)
            names = [file for one in segments for file in names_of(one.name)]
            for path in partial.iterdir():
                if path.name not in names:
                    path.unlink()
            digests = {file: files.get(file) or _digest(partial / file) for file in names}
            held = [share for one in segments for share in one.kept(keys)]
            manifest = Manifest(
                format=FORMAT,
                model=embedder.model_id,
                dim=embedder.dim,
                content=name,
                passages=sum(one.passages.stop - one.passages.start for one in held),
                rows=sum(one.rows.stop - one.rows.start for one in held),
                created_at=now.isoformat(),
                portions=[[one.stamp, one.key] for one in portions],
                files=digests,
            )
            self._publish(partial, manifest)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _shared(
        self, partial: Path, wanted: Collection[str], embedder: Embedder
    ) -> tuple[dict[str, str], list[Segment]]:
        """Link the segments that have wanted shares already; return digests and segments."""
        files: dict[str, str] = {}
        segments: list[Segment] = []
        missing = set(wanted)
        for folder, manifest in self._manifests():
            if (manifest.model, manifest.dim) != (embedder.model_id, embedder.dim):
                continue
            for name in manifest.segments:
                try:
                    if missing.isdisjoint(keys_in(self._folder / folder, name)):
                        continue
                    segment = self._segment(folder, name, manifest)
                except (StaleIndexError, OSError, ValueError):
                    continue  # it is damaged, and what it had is written again
                missing -= {share.key for share in segment.shares}
                segments.append(segment)
                for file in names_of(name):
                    _link(self._folder / folder / file, partial / file)
                    files[file] = manifest.files[file]
        return files, segments

    def _new(
        self,
        partial: Path,
        missing: Sequence[Portion],
        embedder: Embedder,
        progress: Progress,
    ) -> list[Segment]:
        """Write what no segment has, after embedding what was never embedded."""
        news = [NewShare.of(one.key, one.read()) for one in missing]
        store = self.vectors
        store.prepare((text for one in news for text in one.texts), embedder, progress)
        written = []
        for some in batches(news):
            draft = Draft.new(
                some,
                lambda texts: store.vectors(texts, embedder),
                embedder.model_id,
                embedder.dim,
            )
            draft.write(partial)
            written.append(read_segment(partial, draft.segment.name))
        return written

    def _publish(self, partial: Path, manifest: Manifest) -> None:
        """Give a finished folder its name."""
        text = json.dumps(asdict(manifest), indent=1)
        (partial / "manifest.json").write_text(text, encoding="utf-8")
        partial.chmod(0o755)
        target = self._folder / manifest.content
        shutil.rmtree(target, ignore_errors=True)  # a damaged one of the same name
        try:
            partial.rename(target)
        except OSError:
            if not self._is_whole(manifest.content):
                raise

    def _point_to(self, name: str) -> None:
        if self.current() == name:
            return
        handle, partial = tempfile.mkstemp(prefix=".", dir=self._folder)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(self.pointer)

    def _folders(self) -> list[Path]:
        """Return the folders of all snapshots, the newest first."""
        found = [path for path in self._folder.glob("[!.]*") if path.is_dir()]
        return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)

    def _sweep(self, name: str) -> None:
        for path in [path for path in self._folders() if path.name != name][KEPT:]:
            shutil.rmtree(path, ignore_errors=True)
        for path in self._folder.glob(".*"):  # of somebody who was killed while writing
            if path.is_dir() and time.time() - path.stat().st_mtime > ABANDONED_S:
                shutil.rmtree(path, ignore_errors=True)
        if self._server is not None:
            self._server.sweep({path.name for path in self._folders()})

    def _manifests(self) -> Iterator[tuple[str, Manifest]]:
        """Yield the snapshots that can be read, first the one in use, then the newest."""
        current = self.current()
        names = [path.name for path in self._folders()]
        for name in sorted(names, key=lambda name: name != current):
            with suppress(StaleIndexError):
                yield name, self._manifest(name)

    def _manifest(self, name: str) -> Manifest:
        try:
            text = (self._folder / name / "manifest.json").read_text(encoding="utf-8")
            manifest = Manifest(**json.loads(text))
        except (OSError, ValueError, TypeError) as error:
            raise StaleIndexError(reason="manifest") from error
        if not name or manifest.format != FORMAT:
            raise StaleIndexError(reason="format")
        return manifest

    def load(self, name: str, *, model: str = "") -> Snapshot:
        """Return a snapshot after checking that it is whole; what is in use is not read again.

        Raises:
            StaleIndexError: it is missing, damaged, or of another model.
        """
        manifest = self._manifest(name)
        if model and manifest.model != model:
            raise StaleIndexError(reason=manifest.model)
        segments = [self._segment(name, one, manifest) for one in manifest.segments]
        try:
            return assembled(name, segments, manifest.keys, manifest.dim, self._common)
        except KeyError as error:
            raise StaleIndexError(reason="shares") from error

    def _segment(self, folder: str, name: str, manifest: Manifest) -> Segment:
        """Return a segment, opened and checked only where nobody here uses it yet.

        Raises:
            StaleIndexError: it is damaged.
        """
        found = self._opened.get(name)
        if found is not None:
            return found
        path = self._folder / folder
        try:
            for file in names_of(name):
                if _digest(path / file) != manifest.files[file]:
                    raise StaleIndexError(reason=file)
            segment = read_segment(path, name)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StaleIndexError(reason=name) from error
        self._opened[name] = segment
        return segment


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # a file system without links
        shutil.copy2(source, target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
