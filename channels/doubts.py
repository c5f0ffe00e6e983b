"""Doubts (没听准的话): turns whose intent was unsure, or that the person put right.

They are what a maintainer learns new examples from.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine, select

from channels.schema import TurnRow, table_of

SOON = timedelta(minutes=10)  # within which the next message speaks of the answer before it
CHOSEN = 1.0  # the confidence of an option
SURE = 0.7  # of a no
_OF_DRAFTS = frozenset({"ticket_draft", "ticket"})  # there a no corrects the draft, not us
_ASKS_BACK = frozenset({"clarify", "no_evidence"})
_TURNS = table_of(TurnRow)

Mask = Callable[[str], str]


class Why(StrEnum):
    """Why a turn is to be looked at."""

    UNSURE = "unsure"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One message, masked, as it was understood; ``meant`` is the intent that was chosen then."""

    text: str
    intent: str
    confidence: float
    why: Why
    meant: str = ""
    times: int = 1

    def as_dict(self) -> dict[str, Any]:
        """Return the doubt as JSON shows it."""
        return {
            "text": self.text,
            "intent": self.intent,
            "confidence": self.confidence,
            "why": self.why.value,
            "meant": self.meant,
            "times": self.times,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answered turn of the transcript."""

    conversation: str
    said: str
    at: datetime
    outcome: str
    intent: str
    confidence: float
    offered: frozenset[str]


def doubts_in(engine: Engine, *, since: datetime, least: float, mask: Mask) -> list[Doubt]:
    """Return what is to be looked at, the corrected first, then the least sure.

    Args:
        engine: of the gateway's database.
        since: aware; older turns are left out.
        least: below this confidence an intent counts as unsure.
        mask: takes out of a text what identifies a person.
    """
    found = [
        doubt
        for _, talk in groupby(_heard(engine, since), key=lambda turn: turn.conversation)
        for doubt in _doubts_of(list(talk), least, mask)
    ]
    return sorted(_counted(found), key=lambda one: (one.why is Why.UNSURE, one.confidence))


def examples_of(doubts: Iterable[Doubt]) -> str:
    """Return the doubts as examples of Rasa's, under the intent that was meant or understood."""
    by_intent: dict[str, list[str]] = {}
    for doubt in doubts:
        line = " ".join(doubt.text.split())
        by_intent.setdefault(doubt.meant or doubt.intent, []).append(line)
    blocks = [
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {line}\n" for line in lines)
        for intent, lines in sorted(by_intent.items())
    ]
    return "".join(blocks)


def _heard(engine: Engine, since: datetime) -> Iterator[Heard]:
    query = select(_TURNS).where(_TURNS.c.at >= since)
    with engine.connect() as connection:
        for row in connection.execute(query.order_by(_TURNS.c.conversation, _TURNS.c.id)):
            if not row.reply:
                continue  # not answered
            intent = row.reply.get("intent") or {}
            titles = (c["title"] for r in row.reply["replies"] for c in r["choices"])
            yield Heard(
                conversation=row.conversation,
                said=row.said,
                at=row.at,
                outcome=row.reply["outcome"],
                intent=str(intent.get("name") or ""),
                confidence=float(intent.get("confidence") or 0.0),
                offered=frozenset(titles),
            )


def _doubts_of(talk: Sequence[Heard], least: float, mask: Mask) -> Iterator[Doubt]:
    if not talk:
        return
    before: frozenset[str] = frozenset()
    for turn, after in pairwise([*talk, None]):
        if turn is None:
            return
        is_option = turn.confidence >= CHOSEN and turn.said in before
        before = turn.offered
        if is_option or not turn.intent or not any(map(str.isalnum, turn.said)):
            continue
        corrects = after is not None and _corrects(after, turn)
        if not corrects and turn.confidence >= least:
            continue
        chosen = after.intent if after and corrects and after.said in turn.offered else ""
        yield Doubt(
            text=mask(turn.said),
            intent=turn.intent,
            confidence=turn.confidence,
            why=Why.CORRECTED if corrects else Why.UNSURE,
            meant=chosen,
        )


def _corrects(after: Heard, turn: Heard) -> bool:
    """Return whether a message says that the one before it was taken wrongly."""
    if after.at - turn.at > SOON:
        return False
    if _repairs().search(after.said):
        return True
    if after.said in turn.offered:
        return turn.outcome in _ASKS_BACK and after.intent != turn.intent
    is_no = after.intent in {"deny", "correct"} and after.confidence >= SURE
    return is_no and turn.outcome not in _OF_DRAFTS


def _counted(doubts: Iterable[Doubt]) -> Iterator[Doubt]:
    """Yield each text once, with how often it came."""
    groups: dict[tuple[str, str, Why, str], list[Doubt]] = {}
    for one in doubts:
        groups.setdefault((one.text, one.intent, one.why, one.meant), []).append(one)
    for (text, intent, why, meant), same in groups.items():
        least = min(one.confidence for one in same)
        yield Doubt(
            text=text, intent=intent, confidence=least, why=why, meant=meant, times=len(same)
        )


@cache
def _repairs() -> re.Pattern[str]:
    words = yaml.safe_load(Path(__file__).with_name("doubts.yml").read_text("utf-8"))["repairs"]
    return re.compile("|".join(words))
