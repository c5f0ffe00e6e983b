"""Puts an emergency before every other intent, in every form and conversation.

Comes after the intent classifier in the pipeline. What happens now becomes the intent
``emergency`` with full confidence; where an emergency is only spoken of (denied, over, asked
about), a classifier's own ``emergency`` gives way to the next intent; so does one that no
expression supports and of which the classifier is not sure (``min_confidence``).
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


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EmergencyDetector(GraphComponent):
    """Judges every message by the expressions of the emergency skill."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the settings: how sure a classifier must be without our expressions."""
        return {"min_confidence": 0.45}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EmergencyDetector":
        """Return the component for one node of the graph."""
        return cls(load_patterns(), min_confidence=config["min_confidence"])

    def __init__(self, patterns: EmergencyPatterns, *, min_confidence: float = 0.45) -> None:
        """Keep the compiled expressions."""
        self._patterns = patterns
        self._min_confidence = min_confidence

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent of each message that tells an emergency; others stay as they are."""
        for message in messages:
            text = message.get(TEXT)
            if not text or text.startswith("/"):
                continue  # a button's payload carries its own intent
            verdict = self._patterns.judge(text)
            if verdict is not None and verdict.is_now:
                _raise_alarm(message, verdict)
            elif verdict is not None or self._is_unsure(message):
                _stand_down(message)
        return messages

    def _is_unsure(self, message: Message) -> bool:
        intent = message.get(INTENT) or {}
        return intent.get(PREDICTED_CONFIDENCE_KEY, 0.0) < self._min_confidence


def _raise_alarm(message: Message, verdict: Verdict) -> None:
    intent = {INTENT_NAME_KEY: EMERGENCY, PREDICTED_CONFIDENCE_KEY: 1.0}
    others = [
        one
        for one in message.get(INTENT_RANKING_KEY) or []
        if one.get(INTENT_NAME_KEY) != EMERGENCY
    ]
    entity = {
        "entity": KIND,
        "value": verdict.kind,
        "start": verdict.start,
        "end": verdict.end,
        "confidence_entity": 1.0,
        "extractor": EXTRACTOR,
    }
    kept = [one for one in message.get(ENTITIES) or [] if one.get("entity") != KIND]
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent, *others], add_to_output=True)
    message.set(ENTITIES, [*kept, entity], add_to_output=True)


def _stand_down(message: Message) -> None:
    """Let the next intent have the message where the classifier took talk for an emergency."""
    intent = message.get(INTENT) or {}
    if intent.get(INTENT_NAME_KEY) != EMERGENCY:
        return
    others = [
        one
        for one in message.get(INTENT_RANKING_KEY) or []
        if one.get(INTENT_NAME_KEY) != EMERGENCY
    ]
    if not others:
        return
    message.set(INTENT, others[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, others, add_to_output=True)
