"""What can go wrong between a person and the dialogue.

ChannelError
├── SettingsError               a setting is missing or wrong; the start stops
├── UnknownConversationError    no such conversation: open a new one
├── BadMessageError             the person can send it again, corrected
├── ForeignChoiceError          the option is not of this conversation, or gone
├── UnknownReceiptError         no answer of this conversation has it
├── KnowledgeUnavailableError   the knowledge desk does not answer: try again
├── UnknownMediaError           the picture is not of this conversation
├── RefusedMediaError           the file is not what its name says, or too large
├── DialogueUnavailableError    Rasa or the action server does not answer: try again
├── HearingUnavailableError     what was spoken cannot be heard now: write, or try again
├── PushFailedError             a messenger cannot be reached now; the news is kept
│   └── OutOfReachError         it takes nothing for this person until they write again
├── VaultError                  names and telephones cannot be kept or read: no key, or another
├── PairingError                a relative's code is wrong, used or too old, or there are too many
└── ForbiddenError              an internal or console door without its key

Each carries a ``key`` into ``texts.yml`` and the HTTP status; never a resident's words.
"""

from typing import ClassVar


class ChannelError(Exception):
    """Root of this package's errors."""

    key: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self, key: str | None = None, **values: object) -> None:
        self.text_key = key or self.key
        self.values = values
        super().__init__(self.text_key)


class SettingsError(ChannelError):
    """A setting is missing or wrong; the message names the variable."""

    key = "settings"

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(variable=variable)
        self.args = (f"{variable}: {reason}",)


class UnknownConversationError(ChannelError):
    """The token opens no conversation."""

    key, status = "unknown_conversation", 401


class BadMessageError(ChannelError):
    """The message cannot be taken as it is."""

    key, status = "empty_message", 422


class ForeignChoiceError(ChannelError):
    """The chosen option was not offered in this conversation."""

    key, status = "foreign_choice", 422


class UnknownReceiptError(ChannelError):
    """No answer of this conversation has this receipt."""

    key, status = "unknown_receipt", 404


class KnowledgeUnavailableError(ChannelError):
    """The knowledge desk did not answer; the same may be sent again."""

    key, status = "upstream_unavailable", 503


class UnknownMediaError(ChannelError):
    """The attached file was not uploaded in this conversation."""

    key, status = "unknown_media", 422


class RefusedMediaError(ChannelError):
    """The uploaded file is too large or not a picture, voice or video."""

    key, status = "refused_media", 415


class DialogueUnavailableError(ChannelError):
    """Rasa or the action server did not answer; the same message may be sent again."""

    key, status = "dialogue_unavailable", 503


class HearingUnavailableError(ChannelError):
    """The voice process is not set up, or did not answer; writing always works."""

    key, status = "hearing_unavailable", 503


class PushFailedError(ChannelError):
    """A messenger cannot be reached now; the news is kept and pushed later."""

    key, status = "upstream_unavailable", 503


class OutOfReachError(PushFailedError):
    """The messenger takes nothing for this person until they write again; the news is kept."""


class VaultError(ChannelError):
    """Names and telephones can be neither kept nor read without the key they were sealed with."""

    key, status = "vault", 503


class PairingError(ChannelError):
    """A relative cannot be paired like this; the key says why."""

    key, status = "pairing_code", 422


class ForbiddenError(ChannelError):
    """A door for our own processes or for operators, without its key."""

    key, status = "forbidden", 403
