"""Chooses the reader for a file by its name and checks that the content agrees."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from knowledge.errors import (
    BrokenDocumentError,
    DocumentError,
    EmptyDocumentError,
    EncryptedDocumentError,
    MissingDocumentError,
    ScannedDocumentError,
    TooLargeError,
    UnknownTypeError,
    WrongTypeError,
)
from knowledge.reading import office
from knowledge.reading.blocks import Block
from knowledge.reading.document import Document
from knowledge.reading.html import read_html
from knowledge.reading.markdown import decode, read_markdown, read_text
from knowledge.reading.structure import structured

MAX_BYTES = 20 * 2**20
MAX_UNPACKED = 200 * 2**20
PDF_MAGIC = b"%PDF-"
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # an old Office file, or a new one with a password
TEXT_READERS: dict[str, Callable[[str], list[Block]]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".text": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".csv": office.read_csv,
    ".tsv": office.read_csv,
}
ZIP_READERS: dict[str, Callable[[bytes], list[Block]]] = {
    ".docx": office.read_docx,
    ".xlsx": office.read_xlsx,
}
BINARY_MAGIC = (PDF_MAGIC, ZIP_MAGIC, OLE_MAGIC, b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF")


def read_document(path: Path) -> Document:
    """Return a file as a document.

    Raises:
        DocumentError: one of its kinds says what is wrong with the file.
    """
    try:
        if not path.is_file():
            raise MissingDocumentError(file=path.name)
        if path.stat().st_size > MAX_BYTES:
            raise TooLargeError(file=path.name, limit_mb=MAX_BYTES // 2**20)
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(file=path.name) from error
    return document_of(content, path.name)


def document_of(content: bytes, name: str) -> Document:
    """Return the bytes of an uploaded file as a document.

    Raises:
        DocumentError: one of its kinds says what is wrong with the file.
    """
    if len(content) > MAX_BYTES:
        raise TooLargeError(file=name, limit_mb=MAX_BYTES // 2**20)
    if not content.strip():
        raise EmptyDocumentError(file=name)
    document = structured(_blocks(content, name), name, hashlib.sha256(content).hexdigest())
    if not document.sections:
        raise EmptyDocumentError(file=name)
    return document


def _blocks(content: bytes, name: str) -> list[Block]:
    suffix = Path(name).suffix.lower()
    if suffix in TEXT_READERS:
        return _read_as_text(content, name, suffix)
    if suffix in ZIP_READERS:
        return _read_as_office(content, name, suffix)
    if suffix == ".pdf":
        return _read_as_pdf(content, name)
    raise UnknownTypeError(file=name)


def _read_as_text(content: bytes, name: str, suffix: str) -> list[Block]:
    expected = suffix[1:].upper()
    if content.startswith(BINARY_MAGIC):
        raise WrongTypeError(file=name, expected=expected)
    text = decode(content)
    if text is None:
        raise WrongTypeError(file=name, expected=expected)
    if not text.strip("\ufeff\u3000 \t\r\n\f"):
        raise EmptyDocumentError(file=name)
    try:
        return TEXT_READERS[suffix](text)
    except csv.Error as error:
        raise BrokenDocumentError(file=name) from error


def _read_as_office(content: bytes, name: str, suffix: str) -> list[Block]:
    if content.startswith(OLE_MAGIC):
        raise EncryptedDocumentError(file=name)
    if not content.startswith(b"PK"):
        raise WrongTypeError(file=name, expected=suffix[1:].upper())
    try:
        if office.unpacked_size(content) > MAX_UNPACKED:
            raise TooLargeError(file=name, limit_mb=MAX_BYTES // 2**20)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
        if "[Content_Types].xml" not in names or not any(map(_is_main_part(suffix), names)):
            raise WrongTypeError(file=name, expected=suffix[1:].upper())
        return ZIP_READERS[suffix](content)
    except DocumentError:
        raise
    except Exception as error:  # the edge of two libraries that raise whatever a bad file meets
        raise BrokenDocumentError(file=name) from error


def _is_main_part(suffix: str) -> Callable[[str], bool]:
    part = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}[suffix]
    return lambda name: name == part


def _read_as_pdf(content: bytes, name: str) -> list[Block]:
    import pypdfium2

    if PDF_MAGIC not in content[:1024]:
        raise WrongTypeError(file=name, expected="PDF")
    try:
        blocks = office.read_pdf(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise EncryptedDocumentError(file=name) from error
        raise BrokenDocumentError(file=name) from error
    if not blocks:
        raise ScannedDocumentError(file=name)
    return blocks
