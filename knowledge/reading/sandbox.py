"""Reads a file in a process of its own that has little memory, little time and no other task.

Files come from anywhere; what one of them does to a parser stays in that process. Limits of
memory, processor and written bytes are the kernel's (``setrlimit``), the time on the wall is ours.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from knowledge import errors
from knowledge.reading import recognition
from knowledge.reading.columns import NO_COLUMNS
from knowledge.reading.document import Document, Section
from knowledge.reading.files import MAX_BYTES

ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")
_ERRORS = {
    kind.key: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.DocumentError)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading one file may cost."""

    memory: int = 512 * 2**20  # bytes of address space, the interpreter's own among them
    cpu_s: int = 20
    wall_s: float = 40
    output: int = 48 * 2**20  # bytes of what was read


LIMITS = Limits()
# Some seconds of processor for a page, and the models: 1.5 GB of addresses, half of it in memory.
SCAN_LIMITS = Limits(memory=3 * 2**30, cpu_s=900, wall_s=1800)
SCAN = "scan"  # to the reader: recognise the words of the pages


def read_document(
    path: Path, limits: Limits = LIMITS, columns: Mapping[str, str] = NO_COLUMNS
) -> Document:
    """Return a file as a document.

    ``columns`` are headings of a table of service items with the roles a person has named.

    Raises:
        DocumentError: one of its kinds says what is wrong with the file.
    """
    try:
        if not path.is_file():
            raise errors.MissingDocumentError(file=path.name)
        if path.stat().st_size > MAX_BYTES:
            raise errors.TooLargeError(file=path.name, limit_mb=MAX_BYTES // 2**20)
        content = path.read_bytes()
    except OSError as error:
        raise errors.DocumentError(file=path.name) from error
    return document_of(content, path.name, limits, columns)


def document_of(
    content: bytes,
    name: str,
    limits: Limits = LIMITS,
    columns: Mapping[str, str] = NO_COLUMNS,
) -> Document:
    """Return the bytes of an uploaded file as a document.

    Raises:
        DocumentError: one of its kinds says what is wrong with the file; ``DemandingError`` if
            reading it would have taken more than ``limits``.
    """
    if len(content) > MAX_BYTES:
        raise errors.TooLargeError(file=name, limit_mb=MAX_BYTES // 2**20)
    try:
        return _read(content, name, limits, [json.dumps(dict(columns))])
    except errors.ScannedDocumentError:
        if not recognition.is_installed():
            raise
    try:
        return _read(content, name, SCAN_LIMITS, [json.dumps({}), SCAN])
    except errors.DocumentError as error:
        raise errors.ScannedDocumentError(file=name) from error


def _read(content: bytes, name: str, limits: Limits, more: list[str]) -> Document:
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        given.write(content)
        given.seek(0)
        arguments = [name, json.dumps(asdict(limits)), *more]
        code = _run(arguments, given, made, limits.wall_s)
        made.seek(0)
        found = made.read()
    return _answered(found, name) if code == 0 else _given_up(name)


def _run(arguments: list[str], given: IO[bytes], made: IO[bytes], wall_s: float) -> int:
    """Return the exit code of the reader; it is killed when its time is over."""
    command = [sys.executable, "-s", "-m", "knowledge.reading.reader", *arguments]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        cwd=ROOT,
        env=environment | single,
        stdin=given,
        stdout=made,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(wall_s)
    except subprocess.TimeoutExpired:
        return -1
    finally:
        process.kill()
        process.wait()


def _answered(found: bytes, name: str) -> Document:
    try:
        answer = json.loads(found)
    except ValueError:
        return _given_up(name)  # cut short by the limit of written bytes
    if "error" in answer:
        raise _ERRORS[answer["error"]](**answer["details"])
    return document_from(answer["document"])


def _given_up(name: str) -> Document:
    raise errors.DemandingError(file=name)


def document_from(fields: dict[str, Any]) -> Document:
    """Return the document that ``asdict`` took apart."""
    sections = tuple(Section(**section) for section in fields["sections"])
    cautions = tuple((kind, text) for kind, text in fields["cautions"])
    return Document(**{**fields, "sections": sections, "cautions": cautions})


def told(read: Callable[[bytes, str], Document], content: bytes, name: str) -> dict[str, Any]:
    """Return what a reader makes of a file, as it crosses to the other process."""
    try:
        return {"document": asdict(read(content, name))}
    except errors.DocumentError as error:
        return {"error": error.key, "details": error.details}
    except (MemoryError, RecursionError):
        return {"error": errors.DemandingError.key, "details": {"file": name}}
