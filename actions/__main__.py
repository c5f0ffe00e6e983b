"""Serve the actions: ``python -m actions``."""

import logging
import os

import actions
from actions import resources
from actions.embedding import EmbeddingService
from actions.server import serve
from actions.settings import Settings


def main() -> None:
    """Listen on loopback until the process is told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = Settings.from_env(os.environ)
    waits = resources.answerer().rephraser is not None
    resources.tickets()
    EmbeddingService(resources.embedder(), settings.embedding_port, resources.health).start()
    serve(actions, settings.port, in_threads=waits)


if __name__ == "__main__":
    main()
