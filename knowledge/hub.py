"""Finds a model on this machine or, where that is allowed, on the hub; imports no torch."""

import os
import socket

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

HUB = ("huggingface.co", 443)
HUB_TIMEOUT_S = 3.0


def cached_copy(name: str) -> str | None:
    """Return the folder of a model in this machine's hub cache, asking nobody."""
    try:
        return str(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError):
        return None


def fetched_copy(name: str) -> str | None:
    """Fetch a model from the hub; return None within seconds where the hub is out of reach."""
    if not os.environ.get("HF_ENDPOINT"):
        try:
            socket.create_connection(HUB, timeout=HUB_TIMEOUT_S).close()
        except OSError:
            return None
    try:
        return str(snapshot_download(name, etag_timeout=HUB_TIMEOUT_S))
    except (HFValidationError, OSError, RuntimeError):
        return None
