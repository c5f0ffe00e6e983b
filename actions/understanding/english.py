"""What residents write in English, in the Chinese that the parsers understand.

The table and its reader stand with the dialogue (``bot/components/english.py``), which has another
Python environment, so that intent, alarm and ticket understand the same.
"""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

READER = Path(__file__).parents[2] / "bot" / "components" / "english.py"


def in_chinese(text: str) -> str:
    """Return the text with its English in Chinese words, as long as before."""
    told: str = _reader().in_chinese(text)
    return told


@cache
def _reader() -> Any:
    spec = importlib.util.spec_from_file_location("linli_english", READER)
    if spec is None or spec.loader is None:
        raise ImportError(f"{READER} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load_english()
