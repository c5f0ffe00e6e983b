"""The parts of Rasa's component for emergencies that need nothing of Rasa."""

import importlib
import sys
from types import ModuleType

from actions.dialogue_model import BOT


def _component(name: str) -> ModuleType:
    sys.path.insert(0, str(BOT))
    try:
        return importlib.import_module(f"components.{name}")
    finally:
        sys.path.remove(str(BOT))


CLASSIFIER = _component("emergency_classifier")
KIND = _component("emergency_kind")
DECISION = _component("emergency_decision")
PATTERNS = _component("emergency_patterns").load_patterns()
