"""What actions work with, opened once per process and only when first asked for.

Actions hold these functions, never what they return: rasa-sdk may pickle actions.
"""

import os
from collections.abc import Mapping
from functools import cache

from actions.tickets.categories import Category, load_categories
from actions.tickets.cells import Cells, load_cells
from actions.tickets.settings import Settings as TicketSettings
from actions.tickets.store import TicketStore, open_store
from actions.tickets.workers import WorkerRegistry
from actions.understanding.history.learned import (
    HistoryRouter,
    HistorySorter,
    Learned,
    open_learned,
)
from actions.understanding.lexicon import load_lexicon
from actions.understanding.understanding import Understander
from knowledge.counter import Counter, open_counter
from knowledge.embedder import Embedder
from knowledge.settings import Settings as KnowledgeSettings


@cache
def answerer() -> Counter:
    """Return the knowledge base; it reloads itself when a new index is published."""
    return open_counter(KnowledgeSettings.from_env(os.environ))


def health() -> dict[str, object]:
    """Return what the knowledge base serves now."""
    return answerer().current.library.health() | {"learned": learned().about()}


def embedder() -> Embedder:
    """Return the embedder that the knowledge base searches with."""
    return answerer().embedder


@cache
def tickets() -> TicketStore:
    """Return the ticket store, which knows what is near in meaning."""
    settings = TicketSettings.from_env(os.environ)
    return open_store(settings, embed=lambda texts: embedder().embed_queries(texts))


@cache
def workers() -> WorkerRegistry:
    """Return the registry of bound worker accounts."""
    return WorkerRegistry(tickets().engine)


@cache
def cells() -> Cells:
    """Return the grid cells of the community."""
    return load_cells()


@cache
def understander() -> Understander:
    """Return the reader of messages, which knows what is near in meaning."""
    found, categories = learned(), load_categories()
    return Understander(
        categories,
        communities=load_lexicon()["communities"],
        embed=lambda texts: embedder().embed_queries(texts),
        departments=HistoryRouter(found.departments) if found.departments else None,
        sorter=HistorySorter(found.categories, categories) if found.categories else None,
    )


@cache
def learned() -> Learned:
    """Return what was trained from the community's own history, read when the process starts."""
    return open_learned(KnowledgeSettings.from_env(os.environ).home)


def categories() -> Mapping[str, Category]:
    """Return the categories by code."""
    return load_categories()
