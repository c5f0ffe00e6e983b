"""Chooses the reader for a file by its name and checks that the content agrees.

What is here runs in a process with limits: ``sandbox`` is the way to it.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from knowledge.errors import (
    BrokenDocumentError,
    DemandingError,
    DocumentError,
    EmptyDocumentError,
    EncryptedDocumentError,
    OldFormatError,
    ScannedDocumentError,
    TooLargeError,
    UnknownColumnsError,
    UnknownTypeError,
    WrongTypeError,
)
from knowledge.reading import office, recognition, text_layer
from knowledge.reading.blocks import Block, BlockKind
from knowledge.reading.columns import NO_COLUMNS
from knowledge.reading.document import Document
from knowledge.reading.encodings import decode
from knowledge.reading.html import read_html
from knowledge.reading.json_lines import NoServicesError, read_jsonl
from knowledge.reading.markdown import read_markdown, read_text
from knowledge.reading.pages import blocks_of_pages
from knowledge.reading.structure import structured
from knowledge.reading.word import read_docx

MAX_BYTES = 20 * 2**20
MAX_UNPACKED = 200 * 2**20
MAX_ENTRIES = 10_000  # files in an Office file
MAX_PAGES = 5_000
DOCTYPE_WITHIN = 64 * 2**10  # bytes of a part in which a document type would stand
PDF_MAGIC = b"%PDF-"
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # an old Office file, or a new one with a password
TABLE_READERS: dict[str, Callable[[str, Mapping[str, str]], list[Block]]] = {
    ".csv": office.read_csv,
    ".tsv": office.read_csv,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}
TEXT_READERS: dict[str, Callable[[str], list[Block]]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".text": read_text,
    ".html": read_html,
    ".htm": read_html,
}
MAIN_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
ZIP_READERS: dict[str, Callable[[bytes, Mapping[str, str]], list[Block]]] = {
    ".docx": lambda content, _: read_docx(content),
    ".xlsx": office.read_xlsx,
}
OLD_SUFFIXES = frozenset({".doc", ".xls", ".wps", ".et", ".dot", ".xlt", ".rtf"})
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")  # MS-OFFCRYPTO 1.3.2
BINARY_MAGIC = (PDF_MAGIC, ZIP_MAGIC, OLE_MAGIC, b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF")


def document_of(content: bytes, name: str, columns: Mapping[str, str] = NO_COLUMNS) -> Document:
    """Return the bytes of an uploaded file as a document.

    ``columns`` are headings of a table of service items with the roles a person has named.

    Raises:
        DocumentError: one of its kinds says what is wrong with the file.
    """
    if len(content) > MAX_BYTES:
        raise TooLargeError(file=name, limit_mb=MAX_BYTES // 2**20)
    if not content.strip():
        raise EmptyDocumentError(file=name)
    return _document(content, name, _blocks(content, name, columns))


def _document(content: bytes, name: str, blocks: list[Block]) -> Document:
    told = [block for block in blocks if block.kind is not BlockKind.CAUTION]
    document = structured(told, name, hashlib.sha256(content).hexdigest())
    if not document.sections:
        raise EmptyDocumentError(file=name)
    cautions = tuple((one.label, one.text) for one in blocks if one.kind is BlockKind.CAUTION)
    return replace(document, cautions=cautions)


def _blocks(content: bytes, name: str, columns: Mapping[str, str]) -> list[Block]:
    suffix = Path(name).suffix.lower()
    if suffix in TEXT_READERS or suffix in TABLE_READERS:
        return _read_as_text(content, name, suffix, columns)
    if suffix in ZIP_READERS:
        return _read_as_office(content, name, suffix, columns)
    if suffix == ".pdf":
        return _read_as_pdf(content, name)
    if suffix in OLD_SUFFIXES:
        raise OldFormatError(file=name)
    raise UnknownTypeError(file=name)


def _read_as_text(
    content: bytes, name: str, suffix: str, columns: Mapping[str, str]
) -> list[Block]:
    expected = suffix[1:].upper()
    if content.startswith(BINARY_MAGIC):
        raise WrongTypeError(file=name, expected=expected)
    text = decode(content)
    if text is None:
        raise WrongTypeError(file=name, expected=expected)
    if not text.strip("\ufeff\u3000 \t\r\n\f"):
        raise EmptyDocumentError(file=name)
    try:
        if suffix in TABLE_READERS:
            return TABLE_READERS[suffix](text, columns)
        return TEXT_READERS[suffix](text)
    except NoServicesError as error:
        raise UnknownColumnsError(file=name, columns=error.headings) from error
    except (csv.Error, ValueError) as error:
        raise BrokenDocumentError(file=name) from error


def _read_as_office(
    content: bytes, name: str, suffix: str, columns: Mapping[str, str]
) -> list[Block]:
    if content.startswith(OLE_MAGIC):
        is_locked = ENCRYPTED_STREAM in content
        raise EncryptedDocumentError(file=name) if is_locked else OldFormatError(file=name)
    if not content.startswith(b"PK"):
        raise WrongTypeError(file=name, expected=suffix[1:].upper())
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive, name, suffix)
        return ZIP_READERS[suffix](content, columns)
    except (DocumentError, MemoryError, RecursionError):
        raise
    except Exception as error:  # the edge of two libraries that raise whatever a bad file meets
        raise BrokenDocumentError(file=name) from error


def _check_parts(archive: zipfile.ZipFile, name: str, suffix: str) -> None:
    """Refuse an Office file that is none, is locked, would be too large, or defines entities."""
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise TooLargeError(file=name, limit_mb=MAX_BYTES // 2**20)
    if len(entries) > MAX_ENTRIES:
        raise DemandingError(file=name)
    if any(entry.flag_bits & 1 for entry in entries):
        raise EncryptedDocumentError(file=name)
    names = {entry.filename for entry in entries}
    if not {"[Content_Types].xml", MAIN_PARTS[suffix]} <= names:
        raise WrongTypeError(file=name, expected=suffix[1:].upper())
    if any(_has_doctype(archive, one) for one in names if one.endswith((".xml", ".rels"))):
        raise BrokenDocumentError(file=name)


def _has_doctype(archive: zipfile.ZipFile, part: str) -> bool:
    """Return whether a part defines entities, which Office files never do (ECMA-376-2, 8.1.4)."""
    with archive.open(part) as opened:
        head = opened.read(DOCTYPE_WITHIN)
    return b"<!DOCTYPE" in head.replace(b"\0", b"")  # in UTF-16 every other byte is nought


def _read_as_pdf(content: bytes, name: str) -> list[Block]:
    import pypdfium2

    if PDF_MAGIC not in content[:1024]:
        raise WrongTypeError(file=name, expected="PDF")
    try:
        blocks = text_layer.read_pdf(content, MAX_PAGES)
    except text_layer.TooManyPagesError as error:
        raise DemandingError(file=name) from error
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise EncryptedDocumentError(file=name) from error
        raise BrokenDocumentError(file=name) from error
    if not blocks:
        raise ScannedDocumentError(file=name)
    return blocks


def scan_of(content: bytes, name: str) -> Document:
    """Return a scanned PDF as a document, its words recognised from the pictures.

    Raises:
        ScannedDocumentError: nothing can be read on its pages, or there are too many.
    """
    import pypdfium2

    try:
        blocks = blocks_of_pages(recognition.recognised_pages(content))
    except (recognition.TooManyPagesError, pypdfium2.PdfiumError) as error:
        raise ScannedDocumentError(file=name) from error
    if not blocks:
        raise ScannedDocumentError(file=name)
    return replace(_document(content, name, blocks), is_recognised=True)
