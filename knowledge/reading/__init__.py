"""Files of many formats become one kind of document."""

from knowledge.reading.sandbox import document_of, read_document

__all__ = ["document_of", "read_document"]
