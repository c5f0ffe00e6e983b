"""What can go wrong with speech.

VoiceError
├── SettingsError            a setting is missing or wrong; the start stops
├── NotInstalledError        a library, the model or a program is not here
├── UnreadableSoundError     it is no sound that can be decoded: never again
├── TooLongError             more seconds than one message may have: never again
├── BusyError                others wait already: try again in a moment
└── RecogniserFailedError    the recogniser fell or took too long: try again

Each knows its HTTP ``status``; none ever holds a word that was said.
"""

from typing import ClassVar


class VoiceError(Exception):
    """Root of this package's errors."""

    status: ClassVar[int] = 500


class SettingsError(VoiceError):
    """A setting is missing or wrong; the message names the variable."""


class NotInstalledError(VoiceError):
    """A library, the model or a program is not installed; the message names it."""

    status = 503


class UnreadableSoundError(VoiceError):
    """The content holds no sound that can be decoded."""

    status = 415


class TooLongError(VoiceError):
    """The sound is longer than a message may be."""

    status = 413


class BusyError(VoiceError):
    """As many as may wait are waiting already."""

    status = 429


class RecogniserFailedError(VoiceError):
    """The recogniser ended or took too long; it is started again."""

    status = 503


KNOWN = {
    error.__name__: error
    for error in (NotInstalledError, UnreadableSoundError, TooLongError, RecogniserFailedError)
}
