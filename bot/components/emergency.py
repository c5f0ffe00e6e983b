"""Puts an emergency before every other intent, in every form and conversation.

Comes last in the pipeline. Expressions (``patterns.yml``) and a classifier learnt from examples
(``examples.yml``, ``told/``) decide together: where expressions say that it happens now, the
classifier must only not find it absurd; where they say nothing, it must be sure, and all the surer
where they find it only spoken of (denied, over, asked about). A letter to an office raises the
alarm only by a part that, alone, tells of this moment.
Below the alarm there is doubt: the message keeps its intent and carries an entity, by which the
door names the emergency numbers before the answer (``components.caution``).
What is no emergency goes to the next intent; if that is weak among the others, to the fallback.
Where the embedding service is silent, the words decide without it.
"""

from dataclasses import replace
from typing import Any, Dict, List, Optional, Text, Tuple

import numpy as np
import requests
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    FEATURE_TYPE_SENTENCE,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.embedding import EmbeddingService
from components.emergency_classifier import EmergencyClassifier, load_examples, load_signs
from components.emergency_decision import DEFAULTS, Finding, decide, kind_to_name
from components.emergency_kind import KindClassifier
from components.emergency_patterns import EmergencyPatterns, Verdict, load_patterns

EMERGENCY = "emergency"
KIND = "emergency_kind"
DOUBT = "emergency_doubt"
EXTRACTOR = "EmergencyDetector"
FALLBACK = "nlu_fallback"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class EmergencyDetector(GraphComponent):
    """Judges every message by the expressions and examples of the emergency skill."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return how sure the classifier must be in each case, and how strong what comes next."""
        return {**DEFAULTS, "min_next": 0.35, "timeout_s": 0.5}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EmergencyDetector":
        """Return the component for one node of the graph, before it has learnt."""
        return cls(config, model_storage, resource, load_patterns(), None, None)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> "EmergencyDetector":
        """Return the component with what it learnt."""
        with model_storage.read_from(resource) as folder:
            classifier = EmergencyClassifier.load(load_signs(), folder)
            kinds = KindClassifier.load(load_signs(), folder)
        return cls(config, model_storage, resource, load_patterns(), classifier, kinds)

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        patterns: EmergencyPatterns,
        classifier: Optional[EmergencyClassifier],
        kinds: Optional[KindClassifier],
    ) -> None:
        """Keep the compiled expressions and the learnt weights."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._patterns = patterns
        self._classifier = classifier
        self._kinds = kinds
        self._service = EmbeddingService()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples of all intents and from what only sounds like an emergency.

        Raises:
            requests.RequestException: the embedding service is silent.
        """
        known: Dict[Text, Tuple[bool, np.ndarray]] = {}
        for message in training_data.intent_examples:
            known[message.get(TEXT)] = (message.get(INTENT) == EMERGENCY, _row(message))
        examples = load_examples()
        kinds = {one.text: one.kind for one in examples}
        more = [one for one in examples if one.text not in known]
        if more:
            rows = EmbeddingService().embed_all([one.text for one in more])
            for one, row in zip(more, rows):
                known[one.text] = (one.is_emergency, row)
        signs, plain = load_signs(), [self._patterns.plain(text) for text in known]
        vectors = np.stack([row for _, row in known.values()])
        self._classifier = EmergencyClassifier.learn(
            signs, plain, vectors, [flag for flag, _ in known.values()]
        )
        self._kinds = KindClassifier.learn(
            signs, plain, vectors, [kinds.get(text, "") for text in known]
        )
        with self._storage.write_to(self._resource) as folder:
            self._classifier.save(folder)
            self._kinds.save(folder)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent of each message that tells an emergency; others stay as they are."""
        for message in messages:
            text = message.get(TEXT)
            if not text or text.startswith("/"):
                continue  # a button's payload carries its own intent
            finding = decide(
                self._patterns, text, lambda one: self._likely(message, one), self._config
            )
            if finding is Finding.ALARM:
                self._raise_alarm(message, text)
                continue
            if _is_emergency(message):
                self._stand_down(message)
            if finding is Finding.DOUBT:
                kind = self._kind(message, self._patterns.judge(text))
                _name_kind(message, DOUBT, kind, 0, len(text))
        return messages

    def _likely(self, message: Message, text: Text) -> Optional[float]:
        """Return how likely the message is an emergency, or a part of it."""
        if self._classifier is None:
            return None
        row: Optional[np.ndarray] = _row(message)
        if not row.any():
            row = None
        elif text != message.get(TEXT):
            row = self._row_of_part(text)
        return self._classifier.probability(self._patterns.plain(text), row)

    def _row_of_part(self, part: Text) -> Optional[np.ndarray]:
        try:
            return self._service.embed([part], self._config["timeout_s"])[0]
        except (requests.RequestException, ValueError):
            return None  # fell silent since the featurizer asked, which will tell it next time

    def _kind(self, message: Message, verdict: Optional[Verdict]) -> Text:
        """Return the kind to advise on; the verdict is that on the whole message."""
        told = verdict.kind if verdict else ""
        text, row = message.get(TEXT), _row(message)
        likeliest = ("", 0.0)
        if self._kinds is not None and row.any():
            likeliest = self._kinds.likeliest(self._patterns.plain(text), row)
        return kind_to_name(likeliest, told, self._patterns.hint(text), self._config)

    def _raise_alarm(self, message: Message, text: Text) -> None:
        intent = {INTENT_NAME_KEY: EMERGENCY, PREDICTED_CONFIDENCE_KEY: 1.0}
        _set_intents(message, [intent, *_others(message)])
        verdict = self._patterns.judge(text)
        if verdict is None or not verdict.is_now:
            cried = self._cried(text)
            # of a letter only a part cries, and vector and signs are those of the whole
            kind = cried.kind if cried else self._kind(message, verdict)
            verdict = cried or verdict
        else:
            kind = self._kind(message, verdict)
        start, end = (verdict.start, verdict.end) if verdict else (0, len(text))
        _name_kind(message, KIND, kind, start, end)

    def _cried(self, text: Text) -> Optional[Verdict]:
        """Return the verdict on the last part of a letter that tells of this moment."""
        cries = self._patterns.cries(text)
        verdict = self._patterns.judge(cries[-1]) if cries else None
        return verdict and replace(verdict, start=0, end=len(text))

    def _stand_down(self, message: Message) -> None:
        """Let the next intent have the message where the classifier took talk for an emergency."""
        others = _others(message)
        if _share_of_first(others) < self._config["min_next"]:
            sure = self._config["min_next"]
            others = [{INTENT_NAME_KEY: FALLBACK, PREDICTED_CONFIDENCE_KEY: sure}, *others]
        _set_intents(message, others)


def _row(message: Message) -> np.ndarray:
    """Return the vector of a message at unit length, or zero if there is none."""
    for features in message.features or []:
        if features.is_dense() and features.type == FEATURE_TYPE_SENTENCE:
            row = np.asarray(features.features, dtype=np.float32).reshape(-1)
            return row / max(float(np.linalg.norm(row)), 1e-9)
    return np.zeros(EmbeddingService.DIMENSION, dtype=np.float32)


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


def _name_kind(message: Message, name: Text, kind: Text, start: int, end: int) -> None:
    """Say as an entity what kind of emergency it is, or may be."""
    entity = {
        "entity": name,
        "value": kind,
        "start": start,
        "end": end,
        "confidence_entity": 1.0,
        "extractor": EXTRACTOR,
    }
    kept = [one for one in message.get(ENTITIES) or [] if one.get("entity") != name]
    message.set(ENTITIES, [*kept, entity], add_to_output=True)
