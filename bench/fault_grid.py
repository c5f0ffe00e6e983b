"""A small grid system that misbehaves as it is told, for ``bench.faults``.

What it has taken it writes to a file before it answers, so that it may be killed at any time:
one line for each ticket and update that was new to it, in the order in which they came.
"""

import json
import os
import random
import threading
import time
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often it fails, as shares of the requests, and how late a late answer is."""

    refused: float = 0.0  # 503, nothing applied
    lost: float = 0.0  # applied, and the connection dropped
    late: float = 0.0  # applied, and answered when nobody waits any more
    late_s: float = 1.5


class Ledger:
    """What was taken, by idempotency key; read again after a kill."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._keys: dict[str, str] = {}
        path.touch()
        whole, end, _half = path.read_bytes().rpartition(b"\n")
        os.truncate(path, len(whole + end))  # half a line was never answered
        for line in whole.splitlines():
            taken = json.loads(line)
            self._keys[taken["key"]] = taken["id"]
        self._file = path.open("ab", buffering=0)

    def take(self, key: str, body: dict[str, Any]) -> str:
        """Return the id of what came under this key, now or before."""
        with self._lock:
            if key not in self._keys:
                self._keys[key] = f"G-{len(self._keys) + 1}"
                line = {"key": key, "id": self._keys[key], "at": time.time(), "body": body}
                self._file.write(json.dumps(line).encode() + b"\n")
            return self._keys[key]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def __init__(self, ledger: Ledger, faults: Faults, *arguments: Any) -> None:
        self._ledger, self._faults = ledger, faults
        super().__init__(*arguments)

    def do_POST(self) -> None:
        """Take a ticket or an update, or fail."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        chance, faults = random.random(), self._faults
        if chance < faults.refused:
            return self._answer(503, {"title": "busy"})
        found = self._ledger.take(self.headers["idempotency-key"] or "", body)
        if chance < faults.refused + faults.lost:
            self.close_connection = True
            return None
        if chance < faults.refused + faults.lost + faults.late:
            time.sleep(faults.late_s)
        return self._answer(201, {"external_id": found})

    def _answer(self, status: int, body: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that were killed."""


def serve(port: int, path: Path, faults: Faults) -> None:
    """Serve on loopback until killed."""
    with _Server(("127.0.0.1", port), partial(_Handler, Ledger(path), faults)) as server:
        server.serve_forever(0.1)


def taken(path: Path) -> list[dict[str, Any]]:
    """Return what a grid system took, in order; each with ``key``, ``at`` and ``body``."""
    whole = path.read_bytes().rpartition(b"\n")[0] if path.exists() else b""
    return [json.loads(line) for line in whole.splitlines()]
