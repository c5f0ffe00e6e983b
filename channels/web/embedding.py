"""The chat within other sites: who may show it, and the script that puts it there."""

from urllib.parse import urlsplit

from channels.errors import SettingsError

VARIABLE = "LINLI_EMBED_ORIGINS"
EXPECTED = "origins such as https://www.example.gov.cn, separated by spaces, are expected"


def read_origins(value: str) -> tuple[str, ...]:
    """Return the origins (scheme, host, port) that may show the chat within their pages.

    Raises:
        SettingsError: one of them is no origin.
    """
    found = tuple(dict.fromkeys(value.split()))
    if not all(map(_is_origin, found)):
        raise SettingsError(VARIABLE, EXPECTED)
    return found


def _is_origin(value: str) -> bool:
    try:
        parts = urlsplit(value)
        is_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    # what browsers call the origin is written without anything after the host and port
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and value == f"{parts.scheme}://{parts.netloc}"
        and not set(value) & set(";,*'\"@")
        and is_port
    )


def frame_policy(policy: str, origins: tuple[str, ...]) -> str:
    """Return the content policy that lets ``origins`` show a page within theirs."""
    if not origins:
        return policy
    return policy.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}")
