"""A stage for actions: trackers as Rasa sends them, and a fake knowledge base."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.batch import FORM_SLOTS
from actions.complaint import ActionDraftComplaint
from actions.complaint_form import ValidateComplaintForm
from actions.hearing import FORM
from actions.understanding.understanding import Understander, _shipped
from knowledge.answer import Answer, Asked, Ground, Outcome
from knowledge.item import Audience, Citation, Facet

SKILLS = Path(__file__).resolve().parents[2] / "bot" / "skills"
ASKED = Asked(ground=Ground(index="index-1", model="fake-1", thresholds={}), question="问")
WHOLE = "幸福里3栋2单元楼道灯坏三天了没人修,我电话13800001111"
CITATION = Citation(
    document="居住证暂行条例",
    clause="第二条",
    quote="居住半年以上",
    text="到其他城市居住半年以上",
    source="国务院令第663号",
    checked="2026-11-21",
    passage="residence-permit/2",
)


def understander() -> Understander:
    """Return the real reader of messages, without the embedder that needs torch."""
    return _shipped()


@cache
def domains() -> dict[str, dict[str, Any]]:
    """Return the domain of each skill."""
    paths = sorted(SKILLS.glob("*/domain.yml"))
    return {path.parent.name: yaml.safe_load(path.read_text("utf-8")) for path in paths}


@cache
def responses() -> dict[str, list[dict[str, Any]]]:
    """Return every response with its variants."""
    found: dict[str, list[dict[str, Any]]] = {}
    for domain in domains().values():
        found |= domain.get("responses", {})
    return found


@dataclass
class Talk:
    """One conversation as the action server sees it; slots are kept from turn to turn."""

    sender: str = "me"
    slots: dict[str, Any] = field(default_factory=dict)
    message: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    loop: str = ""
    said: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def hears(self, text: str = "", intent: str = "", *, sure: float = 0.9, **more: Any) -> "Talk":
        """Let the person write ``text``, or choose an option when ``entities`` come along."""
        entities = more.pop("entities", None)
        self.count += 1
        if entities is not None or (intent and not text):
            text = f"/{intent}{json.dumps(entities or {})}"
        self.message = {
            "text": text,
            "intent": {"name": intent, "confidence": sure},
            "entities": [{"entity": k, "value": v} for k, v in (entities or {}).items()],
            "metadata": {
                "channel": "web",
                "message_id": f"m{self.count}",
                "media": [],
                "location": None,
                **more,
            },
        }
        self.events.append({"event": "user", "text": text})
        return self

    def tracker(self) -> Tracker:
        return Tracker(
            self.sender,
            dict(self.slots),
            dict(self.message),
            list(self.events),
            False,
            None,
            {"name": self.loop} if self.loop else {},
            "action_listen",
        )

    def does(self, action: Action) -> list[EventType]:
        """Run an action, keep the slots it sets and what it says."""
        dispatcher = CollectingDispatcher()
        events: list[EventType] = action.run(dispatcher, self.tracker(), {})
        self.said = dispatcher.messages
        self.events.append({"event": "action", "name": action.name()})
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
                self.events.append(dict(event))
        return events

    def in_form(self, text: str = "", intent: str = "inform", **more: Any) -> list[EventType]:
        """Let the complaint form hear a message and find out what it asks next."""
        self.loop = FORM
        self.hears(text, intent, **more)
        events = self.does(ValidateComplaintForm())
        self.ask()
        return events

    def ask(self) -> str | None:
        """Return the slot that the form asks for next; None when all is known."""
        missing = (name for name in FORM_SLOTS if self.slots.get(name) is None)
        self.slots["requested_slot"] = next(missing, None)
        asked: str | None = self.slots["requested_slot"]
        return asked

    @property
    def draft(self) -> dict[str, Any]:
        found: dict[str, Any] = self.slots["draft"]
        return found

    @property
    def used(self) -> list[str]:
        """The names of the responses that were uttered."""
        return [message["response"] for message in self.said]

    @property
    def facts(self) -> dict[str, Any]:
        """What stands beside the words of all bubbles."""
        found: dict[str, Any] = {}
        for message in reversed(self.said):
            found |= message["custom"]
        return found


@dataclass
class FakeAnswerer:
    """Knows the answers it is given; keeps what it was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    error: Exception | None = None
    asked: list[tuple[str, Audience, str | None]] = field(default_factory=list)
    sure: list[bool] = field(default_factory=list)  # whether each was surely an enquiry
    kept: list[tuple[Answer, str, str]] = field(default_factory=list)  # with words, and masked
    titles: dict[str, str] = field(default_factory=dict)  # of items

    def __call__(self) -> "FakeAnswerer":
        if self.error is not None:
            raise self.error
        return self

    def answer(
        self,
        question: str,
        *,
        audience: Audience = Audience.PUBLIC,
        item: str | None = None,
        is_enquiry: bool = False,
    ) -> Answer:
        self.asked.append((question, audience, item))
        self.sure.append(is_enquiry)
        return self.answers.get(question, refusal())

    def item(self, item_id: str, *, audience: Audience = Audience.PUBLIC) -> Answer:
        self.asked.append((item_id, audience, None))
        return self.answers.get(item_id, refusal())

    def facet(self, item: str, facet: Facet, *, audience: Audience = Audience.PUBLIC) -> Answer:
        return self.answers.get(f"{item}:{facet}", refusal())

    def rephrased(self, answer: Answer, masked: str) -> Answer:
        return answer

    def keep(
        self, answer: Answer, *, said: str, masked: str, conversation: str, now: datetime
    ) -> str:
        self.kept.append((answer, said, masked))
        return "7KQ2M9XW4T"

    @property
    def current(self) -> Any:
        items = {
            item: SimpleNamespace(
                id=item, summary=f"{item}:先离开", title=self.titles.get(item, ""), facets={}
            )
            for item in self.answers
            if item
        }
        library = SimpleNamespace(items=items, title_of=lambda item: self.titles.get(item, ""))
        return SimpleNamespace(library=library)


def refusal() -> Answer:
    """Return the answer without evidence."""
    return Answer(outcome=Outcome.NO_EVIDENCE, text="没有依据", asked=ASKED)


def card(item: str, **more: Any) -> Answer:
    """Return an answer from an item."""
    values = {"outcome": Outcome.GUIDE, "text": "这样办", "citations": (CITATION,), "asked": ASKED}
    return Answer(**{**values, "item": item, "score": 0.9, **more})


def begin(talk: Talk, text: str = "", intent: str = "report_problem", **more: Any) -> None:
    """Let a complaint begin with a message."""
    talk.hears(text, intent, **more)
    talk.does(ActionDraftComplaint())
    talk.ask()
