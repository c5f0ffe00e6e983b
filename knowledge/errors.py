"""What can go wrong between a document and an answer.

::

    KnowledgeError
    ├── SettingsError            a variable of the environment is missing or bad
    ├── ItemError                a shipped item file is incomplete
    ├── DocumentError            a file cannot become a document; try another file
    │   ├── MissingDocumentError
    │   ├── EmptyDocumentError
    │   ├── TooLargeError
    │   ├── EncryptedDocumentError
    │   ├── BrokenDocumentError
    │   ├── DemandingError       reading it takes more memory or time than a file may
    │   ├── OldFormatError       an Office file from before 2007
    │   ├── ScannedDocumentError
    │   ├── WrongTypeError       the content is not what the name says
    │   ├── UnknownTypeError
    │   ├── NamesakeError        another file of the same name is added with it; rename one
    │   └── UnknownColumnsError  a table whose columns nobody knows; name them
    ├── UnknownDocumentError     no record by that name or number
    ├── MoveError                the document cannot take this step from where it is
    ├── AudienceError            it came before, for residents; withdraw it first
    ├── ExpiredDocumentError     its last day has passed; correct the date first
    ├── NotYetInForceError       it would replace the version in force too early; wait
    ├── AlreadyBegunError        it has no later day to be approved for; publish it
    ├── SupersededError          a later text of it is in force; look at both
    ├── ColumnsError             a list of columns (--columns) that cannot be used
    ├── TermsError               a date, title or other detail that no document can have
    ├── BusyError                another version is being published; try again
    ├── ForbiddenError           whoever asks does not hold the internal token
    ├── UnknownReceiptError      no receipt of this id, or none in this conversation
    ├── UnknownTopicError        no item, document or kind of this name
    ├── UnknownGapError          no open gap of this id
    ├── NewsError                the gateway takes no news now; try again
    ├── ModelError               the embedding model cannot be opened
    │   ├── MissingModelError
    │   └── BrokenModelError
    ├── StaleIndexError          a snapshot is damaged or of another model; build again
    ├── VectorsAwayError         the server with the vectors does not answer; try again
    └── EvaluationError          an evaluation file cannot be read
"""

from typing import ClassVar

from knowledge.texts import texts


class KnowledgeError(Exception):
    """One clear Chinese sentence for the person who asked; the words live in ``texts.yml``."""

    key: ClassVar[str] = "unknown"

    def __init__(self, **details: object) -> None:
        super().__init__(texts().error(self.key, **details))
        self.details = details


class SettingsError(KnowledgeError):
    """Names the variable of the environment that is missing or bad."""

    key = "settings"


class ItemError(KnowledgeError):
    """Names the shipped file that is incomplete, and why."""

    key = "item"


class DocumentError(KnowledgeError):
    """The file cannot become a document."""

    key = "document"


class MissingDocumentError(DocumentError):
    """There is no such file."""

    key = "missing_document"


class EmptyDocumentError(DocumentError):
    """The file has no words in it."""

    key = "empty_document"


class TooLargeError(DocumentError):
    """The file, or what it unpacks to, is larger than allowed."""

    key = "too_large"


class EncryptedDocumentError(DocumentError):
    """The file asks for a password."""

    key = "encrypted_document"


class BrokenDocumentError(DocumentError):
    """The file is damaged."""

    key = "broken_document"


class DemandingError(DocumentError):
    """Reading the file would take more memory or time than a file may."""

    key = "demanding_document"


class OldFormatError(DocumentError):
    """The file is of an old Office or WPS format, which no reader here knows."""

    key = "old_format"


class ScannedDocumentError(DocumentError):
    """The file has pages but no text layer."""

    key = "scanned_document"


class WrongTypeError(DocumentError):
    """The content is not what the file's name says."""

    key = "wrong_type"


class UnknownTypeError(DocumentError):
    """No reader knows this kind of file."""

    key = "unknown_type"


class NamesakeError(DocumentError):
    """Another file added at the same time has the same name, and other content."""

    key = "namesake"


class UnknownColumnsError(DocumentError):
    """The columns of a table are none that a table of service items has."""

    key = "unknown_columns"


class UnknownDocumentError(KnowledgeError):
    """No added document has this number, file name or title."""

    key = "unknown_document"


class BusyError(KnowledgeError):
    """Another version is just being published."""

    key = "busy"


class ForbiddenError(KnowledgeError):
    """Whoever asks does not hold the internal token."""

    key = "forbidden"


class UnknownReceiptError(KnowledgeError):
    """No receipt has this id, or it belongs to somebody else."""

    key = "unknown_receipt"


class UnknownTopicError(KnowledgeError):
    """No item, document or kind has this name."""

    key = "unknown_topic"


class UnknownGapError(KnowledgeError):
    """No open gap has this id."""

    key = "unknown_gap"


class NewsError(KnowledgeError):
    """The gateway could not be reached or takes no news; nothing was lost, try again."""

    key = "news"


class MoveError(KnowledgeError):
    """The step does not lead on from where the document is."""

    key = "move"


class ExpiredDocumentError(KnowledgeError):
    """The last day of the document has passed."""

    key = "expired_document"


class NotYetInForceError(KnowledgeError):
    """The document begins on a later day, and another version of it is in force until then."""

    key = "not_yet_in_force"


class AlreadyBegunError(KnowledgeError):
    """The document is in force already, so that it has no day to be approved for."""

    key = "already_begun"


class SupersededError(KnowledgeError):
    """Another version of the document that begins later, or corrects it, is published."""

    key = "superseded"


class ColumnsError(KnowledgeError):
    """A file that says what the columns of a table tell cannot be used."""

    key = "columns"


class TermsError(KnowledgeError):
    """A document cannot have this title, date or other detail."""

    key = "terms"


class AudienceError(KnowledgeError):
    """A document that residents may read is not made the workers' own by adding it again."""

    key = "audience"


class ModelError(KnowledgeError):
    """The embedding model cannot be opened."""

    key = "model"


class MissingModelError(ModelError):
    """The model is not on this machine, and fetching it is not allowed."""

    key = "missing_model"


class BrokenModelError(ModelError):
    """The model's files are there and cannot be used."""

    key = "broken_model"


class StaleIndexError(KnowledgeError):
    """A snapshot is damaged, or was built with another model."""

    key = "stale_index"


class VectorsAwayError(KnowledgeError):
    """The server that holds vectors does not answer, or refuses."""

    key = "vectors_away"

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class EvaluationError(KnowledgeError):
    """An evaluation file cannot be read."""

    key = "evaluation"
