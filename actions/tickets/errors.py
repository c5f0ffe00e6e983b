"""What can go wrong with tickets, split by what the caller should do.

::

    TicketError
    ├── SettingsError               a setting is missing or bad: stop, naming the variable
    ├── ComplaintError              the complaint cannot be filed as it stands
    │   └── AttributeAnswerError    an answer to a question of the category
    │       ├── AttributeMissingError   is required and was not given
    │       └── AttributeValueError     is none of those it may be
    ├── TicketNotFoundError         no ticket has this number or code
    ├── InvalidTransitionError      the life of a ticket does not lead there from here
    │   ├── ReturnRefusedError      returned too often: the centre named the handler
    │   ├── AccusedHandlerError     the handler is whom the complaint is about
    │   └── ParentMissingError      joined to no ticket: say which
    ├── OpenTicketError             somebody still works on it; erase it when it is settled
    ├── ExtensionError              extended before, or too late to announce it
    ├── ImportFormatError           a file of past tickets cannot be read
    ├── AlertNotFoundError          there is no such alert
    ├── FollowUpPendingError        the reporter may still answer; close later
    ├── ReopenWindowError           too late to reopen; file anew
    ├── NotReporterError            only the person who reported may do this
    ├── TooManyCodesError           too many wrong query codes; wait
    ├── VaultError                  a contact cannot be sealed or opened
    ├── UnknownCellError            no grid cell has this code
    ├── UnknownCategoryError        no category has this code
    ├── InvitationError             this invitation opens nothing
    │   └── TooManyTriesError       wrong too often; wait
    ├── TargetError                 a delivery did not arrive
    │   ├── TargetUnavailableError  try again later
    │   │   └── GridUnavailableError
    │   └── TargetRejectedError     never try again
    │       └── GridRejectedError
    └── EventError                  an event of the grid system was not applied
        ├── SignatureError          unsigned, wrong or stale: HTTP 401
        ├── ReplayedEventError      this event was applied before: HTTP 409
        └── EventFormatError        not an event: HTTP 422

No message carries a resident's words, name or number.
"""

from typing import ClassVar


class TicketError(Exception):
    """Anything the ticket domain refuses or cannot do."""


class SettingsError(TicketError):
    """A setting is missing or bad; the message names the variable."""


class ComplaintError(TicketError):
    """A complaint cannot be filed as it stands; the message names the field, never its value."""


class AttributeAnswerError(ComplaintError):
    """An answer to a category's question (追问项) will not do; ``code`` is the question's."""

    def __init__(self, code: str) -> None:
        super().__init__(f"attribute {code}")
        self.code = code


class AttributeMissingError(AttributeAnswerError):
    """A required answer was not given."""


class AttributeValueError(AttributeAnswerError):
    """An answer is not of its datatype, or none of the values, or too long."""


class TicketNotFoundError(TicketError):
    """No ticket has this number or code."""


class InvalidTransitionError(TicketError):
    """The life of a ticket does not lead from its status to the wanted one."""

    def __init__(self, number: str, status: str, wanted: str) -> None:
        super().__init__(f"{number} cannot go from {status} to {wanted}")
        self.number, self.status, self.wanted = number, status, wanted


class ReturnRefusedError(InvalidTransitionError):
    """It was returned so often that the centre named the handler; no return is taken any more."""


class AccusedHandlerError(InvalidTransitionError):
    """The complaint is about the handler it would be given to."""


class ParentMissingError(InvalidTransitionError):
    """Joined (重复合并) to no ticket it would wait for ever: nothing would close it."""


class OpenTicketError(TicketError):
    """What is personal in a ticket is not erased while somebody works on it."""


class ExtensionError(TicketError):
    """The deadline was extended before, has passed, or there is none to extend."""


class ImportFormatError(TicketError):
    """A file of past tickets cannot be read; the message names the column, never a value."""


class AlertNotFoundError(TicketError):
    """There is no such alert."""


class FollowUpPendingError(TicketError):
    """The reporter may still say whether it is solved, so the ticket cannot be closed yet."""


class ReopenWindowError(TicketError):
    """The time in which a settled ticket may be reopened is over."""


class NotReporterError(TicketError):
    """Only the conversation that reported the ticket may do this."""


class TooManyCodesError(TicketError):
    """Too many wrong query codes came from there lately."""


class VaultError(TicketError):
    """A contact cannot be sealed or opened with the key at hand."""


class UnknownCellError(TicketError):
    """No grid cell has this code."""


class UnknownCategoryError(TicketError):
    """No category has this code."""


class InvitationError(TicketError):
    """The invitation code is wrong, used or expired; which of them is not told."""


class TooManyTriesError(InvitationError):
    """This conversation gave too many wrong invitation codes and has to wait."""


class TargetError(TicketError):
    """A delivery did not arrive."""


class TargetUnavailableError(TargetError):
    """The target could not take the delivery now; try again.

    Args:
        message: What happened, without any resident's words.
        retry_after_s: Seconds the target asked us to wait, if it did.
        tries: After how many tries it is pointless, if that is known.
    """

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, tries: int | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after_s, self.tries = retry_after_s, tries


class GridUnavailableError(TargetUnavailableError):
    """The grid system could not take the delivery now; try again."""


class TargetRejectedError(TargetError):
    """The target refused the delivery for good; an operator has to look."""


class GridRejectedError(TargetRejectedError):
    """The grid system refused the delivery for good; an operator has to look."""


class EventError(TicketError):
    """An event of the grid system was not applied; nothing changed."""

    http_status: ClassVar[int] = 400


class SignatureError(EventError):
    """The event is unsigned, wrongly signed or older than the tolerance."""

    http_status = 401


class ReplayedEventError(EventError):
    """An event with this id was applied before."""

    http_status = 409


class EventFormatError(EventError):
    """The body is not an event; the message names the field."""

    http_status = 422
