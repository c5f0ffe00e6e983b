"""Opens the knowledge base: loads what is built, builds what is not, reloads what changed."""

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from time import monotonic

from sqlalchemy import Engine

from knowledge.answer import Answer
from knowledge.answerer import Answerer
from knowledge.database import open_engine
from knowledge.embedder import Embedder, Progress, Vectors, open_embedder
from knowledge.errors import StaleIndexError
from knowledge.guard import Guard
from knowledge.item import Audience, Facet, Passage
from knowledge.items import load_items
from knowledge.library import Library, open_retriever
from knowledge.life import local_day
from knowledge.manifest import Portion, snapshot_name
from knowledge.open_questions import OpenQuestions, open_texts
from knowledge.passages import passages_of_items
from knowledge.reading.columns import NO_COLUMNS
from knowledge.reading.document import Document
from knowledge.reading.sandbox import document_of, read_document
from knowledge.reading.terms import terms_of
from knowledge.record import DocumentRecord
from knowledge.reranker import Reranker, Searching, open_reranker
from knowledge.segment import content_key
from knowledge.services import Services, cells_of, names_of, services_of, texts_of
from knowledge.settings import Settings
from knowledge.shelf import NONE
from knowledge.snapshot import Snapshot
from knowledge.snapshots import Snapshots
from knowledge.store import SYSTEM, DocumentStore
from knowledge.vector_server import VectorServer, open_server

logger = logging.getLogger(__name__)
LOOK_EVERY_S = 1.0
WAIT_S = 2.0  # for a server to find that it has all rows; what it lacks is loaded meanwhile


def _silent(done: int, total: int) -> None:
    """Report progress to nobody."""


def _now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """Everything that changes the knowledge base goes through here."""

    def __init__(
        self,
        settings: Settings,
        *,
        embedder: Embedder | None = None,
        progress: Progress = _silent,
        clock: Callable[[], datetime] = _now,
        server: VectorServer | None = None,
    ) -> None:
        settings.home.mkdir(parents=True, exist_ok=True)
        self._settings, self._progress = settings, progress
        self._opened, self.clock = embedder, clock
        self._engine: Engine | None = None
        self._reranker: Reranker | None = None
        self.items = load_items(settings.items)
        self._server = server or open_server(settings.milvus, settings.home / "milvus")
        self.snapshots = Snapshots(settings.home / "index", self._server)

    @property
    def home(self) -> Path:
        """The folder of this installation."""
        return self._settings.home

    @property
    def area(self) -> str:
        """The place that answers are for, empty where nobody has said."""
        return self._settings.area

    @property
    def embedder(self) -> Embedder:
        """The embedder, opened at its first use because that takes a while."""
        if self._opened is None:
            self._opened = open_embedder(self._settings)
        return self._opened

    @property
    def reranker(self) -> Reranker | None:
        """The reranker that the settings name, opened at its first use."""
        if self._reranker is None and self._settings.reranker:
            self._reranker = open_reranker(self._settings)
        return self._reranker

    @property
    def documents(self) -> DocumentStore:
        """The records of added documents."""
        if self._engine is None:
            self._engine = open_engine(self._settings.knowledge_database)
        return DocumentStore(self._engine)

    def close(self) -> None:
        """Give the database connections and the reranker's thread back."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
        if self._reranker is not None:
            self._reranker.close()
            self._reranker = None
        if self._server is not None:
            self._server.close()

    def passages(self, *, publishing: AbstractSet[str] = NONE) -> Sequence[Passage]:
        """Return all passages that may be answered from now, or if versions were published."""
        added = self.documents.passages(self.clock(), publishing=publishing)
        return [*passages_of_items(self.items), *added]

    def portions(self, *, publishing: AbstractSet[str] = NONE) -> list[Portion]:
        """Return the same by document, without reading those that a snapshot knows."""
        now, documents = self.clock(), self.documents
        shipped = passages_of_items(self.items)
        known = self.snapshots.known_keys()
        quoted, services = [Portion(key=content_key(shipped), read=lambda: shipped)], []
        for number, stamp in documents.in_force(now, publishing=publishing):
            read = partial(documents.passages, now, publishing=publishing, number=number)
            quoted.append(_portion(stamp, partial(texts_of, read), known))
            services.append(_portion(f"{stamp}+", partial(cells_of, read), known))
        return [*quoted, *services]  # these have no rows, so come last

    def add(
        self,
        path: Path,
        *,
        audience: Audience = Audience.PUBLIC,
        publish: bool = False,
        actor: str = SYSTEM,
        series: str = "",
        columns: Mapping[str, str] = NO_COLUMNS,
    ) -> DocumentRecord:
        """Read a file and store it; ``build`` makes a published one answerable.

        It is a new version of the document ``series``, or of the one of the same file name.
        ``columns`` are headings of a table of service items with the roles a person has named.

        Raises:
            DocumentError: the file cannot become a document.
            UnknownDocumentError: there is no document ``series``.
        """
        document = read_document(path, columns=columns)
        return self._keep(document, audience, publish=publish, actor=actor, series=series)

    def add_bytes(
        self,
        content: bytes,
        name: str,
        *,
        audience: Audience = Audience.PUBLIC,
        publish: bool = False,
        actor: str = SYSTEM,
        series: str = "",
    ) -> DocumentRecord:
        """Store an uploaded file; otherwise as ``add``.

        Raises:
            DocumentError: the file cannot become a document.
            UnknownDocumentError: there is no document ``series``.
        """
        document = document_of(content, name)
        return self._keep(document, audience, publish=publish, actor=actor, series=series)

    def _keep(
        self, document: Document, audience: Audience, *, publish: bool, actor: str, series: str
    ) -> DocumentRecord:
        record = self.documents.add(
            document,
            terms_of(document, audience=audience),
            now=self.clock(),
            actor=actor,
            series=self.documents.find(series).series if series else "",
        )
        return self.publish_at_once(record, actor=actor) if publish else record

    def publish_at_once(
        self, record: DocumentRecord, *, actor: str, note: str = ""
    ) -> DocumentRecord:
        """Publish without review and gate; ``build`` comes after.

        People publish through ``knowledge.publishing``, which asks the golden questions first.

        A last day that was only read in the text and has passed already is laid aside: texts are
        prolonged by other texts, and who publishes today says that the document is in force.
        """
        if record.expires and record.expires < local_day(self.clock()):
            terms = replace(record.terms, expires="")
            record = self.documents.edit(record.number, terms, actor=actor, now=self.clock())
        return self.documents.publish(record.number, self.clock(), actor=actor, note=note)

    def build(self) -> str:
        """Bring the index in line with items and published documents; return its name."""
        self.documents.expire_due(self.clock())
        with self.snapshots.building():
            portions = self.portions()
            new = [passage for one in portions if one.is_new for passage in one.read()]
            self._service_vectors(names_of(new))  # so that nobody waits for it later
            if self._server is not None:
                self._bring(portions)  # for the same reason
            return self.snapshots.build(portions, self.embedder, self.clock(), self._progress)

    def refresh(self) -> None:
        """Bring the index in line where it is not, as after a step whose building failed."""
        if self.snapshots.current() != snapshot_name(self.portions(), self.embedder.model_id):
            self.build()

    def _bring(self, portions: Sequence[Portion]) -> None:
        """Have the server load the rows of a snapshot before anybody asks it."""
        name = self.snapshots.prepare(portions, self.embedder, self.clock(), self._progress)
        model = self.embedder.model_id
        snapshot = self.snapshots.load(name, model=model)
        open_retriever(snapshot, model, self._settings.index).bring(name)

    def _service_vectors(self, names: Sequence[str]) -> Vectors:
        return self.snapshots.vectors.vectors(names, self.embedder, self._progress)

    def candidate(self, numbers: AbstractSet[str]) -> Library:
        """Return the library as it would be if versions were published; nobody else uses it."""
        portions = self.portions(publishing=numbers)
        name = self.snapshots.prepare(portions, self.embedder, self.clock(), self._progress)
        return self.opened(self.snapshots.load(name, model=self.embedder.model_id), wait_s=None)

    def library(self) -> Library:
        """Return the current index loaded, after building it where it is missing or damaged."""
        wanted = snapshot_name(self.portions(), self.embedder.model_id)
        if self.snapshots.current() != wanted:
            self.build()
        try:
            snapshot = self.snapshots.load(wanted, model=self.embedder.model_id)
        except StaleIndexError as error:
            logger.warning("index snapshot is damaged, building it again: %s", error)
            self.build()
            snapshot = self.snapshots.load(wanted, model=self.embedder.model_id)
        return self.opened(snapshot)

    @cached_property
    def _questions(self) -> OpenQuestions:
        vectors = self.snapshots.vectors.vectors(open_texts(), self.embedder)
        return OpenQuestions.of(open_texts(), vectors)

    def opened(self, snapshot: Snapshot, *, wait_s: float | None = WAIT_S) -> Library:
        """Return the library of a snapshot; a server that holds its rows is waited for so long."""
        services = Services(services_of(snapshot.passages), self._service_vectors)
        library = Library(
            snapshot,
            self.items,
            self.embedder,
            opened=self._questions,
            services=services,
            searching=Searching(kind=self._settings.index, reranker=self.reranker),
        )
        library.retriever.bring(snapshot.name, wait_s)
        return library


def _portion(
    stamp: str, read: Callable[[], Sequence[Passage]], known: Mapping[str, str]
) -> Portion:
    is_new = stamp not in known
    key = content_key(read()) if is_new else known[stamp]
    return Portion(key=key, read=read, stamp=stamp, is_new=is_new)


class LiveAnswerer:
    """An answerer that takes up a new index as soon as one is published."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._lock = Lock()
        self._looked_at = monotonic()
        self._library = desk.library()
        self._guard = Guard(lambda: desk.documents, desk.items, desk.clock, desk.area)

    def close(self) -> None:
        """Give the database connections back."""
        self.desk.close()

    @property
    def embedder(self) -> Embedder:
        """The embedder, to be shared with whoever else embeds what people say."""
        return self.desk.embedder

    @property
    def current(self) -> Answerer:
        """The answerer of the index in use; looks for a new one about once a second.

        What may not be quoted any more is looked up each time.
        """
        now = monotonic()
        if now - self._looked_at >= LOOK_EVERY_S and self._lock.acquire(blocking=False):
            try:
                self._looked_at = now
                self._reload()
            finally:
                self._lock.release()
        return Answerer(self._library, self._guard.ward())

    def _reload(self) -> None:
        name = self.desk.snapshots.current()
        if not name or name == self._library.name:
            return
        try:
            snapshot = self.desk.snapshots.load(name, model=self.desk.embedder.model_id)
            self._library = self.desk.opened(snapshot)
        except (StaleIndexError, sqlite3.Error, OSError) as error:  # no turn fails by a swap
            reason = error if isinstance(error, StaleIndexError) else type(error).__name__
            logger.warning("the new index cannot be used, the old one stays: %s", reason)
            return
        logger.info("index %s taken up", name)

    def answer(
        self,
        question: str,
        *,
        audience: Audience = Audience.PUBLIC,
        item: str | None = None,
        is_enquiry: bool = False,
    ) -> Answer:
        """Return a cited answer, a guide, or a refusal; see ``Answerer.answer``."""
        return self.current.answer(question, audience=audience, item=item, is_enquiry=is_enquiry)

    def facet(self, item: str, facet: Facet, *, audience: Audience = Audience.PUBLIC) -> Answer:
        """Return one facet of an item."""
        return self.current.facet(item, facet, audience=audience)

    def item(self, item_id: str, *, audience: Audience = Audience.PUBLIC) -> Answer:
        """Return the whole card of an item."""
        return self.current.item(item_id, audience=audience)


def open_answerer(
    settings: Settings, *, embedder: Embedder | None = None, progress: Progress = _silent
) -> LiveAnswerer:
    """Return the answerer of this home, which starts from nothing if it has to.

    Raises:
        KnowledgeError: the model cannot be opened, or a shipped item is incomplete.
    """
    return LiveAnswerer(Desk(settings, embedder=embedder, progress=progress))
