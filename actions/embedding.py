"""The embedding service: Rasa's environment asks for sentence vectors over loopback.

``POST /embed`` takes a JSON list of texts and answers raw little-endian float32, row by row.
``GET /healthz`` says which model serves and what computes it.
The same embedder searches the knowledge base and remembers its last questions, so a message is
embedded once for its intent and its answer.
"""

import json
import logging
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from knowledge.embedder import Embedder

logger = logging.getLogger(__name__)

BODY_LIMIT = 4 * 1024 * 1024  # bytes


class EmbeddingService:
    """Serves one embedder on loopback in a thread of its own."""

    def __init__(
        self, embedder: Embedder, port: int, health: Callable[[], dict[str, Any]] | None = None
    ) -> None:
        handler = type("Handler", (_Handler,), {"embedder": embedder, "health": health})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The address, also when the port was chosen by the system (0)."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # Rasa keeps its connection
    disable_nagle_algorithm = True
    embedder: Embedder
    health: Callable[[], dict[str, Any]] | None

    def do_GET(self) -> None:
        """Say which model serves."""
        health = type(self).health
        details = health() if health is not None else {}
        body: dict[str, Any] = {
            "status": "ok",
            "model": self.embedder.model_id,
            "dim": self.embedder.dim,
            "engine": self.embedder.engine,
        }
        self._answer(200, json.dumps(body | details).encode(), "application/json")

    def do_POST(self) -> None:
        """Embed a list of texts."""
        length = int(self.headers.get("Content-Length") or 0)
        if self.path != "/embed" or not 0 < length <= BODY_LIMIT:
            self._answer(404, b"", "text/plain")
            return
        texts = json.loads(self.rfile.read(length))
        vectors = self.embedder.embed_queries([str(text) for text in texts])
        self._answer(200, vectors.astype("<f4").tobytes(), "application/octet-stream")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep silent: what is embedded is what people wrote."""
