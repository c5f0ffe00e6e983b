"""Serve the actions: ``python -m actions``."""

import logging
import os

import actions
from actions import resources
from actions.embedding import EmbeddingService
from actions.server import serve
from actions.settings import Settings
from actions.tickets.masking import mask
from knowledge.publishing import Publishing
from knowledge.questions_service import questions_router
from knowledge.service import KnowledgeService


def main() -> None:
    """Listen on loopback until the process is told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = Settings.from_env(os.environ)
    waits = resources.answerer().rephraser is not None
    resources.tickets()
    _serve_knowledge(settings)
    EmbeddingService(resources.embedder(), settings.embedding_port, resources.health).start()
    serve(actions, settings.port, in_threads=waits)


def _serve_knowledge(settings: Settings) -> None:
    """Open the knowledge desk to the console, beside the answers and with their embedder."""
    live = resources.answerer()
    publishing = Publishing(live.desk, lambda: live.current)
    KnowledgeService(
        publishing,
        token=settings.internal_token,
        port=settings.knowledge_port,
        routers=[questions_router(live, mask)],
    ).start()


if __name__ == "__main__":
    main()
