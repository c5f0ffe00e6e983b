"""The invented documents of ``bench/data/evidence`` and the questions to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.desk import Desk
from knowledge.embedder import Embedder
from knowledge.library import Library
from knowledge.settings import Settings

DATA = Path(__file__).parent / "data" / "evidence"
BLIND = {  # nothing was developed on these
    "blind": Path(__file__).parent / "data" / "evidence-blind",
    "second blind": Path(__file__).parent / "data" / "evidence-blind-second",
    "third blind": Path(__file__).parent / "data" / "evidence-blind-third",
}
WITHIN = 150  # characters
TOGETHER = 7  # documents that are added beside one another

Group = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question to one document; without a fact it has no answer there."""

    file: str
    question: str
    fact: str | None
    is_fitted_on: bool

    def has_answer(self, text: str) -> bool:
        """Return whether the fact stands early enough in an answer."""
        return self.fact is not None and self.fact in text[:WITHIN]


def entries(folder: Path = DATA) -> list[dict[str, Any]]:
    """Return the documents with their questions; every second one may be fitted on."""
    found = []
    for number, path in enumerate(sorted(folder.glob("*.yml"))):
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.append(entry | {"is_fitted_on": number % 2 == 0})
    return found


def groups() -> list[list[dict[str, Any]]]:
    """Return the documents in groups that are added together, as an office has a few."""
    every = entries()
    count = max(len(every) // TOGETHER, 1)
    return [every[at::count] for at in range(count)]


def cases_of(group: Group) -> list[Case]:
    """Return the questions to some documents."""
    found = []
    for entry in group:
        shared = {"file": entry["file"], "is_fitted_on": entry["is_fitted_on"]}
        found += [
            Case(**shared, question=asked, fact=str(fact)) for asked, fact in entry["questions"]
        ]
        found += [Case(**shared, question=asked, fact=None) for asked in entry["unanswerable"]]
    return found


def open_library(home: Path, group: Group, settings: Settings, embedder: Embedder) -> Library:
    """Return a library of documents beside the shipped items, added as a person would."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "knowledge.db").unlink(missing_ok=True)
    own = Settings(home=home, embedding_model=settings.embedding_model)
    desk = Desk(own, embedder=embedder)
    for entry in group:
        desk.add_bytes(entry["text"].encode(), entry["file"], publish=True)
    library = desk.library()
    desk.close()
    return library
