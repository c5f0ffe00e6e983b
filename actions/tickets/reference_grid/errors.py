"""What can go wrong in the reference grid system.

ReferenceGridError
├── SettingsError          a setting is missing or bad: the process does not start
├── SignatureError         a request is unsigned, altered or stale
├── UnknownTicketError     no ticket has this number here
├── KeyReusedError         an idempotency key came back with another body
├── MoveError              the ticket cannot go there from where it is
└── NoteMissingError       the move needs words (a result, a reason, a question)
"""


class ReferenceGridError(Exception):
    """The root of everything this package raises on purpose."""


class SettingsError(ReferenceGridError):
    """A setting is missing or bad; the message names the variable."""


class SignatureError(ReferenceGridError):
    """The Standard Webhooks signature does not hold; the message never quotes the request."""


class UnknownTicketError(ReferenceGridError):
    """No ticket has this number here."""


class KeyReusedError(ReferenceGridError):
    """An idempotency key came back with another body."""


class MoveError(ReferenceGridError):
    """The ticket cannot go there from where it is."""


class NoteMissingError(ReferenceGridError):
    """The move needs words: a result, a reason or a question."""
