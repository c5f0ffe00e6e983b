"""Reading back what was heard: shown before anything is done with it, but for dangers."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from channels.message import Choice, Outcome, Reply, Turn

HUMAN = "/request_human"
SAY_AGAIN = "/say_again"  # answered here; the dialogue never sees it
MARKS = " ,。,.!?!?、;;"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every sentence; the fields are the keys of the file."""

    heard: str
    heard_at_once: str
    confirm: str
    again: str
    human: str
    say_again: str
    unclear: str
    unclear_kept: str
    said: str
    confirm_words: list[str]
    again_words: list[str]
    human_words: list[str]
    urgent: list[str]


@cache
def words() -> Words:
    """Return the words; a missing or unknown key is a ``TypeError``."""
    path = Path(__file__).with_name("readback.yml")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return Words(**loaded)


def is_urgent(text: str) -> bool:
    """Return whether ``text`` may tell of a danger, so that nobody waits for a confirmation."""
    return any(word in text for word in words().urgent)


def offer(text: str) -> Turn:
    """Return the question whether ``text`` is what was said; a yes says it to the dialogue."""
    said = words()
    choices = (
        Choice(title=said.confirm, payload=text),
        Choice(title=said.again, payload=SAY_AGAIN),
        Choice(title=said.human, payload=HUMAN),
    )
    return _turn(said.heard.format(text=text), *choices)


def ask_again() -> Turn:
    """Return the invitation to say it once more."""
    return _turn(words().say_again)


def unclear(*, is_kept: bool) -> Turn:
    """Return the apology for what was not understood."""
    said = words()
    text = said.unclear_kept if is_kept else said.unclear
    return _turn(text, Choice(title=said.human, payload=HUMAN))


def answer_in(text: str) -> str | None:
    """Return the title of the option that a spoken answer to the question means, if any."""
    said, spoken = words(), text.strip(MARKS)
    for title, known in (
        (said.confirm, said.confirm_words),
        (said.again, said.again_words),
        (said.human, said.human_words),
    ):
        if spoken in known:
            return title
    return None


def _turn(text: str, *choices: Choice) -> Turn:
    return Turn(replies=(Reply(text=text, choices=choices),), outcome=Outcome.CLARIFY)
