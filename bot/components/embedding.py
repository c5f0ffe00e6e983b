"""Sentence features from the embedder that also searches the knowledge base.

The model lives in one process of the application environment; this component asks it over
loopback and gets raw little-endian float32 rows.
Without an answer the features are zero: the character n-grams still tell most intents apart.
"""

import json
import logging
import os
import time
from typing import Any, Dict, List, Text, Type
from urllib.parse import urlsplit

import numpy as np
import requests
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.english import load_english

logger = logging.getLogger(__name__)

BATCH = 64  # texts in one request
PAUSE_S = 5.0  # after a failure, before the service is asked again


class EmbeddingService:
    """The process that embeds, over loopback; the address comes from LINLI_EMBEDDING_URL."""

    DIMENSION = 384

    def __init__(self) -> None:
        """Keep one connection; a bad address stops the start."""
        self._url = os.environ.get("LINLI_EMBEDDING_URL", "http://127.0.0.1:8005") + "/embed"
        self._session = requests.Session()
        self._session.trust_env = False
        self._english = load_english()
        urlsplit(self._url)

    def embed(self, texts: List[Text], timeout_s: float) -> np.ndarray:
        """Return float32, shape (n, dim), rows of unit length.

        Raises:
            requests.RequestException: no answer in time.
            ValueError: the answer has no rows for the texts.
        """
        response = self._session.post(
            self._url,
            data=json.dumps([self._read(text) for text in texts]).encode(),
            headers={"Content-Type": "application/json"},
            timeout=timeout_s,
        )
        response.raise_for_status()
        return np.frombuffer(response.content, dtype="<f4").reshape(len(texts), -1)

    def _read(self, text: Text) -> Text:
        """Return the text with its English in Chinese, as all else of the pipeline sees it."""
        told = self._english.in_chinese(text)
        return text if told == text else " ".join(told.split())

    def embed_all(self, texts: List[Text], timeout_s: float = 120.0) -> np.ndarray:
        """Return the same for any number of texts, ``timeout_s`` for each request."""
        starts = range(0, len(texts), BATCH)
        return np.concatenate(
            [self.embed(texts[start : start + BATCH], timeout_s) for start in starts]
        )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EmbeddingFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one unit-length vector for the sentence."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Return what must come before."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the settings: ``weight`` scales the vector beside the sparse features."""
        return {
            **DenseFeaturizer.get_default_config(),
            "dimension": EmbeddingService.DIMENSION,
            "weight": 1.0,
            "timeout_s": 0.5,
            "training_timeout_s": 120.0,
        }

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EmbeddingFeaturizer":
        """Return the component for one node of the graph."""
        return cls(config, execution_context.node_name)

    def __init__(self, config: Dict[Text, Any], name: Text) -> None:
        """Keep one connection to the service."""
        super().__init__(name, config)
        self._service = EmbeddingService()
        self._silent_until = 0.0

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Accept any configuration with our keys."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to the examples; a silent service stops the training."""
        messages = [m for m in training_data.training_examples if m.get(TEXT)]
        if messages:
            texts = [message.get(TEXT) for message in messages]
            rows = self._service.embed_all(texts, self._config["training_timeout_s"])
            for message, row in zip(messages, rows):
                self._add(message, row)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add features to what people write."""
        for message in messages:
            if message.get(TEXT):
                self._add(message, self._embed_or_zero(message.get(TEXT)))
        return messages

    def _add(self, message: Message, row: np.ndarray) -> None:
        weighted = (row * self._config["weight"]).reshape(1, -1)
        self.add_features_to_message(weighted, weighted, TEXT, message)

    def _embed_or_zero(self, text: Text) -> np.ndarray:
        if time.monotonic() >= self._silent_until:
            try:
                return self._service.embed([text], self._config["timeout_s"])[0]
            except (requests.RequestException, ValueError) as error:
                self._silent_until = time.monotonic() + PAUSE_S
                logger.warning("embedding service did not answer: %s", type(error).__name__)
        return np.zeros(self._config["dimension"], dtype=np.float32)
