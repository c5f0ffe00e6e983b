"""Decides on the alarm from what the expressions and the classifier say.

Needs neither Rasa nor scikit-learn, so that both Python environments can load it.
"""

from typing import Any, Dict, Mapping, Optional

from components.emergency_patterns import EmergencyPatterns

# How likely the classifier must find an emergency, by what the expressions say of the message.
DEFAULTS: Dict[str, float] = {
    "min_happening": 0.4,  # it happens now
    "min_spoken": 0.72,  # only spoken of: denied, over, asked about
    "min_hinted": 0.58,  # nothing, but a word that belongs to a danger
    "min_unknown": 0.53,  # nothing
}


def is_alarm(
    patterns: EmergencyPatterns, text: str, likely: Optional[float], limits: Mapping[str, Any]
) -> bool:
    """Return whether an emergency happens now; without ``likely`` the expressions decide alone."""
    verdict = patterns.judge(text)
    if likely is None:
        return verdict is not None and verdict.is_now
    if patterns.is_letter(text):
        return False
    if verdict is not None:
        return likely >= limits["min_happening" if verdict.is_now else "min_spoken"]
    if patterns.is_harmless(text):
        return False
    return likely >= limits["min_hinted" if patterns.hint(text) else "min_unknown"]
