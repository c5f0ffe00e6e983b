"""The whole normalised text of each document and item, put together when it is first wanted."""

from collections import defaultdict
from collections.abc import Sequence

from knowledge.bm25 import normalised
from knowledge.item import Passage


class WholeTexts:
    """Whole texts by the number of their document, or by their item."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._places: dict[str, list[int]] = defaultdict(list)
        for at, passage in enumerate(passages):
            self._places[passage.owner or passage.item].append(at)
        self._texts: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """Return the whole text of a document or item."""
        if name not in self._texts:
            passages = [self._passages[at] for at in self._places[name]]
            words = [
                text
                for one in passages
                for text in (one.document, one.context, one.text, *one.surfaces)
            ]
            self._texts[name] = normalised(" ".join(dict.fromkeys(words)))
        return self._texts[name]
