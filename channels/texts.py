"""Words for people, read from ``texts.yml``."""

from functools import cache
from pathlib import Path

import yaml

from channels.errors import ChannelError


@cache
def _table(name: str) -> dict[str, str]:
    loaded = yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8"))
    return {str(key): str(text) for key, text in loaded[name].items()}


def problems() -> dict[str, str]:
    """Return the sentences for what can go wrong, by key."""
    return _table("problems")


def channel_name(channel: str) -> str:
    """Return what a channel is called."""
    return _table("channels").get(channel, channel)


def note(key: str, channel: str) -> str:
    """Return a note for operators about a channel."""
    return _table("notes")[key].format(channel=channel_name(channel))


def place_text(key: str) -> str:
    """Return how a resident names a door: ``building`` alone, or with its ``unit``."""
    return _table("doors")[key]


def explain(error: ChannelError) -> str:
    """Return one clear Chinese sentence for ``error``."""
    return problems()[error.text_key].format_map(error.values)
