"""Chinese names of codes, kept in ``names.yml`` so that no resident reads a Python string."""

from functools import cache
from pathlib import Path

import yaml

PATH = Path(__file__).with_name("names.yml")


@cache
def load_names() -> dict[str, dict[str, str]]:
    """Return every table of ``names.yml``, keys as text."""
    tables = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return {
        table: {str(code): str(name) for code, name in names.items()}
        for table, names in tables.items()
    }


def name_of(table: str, code: str | int) -> str:
    """Return the Chinese name of ``code``; a code nobody named is returned as it is."""
    return load_names()[table].get(str(code), str(code))


def code_of(table: str, word: str) -> str:
    """Return the code a Chinese name stands for; a word that is no name is returned as it is."""
    return next((code for code, name in load_names()[table].items() if name == word), word)
