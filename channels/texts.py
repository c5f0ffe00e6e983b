"""Words for people, read from ``texts.yml``."""

from functools import cache
from pathlib import Path

import yaml

from channels.errors import ChannelError


@cache
def problems() -> dict[str, str]:
    """Return the sentences for what can go wrong, by key."""
    loaded = yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8"))
    return {str(key): str(text) for key, text in loaded["problems"].items()}


def explain(error: ChannelError) -> str:
    """Return one clear Chinese sentence for ``error``."""
    return problems()[error.text_key].format_map(error.values)
