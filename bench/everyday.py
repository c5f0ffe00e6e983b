"""How a running product takes first messages: answered, refused, drafted or handed over.

Run with ``python -m bench.everyday --url http://127.0.0.1:8000``; ``--misses`` prints what went
another way, ``--blind`` takes the messages that nobody developed on. All were written by people
who knew the titles of the items and nothing of how they are found; a conversation is opened for
each, so that none leans on another.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
import yaml

DATA = Path(__file__).parent / "data" / "everyday"
ITEMS = Path(__file__).parents[1] / "knowledge" / "items"
ANSWERED = {"answer", "guide"}
NEVER_WHEN_REFUSED = {"answer", "guide", "emergency", "ticket"}


@dataclass(frozen=True, slots=True)
class Case:
    """One first message; ``titles`` of the items that may answer it, or the outcomes allowed."""

    group: str
    words: str
    titles: tuple[str, ...] = ()
    outcomes: frozenset[str] = frozenset()
    is_danger: bool = False  # one of the items is what to do in an emergency

    def is_met(self, turn: dict[str, Any]) -> bool:
        """Return whether the turn did what a good clerk would."""
        outcome = turn["outcome"]
        if self.titles:
            if self.is_danger and outcome == "emergency":
                return True
            shown = "".join(reply["text"] for reply in turn["replies"])
            return outcome in ANSWERED and any(f"【{title}】" in shown for title in self.titles)
        if self.outcomes:
            return outcome in self.outcomes
        return outcome not in NEVER_WHEN_REFUSED


def read_cases(*, is_blind: bool) -> Iterator[Case]:
    """Yield the cases of ``data/everyday``; the blind ones are for measuring alone."""
    titles = {path.stem: _title_of(path) for path in ITEMS.glob("*.yml")}
    name = "blind.yml" if is_blind else "first.yml"
    first = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    for words, items in first["answered"].items():
        yield Case(
            "answered",
            words,
            titles=tuple(titles[item] for item in items),
            is_danger=any(item.startswith("emergency-") for item in items),
        )
    for words in first["refused"]:
        yield Case("refused", words)
    if is_blind:
        return
    for block in yaml.safe_load((DATA / "others.yml").read_text(encoding="utf-8")):
        for words in block["say"]:
            yield Case(block["outcomes"][0], words, outcomes=frozenset(block["outcomes"]))


def _title_of(path: Path) -> str:
    title: str = yaml.safe_load(path.read_text(encoding="utf-8"))["title"]
    return title


def say(client: httpx.Client, words: str) -> dict[str, Any]:
    """Send ``words`` as the first message of a new conversation; return the turn."""
    token = client.post("/api/conversations", json={}).raise_for_status().json()["token"]
    body = {"message_id": uuid.uuid4().hex, "text": words}
    answer = client.post("/api/messages", json=body, headers={"authorization": f"Bearer {token}"})
    turn: dict[str, Any] = answer.raise_for_status().json()
    return turn


def main(
    url: Annotated[str, typer.Option()] = "http://127.0.0.1:8000",
    misses: Annotated[bool, typer.Option(help="Print what went another way.")] = False,
    blind: Annotated[bool, typer.Option(help="Those that nobody developed on.")] = False,
) -> None:
    """Print how many messages of each group were met."""
    met: dict[str, list[bool]] = {}
    with httpx.Client(base_url=url, timeout=60) as client:
        for case in read_cases(is_blind=blind):
            turn = say(client, case.words)
            met.setdefault(case.group, []).append(case.is_met(turn))
            if misses and not met[case.group][-1]:
                begin = turn["replies"][0]["text"][:40].replace("\n", " ")
                intent = turn["intent"]
                print(
                    f"{case.group:<14}{case.words}  → {turn['outcome']}, {intent['name']} "
                    f"{intent['confidence']:.2f}: {begin}"
                )
    print(f"\n{'messages':<16}{'met':>6}{'of':>6}{'share':>8}")
    for group, each in met.items():
        print(f"{group:<16}{sum(each):>6}{len(each):>6}{sum(each) / len(each):>8.3f}")


if __name__ == "__main__":
    typer.run(main)
