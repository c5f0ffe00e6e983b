"""Names the emergency numbers before an answer, where a message may tell of a danger.

Where the detector is in doubt (``components.emergency``), the turn goes on as it is, so that nothing
is asked twice and nothing is lost; before it stand the numbers, with one choice that raises the
alarm for the same words.
"""

import json
from typing import Any, Dict, List, Mapping, Text

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator

RESPONSE = "utter_emergency_doubt"
DOUBT = "emergency_doubt"
KIND = "emergency_kind"
TOLD = "emergency_told"


def caution(
    parsed: Mapping[Text, Any], speaker: TemplatedNaturalLanguageGenerator, audience: Text
) -> List[Dict[Text, Any]]:
    """Return the bubbles to say first; none unless the message carries the doubt."""
    kinds = [one["value"] for one in parsed.get("entities") or [] if one.get("entity") == DOUBT]
    if not kinds:
        return []
    said = speaker.generate_from_slots(RESPONSE, {}, audience)
    if said is None:
        return []
    choice = json.dumps({KIND: kinds[0], TOLD: parsed["text"]}, ensure_ascii=False)
    buttons = [
        {**button, "payload": button["payload"] + choice} for button in said.get("buttons") or []
    ]
    return [{"text": said["text"], "buttons": buttons}]
