"""What elderly people and their relatives are told, read from ``words.yml``."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def words() -> dict[str, Any]:
    """Return the table, read once."""
    loaded: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("words.yml").read_text("utf-8")
    )
    return loaded
