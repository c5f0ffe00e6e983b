"""Puts an emergency before every other intent, in every form and conversation.

Comes after the intent classifier in the pipeline. What happens now becomes the intent
``emergency`` with full confidence; where an emergency is only spoken of (denied, over, asked
about), a classifier's own ``emergency`` gives way to the next intent; so does one that no
expression supports and of which the classifier is not sure (``min_confidence``). A next intent
that is weak among the others (``min_next``) gives way to the fallback: nobody meant it.
"""

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from components.emergency_patterns import EmergencyPatterns, Verdict, load_patterns

EMERGENCY = "emergency"
KIND = "emergency_kind"
EXTRACTOR = "EmergencyDetector"
HELP = "help"  # a cry that names no danger
FALLBACK = "nlu_fallback"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EmergencyDetector(GraphComponent):
    """Judges every message by the expressions of the emergency skill."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return how sure a classifier must be of an emergency, and of what comes next."""
        return {"min_confidence": 0.5, "min_next": 0.35}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EmergencyDetector":
        """Return the component for one node of the graph."""
        return cls(
            load_patterns(),
            min_confidence=config["min_confidence"],
            min_next=config["min_next"],
        )

    def __init__(
        self,
        patterns: EmergencyPatterns,
        *,
        min_confidence: float = 0.5,
        min_next: float = 0.35,
    ) -> None:
        """Keep the compiled expressions."""
        self._patterns = patterns
        self._min_confidence = min_confidence
        self._min_next = min_next

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent of each message that tells an emergency; others stay as they are."""
        for message in messages:
            text = message.get(TEXT)
            if not text or text.startswith("/"):
                continue  # a button's payload carries its own intent
            verdict = self._patterns.judge(text)
            if verdict is not None and verdict.is_now:
                self._raise_alarm(message, text, verdict)
            elif _is_emergency(message) and (verdict is not None or self._is_doubtful(message)):
                self._stand_down(message)
            elif _is_emergency(message):
                _name_kind(message, self._patterns.hint(text) or HELP, 0, len(text))
        return messages

    def _is_doubtful(self, message: Message) -> bool:
        """Return whether the classifier alone is not enough to raise the alarm."""
        sure = (message.get(INTENT) or {}).get(PREDICTED_CONFIDENCE_KEY, 0.0)
        return sure < self._min_confidence or self._patterns.is_harmless(message.get(TEXT))

    def _raise_alarm(self, message: Message, text: Text, verdict: Verdict) -> None:
        intent = {INTENT_NAME_KEY: EMERGENCY, PREDICTED_CONFIDENCE_KEY: 1.0}
        _set_intents(message, [intent, *_others(message)])
        kind = verdict.kind
        if kind == HELP:
            kind = self._patterns.hint(text) or HELP
        _name_kind(message, kind, verdict.start, verdict.end)

    def _stand_down(self, message: Message) -> None:
        """Let the next intent have the message where the classifier took talk for an emergency."""
        others = _others(message)
        if _share_of_first(others) < self._min_next:
            fallback = {INTENT_NAME_KEY: FALLBACK, PREDICTED_CONFIDENCE_KEY: self._min_next}
            others = [fallback, *others]
        _set_intents(message, others)


def _is_emergency(message: Message) -> bool:
    return (message.get(INTENT) or {}).get(INTENT_NAME_KEY) == EMERGENCY


def _others(message: Message) -> List[Dict[Text, Any]]:
    ranking = message.get(INTENT_RANKING_KEY) or []
    return [one for one in ranking if one.get(INTENT_NAME_KEY) != EMERGENCY]


def _share_of_first(ranking: List[Dict[Text, Any]]) -> float:
    """Return how sure the classifier is of the first, once the emergency is out of question."""
    scores = [one.get(PREDICTED_CONFIDENCE_KEY, 0.0) for one in ranking]
    return scores[0] / sum(scores) if sum(scores) else 0.0


def _set_intents(message: Message, ranking: List[Dict[Text, Any]]) -> None:
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)


def _name_kind(message: Message, kind: Text, start: int, end: int) -> None:
    """Say as an entity what kind of emergency it is."""
    entity = {
        "entity": KIND,
        "value": kind,
        "start": start,
        "end": end,
        "confidence_entity": 1.0,
        "extractor": EXTRACTOR,
    }
    kept = [one for one in message.get(ENTITIES) or [] if one.get("entity") != KIND]
    message.set(ENTITIES, [*kept, entity], add_to_output=True)
