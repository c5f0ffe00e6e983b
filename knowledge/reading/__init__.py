"""Files of many formats become one kind of document."""

from knowledge.reading.files import read_document

__all__ = ["read_document"]
