"""What people say to Linli: words and running text, from the files that Linli ships."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jieba
import yaml

from voice.numerals import spelled
from voice.settings import REPOSITORY

PATH = Path(__file__).with_name("vocabulary.yml")
LEAST = 3  # times a word stands in our texts before it is a word of ours
COMMONEST = 3000  # in jieba's count; what everybody says is heard well without us
LONGEST = 8  # characters of a term
_AMOUNT = re.compile(r"[零一二两三四五六七八九十百千万多几第]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_MARKED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")  # [words](entity) in Rasa's examples
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """``terms`` may replace what was heard; ``texts`` tell what follows what."""

    prompt: str
    terms: tuple[str, ...]
    texts: tuple[str, ...]


@cache
def read_vocabulary(repository: Path = REPOSITORY) -> Vocabulary:
    """Return the vocabulary; some seconds of work, once per process."""
    own: dict[str, Any] = yaml.safe_load(PATH.read_text("utf-8"))
    places = list(_places(own))
    phrases = list(_phrases(repository))
    texts = [clause for text in phrases for clause in _clauses(text)]
    # A place is said in many numbers and written in few.
    texts += [*own["spoken"], *places]
    terms = {*own["spoken"], *places, *_words(texts), *_names(repository)}
    kept = (term for term in terms if 2 <= len(term) <= LONGEST and _CHINESE.fullmatch(term))
    return Vocabulary(prompt=own["prompt"], terms=tuple(sorted(kept)), texts=tuple(texts))


def _places(own: dict[str, Any]) -> Iterator[str]:
    for number in range(1, own["buildings"] + 1):
        for template in own["places"]:
            yield spelled(template.format(n=number))
        for unit in range(1, own["units"] + 1):
            yield spelled(own["together"].format(building=number, unit=unit))


def _phrases(repository: Path) -> Iterator[str]:
    """Yield what residents say: training examples, questions, aliases, examples of categories."""
    for path in sorted(repository.glob("bot/skills/*/nlu.yml")):
        for block in _load(path).get("nlu") or []:
            for line in str(block.get("examples", "")).splitlines():
                yield _MARKED.sub(r"\1", line.strip("- "))
    for path in sorted(repository.glob("knowledge/items/*.yml")):
        item = _load(path)
        yield from map(str, [item["title"], *item.get("aliases", []), *item.get("questions", [])])
    for category in _load(repository / "actions/tickets/categories.yml"):
        yield from map(str, [category["name"], *category.get("examples", [])])
        yield from map(str, category.get("keywords", []))


def _names(repository: Path) -> Iterator[str]:
    cells = _load(repository / "actions/tickets/cells.yml")
    yield str(cells["community"])
    yield str(cells["street"])
    for path in sorted(repository.glob("knowledge/items/*.yml")):
        item = _load(path)
        yield from map(str, [item["title"], *item.get("aliases", [])])
    for category in _load(repository / "actions/tickets/categories.yml"):
        yield from map(str, [category["name"], *category.get("keywords", [])])


@cache
def _load(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a safe loader in C


def _clauses(text: str) -> list[str]:
    return _CHINESE.findall(spelled(text))


def _words(texts: Iterable[str]) -> Iterator[str]:
    jieba.setLogLevel(60)
    counts = Counter(word for text in texts for word in jieba.cut(text))
    common = jieba.dt.FREQ
    for word, count in counts.items():
        is_amount = _AMOUNT.fullmatch(word)
        if count >= LEAST and common.get(word, 0) <= COMMONEST and not is_amount:
            yield word
