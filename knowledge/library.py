"""One loaded snapshot, with everything that answering from it needs."""

from collections.abc import Collection, Mapping

from knowledge.acceptance import ItemCandidate, ItemJudge
from knowledge.bridge import bridge_of
from knowledge.documents import DocumentSearch, Sought
from knowledge.embedder import Embedder, Vectors
from knowledge.evidence import evidence_model
from knowledge.index_kind import IndexKind
from knowledge.item import Audience, KnowledgeItem, Passage
from knowledge.matching import Matcher
from knowledge.open_questions import OpenQuestions
from knowledge.question import Question, view
from knowledge.reader import reader_of
from knowledge.reranker import Searching
from knowledge.retriever import Retriever
from knowledge.services import Services
from knowledge.shared import Shared
from knowledge.snapshot import Snapshot
from knowledge.whole_texts import WholeTexts
from knowledge.wording import Wording, wording


class Library:
    """One loaded snapshot with everything that answering needs; never changed."""

    def __init__(
        self,
        snapshot: Snapshot,
        items: Mapping[str, KnowledgeItem],
        embedder: Embedder,
        *,
        opened: OpenQuestions | None = None,
        services: Services | None = None,
        searching: Searching | None = None,
    ) -> None:
        self.name, self.passages, self.rows = snapshot.name, snapshot.passages, snapshot.rows
        searching = searching or Searching()
        self.services = services or Services([], embedder.embed_passages)
        self._texts = _texts(snapshot)
        self.items, self._embedder = items, embedder
        self.embedder_name = embedder.model_id
        reader = reader_of(embedder)
        self.model = evidence_model(is_read=reader is not None)
        self.retriever = open_retriever(snapshot, embedder.model_id, searching.kind)
        self.matcher = Matcher(items)
        self._index = snapshot.index
        self._opened = opened or OpenQuestions.none(snapshot.index.d)
        self.judge = self._shared_judge(snapshot)
        self._quoted = frozenset(passage.owner for passage in self._texts if passage.owner)
        self.owners = self._quoted | self.services.owners
        self._places = {passage.id: at for at, passage in enumerate(self.passages)}
        texts = WholeTexts(self._texts)
        self.documents = DocumentSearch(
            self._texts,
            self.rows,
            self.retriever,
            texts,
            reranker=searching.reranker,
            reader=reader,
        )
        if self._quoted:
            self.wording("")  # reads the dictionary before somebody waits for it

    def health(self) -> dict[str, object]:
        """Return what is served, and whether passages are found by meaning now."""
        search = self.retriever
        return {
            "status": "ok" if search.is_whole else "degraded",
            "index": self.name,
            "passages": len(self.passages),
            "vectors": {"kind": search.kind, "whole": search.is_whole},
        }

    def question(self, text: str) -> Question:
        """Take a question apart with this corpus's word frequencies."""
        return view(text, self.retriever.bm25.rarity, self.matcher.topics)

    def embed(self, text: str) -> Vectors:
        """Return the question's vector, shape (dim,)."""
        vectors = self._embedder.embed_queries([text])
        return vectors.reshape(-1)

    def wording(self, text: str) -> Wording:
        """Take a question apart as it is compared with added documents."""
        return wording(text, self.retriever.bm25.rarity, self.matcher.topics)

    def found(
        self,
        text: str,
        query: Vectors,
        audience: Audience,
        *,
        barred: Collection[str] = frozenset(),
    ) -> Sought | None:
        """Return what the added documents have on a question; none where there are none.

        ``barred`` are the numbers of documents that may not be quoted.
        """
        if self._quoted <= frozenset(barred):
            return None
        return self.documents.find(self.wording(text), query, audience, self.model, barred=barred)

    def items_for(
        self,
        question: Question,
        query: Vectors,
        audience: Audience,
        *,
        without: Collection[str] = (),
    ) -> list[ItemCandidate]:
        """Return the shipped items that may answer, the likeliest first; see ``ItemJudge``."""
        background = self.retriever.background(query)
        return self.judge.judged(question, query, background, audience, without=without)

    def _shared_judge(self, snapshot: Snapshot) -> ItemJudge:
        """Return the judge, which another index with the same items may have already."""
        shipped = tuple(one for one in self._texts if one.item in self.items)
        key = ("judge", shipped, self._opened.texts)
        shared: Shared = snapshot.index.shared
        return shared.get(key, lambda: self.judge_without(frozenset()))

    def judge_without(self, apart: frozenset[str]) -> ItemJudge:
        """Return a judge that has learned nothing from some items, to measure it on them."""
        return ItemJudge(
            self.items, self._texts, self.rows, self._index, self._opened, apart=apart
        )

    def title_of(self, item: str) -> str:
        """Return the name of a shipped item, or of one of a table; empty where there is none."""
        if item in self.items:
            return self.items[item].title
        service = self.services.get(item)
        return service.name if service else ""

    def nearness(self, name: str, query: Vectors) -> float:
        """Return the cosine of a question with a passage, by the passage's id."""
        at = self._places.get(name)
        return float(self.retriever.row_cosines(at, query)[0]) if at is not None else 0.0


def open_retriever(snapshot: Snapshot, model: str, kind: IndexKind) -> Retriever:
    """Return the search over the texts of a snapshot."""
    return Retriever(
        _texts(snapshot),
        snapshot.rows,
        snapshot.index,
        bridge=bridge_of(model),
        words=snapshot.words,
        kind=kind,
    )


def _texts(snapshot: Snapshot) -> list[Passage]:
    """Return the passages that are found here; those of service items come after them."""
    return [one for one in snapshot.passages if not one.is_service]
