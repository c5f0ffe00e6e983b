"""Conversations written in YAML: what a person says, and what must come back.

``tests/dialogues/README.md`` explains the format.
This module reads scripts and judges turns; ``tests/playing.py`` talks to the product.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import yaml

from channels.message import Outcome

FOLDER = Path(__file__).with_name("dialogues")
TOKEN_LIMIT = 32
ELDERLY_CHOICES = 3
WAYS = ("slips", "polite", "pieces")  # tests/replaying.py
# What no reader may ever see: an empty gap, a name of ours, a foreign None.
_LEAK = re.compile(r"\{\w+\}|utter_|action_|\bNone\b|\bnull\b|Traceback|/\w+\{")


class ScriptError(ValueError):
    """A script is not in the format; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must be true of one turn; what is left out is not looked at."""

    outcome: tuple[str, ...] = ()
    never_outcome: tuple[str, ...] = ()
    says: tuple[tuple[str, ...], ...] = ()  # of each group at least one
    never: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    cites: bool | tuple[str, ...] = False  # True: any; names: one of them is a document's
    ticket: Mapping[str, Any] | None = None
    tickets: tuple[Mapping[str, Any], ...] = ()  # of several told in one breath, in their order
    no_ticket: bool = False

    @classmethod
    def read(cls, wire: Mapping[str, Any]) -> Self:
        """Return the expectation in the keys of a turn."""
        has_no_ticket = "ticket" in wire and wire["ticket"] is None
        cites = wire.get("cites", False)
        return cls(
            outcome=_words(wire.get("outcome")),
            never_outcome=_words(wire.get("never_outcome")),
            says=tuple(_words(group) for group in wire.get("says", ())),
            never=_words(wire.get("never")),
            choices=_words(wire.get("choices")),
            cites=cites if isinstance(cites, bool) else _words(cites),
            ticket=wire.get("ticket"),
            tickets=tuple(wire.get("tickets", ())),
            no_ticket=has_no_ticket,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that is done in a conversation, and what is expected of the answer."""

    user: str = ""
    choose: str = ""
    person: str = ""  # who speaks; each person has a conversation of their own
    location: Mapping[str, Any] | None = None
    photo: bool = False
    worker_code: tuple[str, ...] = ()  # the cells of the worker who is invited
    grid: str = ""  # the status that the grid system reports
    note: str = ""
    repeat: bool = False
    later_h: float = 0.0  # so many hours pass before anything else is said
    restart: bool = False  # the dialogue server falls and comes back
    expected: Expectation = field(default_factory=Expectation)

    @classmethod
    def read(cls, wire: Mapping[str, Any]) -> Self:
        """Return the step.

        Raises:
            ScriptError: a key is unknown, or nothing is done.
        """
        actions = {f.name for f in fields(cls)} - {"expected"}
        known = actions | {f.name for f in fields(Expectation)} - {"no_ticket"}
        if unknown := set(wire) - known:
            raise ScriptError(f"unknown keys: {sorted(unknown)}")
        if not set(wire) & (actions - {"person", "note"}):
            raise ScriptError(f"nothing is done: {dict(wire)}")
        cells = wire.get("worker_code") or ()
        if unquoted := set(_words(wire.get("outcome"))) - set(Outcome):
            raise ScriptError(f"unknown outcomes: {sorted(unquoted)}")
        return cls(
            user=str(wire.get("user", "")),
            choose=str(wire.get("choose", "")),
            person=str(wire.get("person", "")),
            location=wire.get("location"),
            photo=bool(wire.get("photo")),
            worker_code=("XFL-01",) if cells is True else _words(cells),
            grid=str(wire.get("grid", "")),
            note=str(wire.get("note", "")),
            repeat=bool(wire.get("repeat")),
            later_h=float(wire.get("later_h", 0)),
            restart=bool(wire.get("restart")),
            expected=Expectation.read(wire),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A script: a name, an audience and steps."""

    name: str
    skill: str
    audience: str
    steps: tuple[Step, ...]
    replay: tuple[str, ...] = WAYS  # how else it is played

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return everything that is typed."""
        return tuple(step.user for step in self.steps if step.user)


def load_conversations(folder: Path = FOLDER) -> list[Conversation]:
    """Return every conversation below ``folder``.

    Raises:
        ScriptError: a file is not in the format.
    """
    return [found for path in sorted(folder.glob("*.yml")) for found in _read_file(path)]


def _read_file(path: Path) -> Iterator[Conversation]:
    for wire in yaml.safe_load(path.read_text("utf-8")):
        name = wire.get("conversation", "?")
        if unknown := set(wire) - {"conversation", "audience", "turns", "replay", "because"}:
            raise ScriptError(f"{path.name}, {name}: unknown keys {sorted(unknown)}")
        if "replay" in wire and not wire.get("because"):
            raise ScriptError(f"{path.name}, {name}: say why it is not replayed in every way")
        try:
            steps = tuple(Step.read(turn) for turn in wire["turns"])
        except ScriptError as error:
            raise ScriptError(f"{path.name}, {name}: {error}") from error
        audience = wire.get("audience", "standard")
        ways = _words(wire.get("replay", WAYS) or None)
        if unknown := set(ways) - set(WAYS):
            raise ScriptError(f"{path.name}, {name}: unknown replays {sorted(unknown)}")
        yield Conversation(name=name, skill=path.stem, audience=audience, steps=steps, replay=ways)


def words_of(turn: Mapping[str, Any]) -> str:
    """Return everything that a person reads in a turn."""
    return "\n".join(reply["text"] for reply in turn["replies"])


def titles_of(turn: Mapping[str, Any]) -> list[str]:
    """Return the titles of all options, in order."""
    return [choice["title"] for reply in turn["replies"] for choice in reply["choices"]]


def citations_of(turn: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Return all citations."""
    return [citation for reply in turn["replies"] for citation in reply["citations"]]


def faults(turn: Mapping[str, Any], expected: Expectation, audience: str) -> list[str]:
    """Return what is wrong with a turn, in words; nothing if it is as expected."""
    return [*_always(turn, audience), *_as_expected(turn, expected)]


def _always(turn: Mapping[str, Any], audience: str) -> Iterator[str]:
    text = words_of(turn)
    if not text.strip():
        yield "nothing was said"
    if leak := _LEAK.search(text):
        yield f"a reader sees {leak[0]!r}"
    for reply in turn["replies"]:
        yield from _choice_faults(reply, audience)
    for citation in citations_of(turn):
        yield from _source_faults(citation)


def _choice_faults(reply: Mapping[str, Any], audience: str) -> Iterator[str]:
    if audience == "elderly" and len(reply["choices"]) > ELDERLY_CHOICES:
        yield f"more than {ELDERLY_CHOICES} choices for an elderly reader"
    for choice in reply["choices"]:
        if not (choice["token"].isascii() and 0 < len(choice["token"]) <= TOKEN_LIMIT):
            yield f"the token of {choice['title']!r} is not short ASCII"


def _source_faults(citation: Mapping[str, str]) -> Iterator[str]:
    if not (citation["document"] and citation["quote"] and citation["source"]):
        yield "a citation without document, quote or source"
    if citation.get("text") and citation["quote"] not in citation["text"]:
        yield "a quote that is not in its clause"


def _as_expected(turn: Mapping[str, Any], expected: Expectation) -> Iterator[str]:
    text, titles = words_of(turn), titles_of(turn)
    if expected.outcome and turn["outcome"] not in expected.outcome:
        yield f"outcome {turn['outcome']}, not {' / '.join(expected.outcome)}"
    if turn["outcome"] in expected.never_outcome:
        yield f"outcome {turn['outcome']}"
    for group in expected.says:
        if not any(words in text for words in group):
            yield f"does not say {' / '.join(group)}"
    yield from (f"says {words}" for words in expected.never if words in text)
    yield from (f"does not offer {title}" for title in expected.choices if title not in titles)
    yield from _citation_faults(turn, expected.cites)
    yield from _ticket_faults(turn["ticket"], expected)


def _citation_faults(turn: Mapping[str, Any], wanted: bool | tuple[str, ...]) -> Iterator[str]:
    documents = [citation["document"] for citation in citations_of(turn)]
    if wanted and not documents:
        yield "no citation"
    elif isinstance(wanted, tuple) and not any(w in d for w in wanted for d in documents):
        yield f"cites {documents}, not {' / '.join(wanted)}"


def _ticket_faults(ticket: Mapping[str, Any] | None, expected: Expectation) -> Iterator[str]:
    if expected.no_ticket and ticket is not None:
        yield "there is a ticket"
    told = [ticket, *ticket.get("others", ())] if ticket else []
    if expected.tickets and len(told) != len(expected.tickets):
        yield f"there are {len(told)} tickets, not {len(expected.tickets)}"
    for one, wanted in zip(told, expected.tickets, strict=False):
        yield from _field_faults(one, wanted)
    if expected.ticket and ticket is None:
        yield "there is no ticket"
    elif expected.ticket and ticket is not None:
        yield from _field_faults(ticket, expected.ticket)


def _field_faults(ticket: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    for name, wanted in expected.items():
        found = ticket.get(name)
        if isinstance(found, Mapping):  # a category is known by its name or code
            found = [found.get("name"), found.get("code")]
        if not _is(found, wanted):
            yield f"ticket.{name} is {found!r}, not {wanted!r}"


def _is(found: Any, wanted: Any) -> bool:
    """Return whether a field is as wanted: ``"*"`` is anything, a list one of, ``~`` contains."""
    if isinstance(wanted, list):
        return any(_is(found, one) for one in wanted)
    if isinstance(found, list):
        return any(_is(one, wanted) for one in found)
    if wanted == "*":
        return bool(found)
    if isinstance(wanted, str) and wanted.startswith("~"):
        return wanted[1:] in str(found or "")
    return bool(found == wanted)


def _words(value: Any) -> tuple[str, ...]:
    """Return one word or many as a tuple of strings."""
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    return (str(value),)
