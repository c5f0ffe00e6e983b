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
    │   ├── ScannedDocumentError
    │   ├── WrongTypeError       the content is not what the name says
    │   └── UnknownTypeError
    ├── UnknownDocumentError     no record by that name or number
    ├── ModelError               the embedding model cannot be opened
    │   ├── MissingModelError
    │   └── BrokenModelError
    ├── StaleIndexError          a snapshot is damaged or of another model; build again
    └── EvaluationError          an evaluation file cannot be read
"""

from typing import ClassVar

from knowledge.texts import texts


class KnowledgeError(Exception):
    """One clear Chinese sentence for the person who asked; the words live in ``texts.yml``."""

    key: ClassVar[str] = "unknown"

    def __init__(self, **details: object) -> None:
        super().__init__(texts().error(self.key, **details))


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


class ScannedDocumentError(DocumentError):
    """The file has pages but no text layer."""

    key = "scanned_document"


class WrongTypeError(DocumentError):
    """The content is not what the file's name says."""

    key = "wrong_type"


class UnknownTypeError(DocumentError):
    """No reader knows this kind of file."""

    key = "unknown_type"


class UnknownDocumentError(KnowledgeError):
    """No added document has this number, file name or title."""

    key = "unknown_document"


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


class EvaluationError(KnowledgeError):
    """An evaluation file cannot be read."""

    key = "evaluation"
