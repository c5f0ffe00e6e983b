"""Decides on the alarm from what the expressions and the classifier say.

Needs neither Rasa nor scikit-learn, so that both Python environments can load it.
"""

from enum import Enum
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from components.emergency_patterns import SHORT, EmergencyPatterns

# How likely the classifier must find an emergency, by what the expressions say of the message.
DEFAULTS: Dict[str, float] = {
    "min_happening": 0.4,  # it happens now
    "min_spoken": 0.72,  # only spoken of: denied, over, asked about
    "min_hinted": 0.58,  # nothing, but a word that belongs to a danger
    "min_unknown": 0.53,  # nothing
    "min_cry": 0.6,  # of one part of a letter
    "min_doubt": 0.36,  # a word of caution, where it is no alarm
    "min_kind": 0.5,  # of its kind, where the expressions do not say the same
}
HELP = "help"  # a cry that names no danger: the plain numbers
Likely = Callable[[str], Optional[float]]  # how likely a text is an emergency; None: nobody knows


class Finding(Enum):
    """What is to be done about a message."""

    NOTHING = "nothing"
    DOUBT = "doubt"  # go on as usual, and name the emergency numbers before
    ALARM = "alarm"


def decide(
    patterns: EmergencyPatterns, text: str, likely: Likely, limits: Mapping[str, Any]
) -> Finding:
    """Return whether an emergency happens now, or may.

    ``likely`` is asked for the text, and for parts of a letter that tell of this moment.
    """
    is_long = len(text) > SHORT
    if is_long and any(_cries(likely(part), limits) for part in patterns.cries(text)):
        return Finding.ALARM
    if patterns.is_letter(text):
        return Finding.NOTHING
    return _of_message(patterns, text, likely, limits)


def _cries(likely: Optional[float], limits: Mapping[str, Any]) -> bool:
    return likely is None or likely >= float(limits["min_cry"])


def _without_door(patterns: EmergencyPatterns, text: str, judge: Likely) -> float:
    """Return how likely the words are without the door: reports have one, most cries have none."""
    bare = patterns.without_door(text)
    return 0.0 if bare == text else judge(bare) or 0.0


def _of_message(
    patterns: EmergencyPatterns, text: str, judge: Likely, limits: Mapping[str, Any]
) -> Finding:
    verdict, likely = patterns.judge(text), judge(text)
    is_told = verdict is not None and verdict.is_now
    if likely is None:
        return Finding.ALARM if is_told else Finding.NOTHING
    if is_told and likely < limits["min_happening"]:
        likely = max(likely, _without_door(patterns, text, judge))
    if verdict is None and patterns.is_harmless(text):
        return Finding.NOTHING
    if verdict is not None:
        needed = limits["min_happening" if is_told else "min_spoken"]
    else:
        needed = limits["min_hinted" if patterns.hint(text) else "min_unknown"]
    if likely >= needed:
        return Finding.ALARM
    return Finding.DOUBT if is_told or likely >= limits["min_doubt"] else Finding.NOTHING


def kind_to_name(
    likeliest: Tuple[str, float], told: str, hint: str, limits: Mapping[str, Any]
) -> str:
    """Return the kind whose advice is to be given: wrong advice is worse than the plain numbers.

    ``likeliest`` is the classifier's, empty where it says nothing; ``told`` is the expressions',
    ``hint`` what single words point to, which counts where nothing else is known.
    """
    kind, share = likeliest
    if not kind:
        return (told if told != HELP else "") or hint or HELP
    return kind if kind == told or share >= limits["min_kind"] else HELP
