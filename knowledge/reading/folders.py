"""Folders stand for the documents in them."""

import filecmp
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from knowledge.errors import DocumentError, NamesakeError
from knowledge.reading.files import OLD_SUFFIXES, TABLE_READERS, TEXT_READERS, ZIP_READERS

# Old formats are among them, so that somebody learns that they were left out and why.
OFFERED = frozenset({*TEXT_READERS, *TABLE_READERS, *ZIP_READERS, *OLD_SUFFIXES, ".pdf"})
LEFT_BEHIND = ("~$", ".")  # of open Office files, and hidden ones


def documents_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files themselves, and for a folder its documents at any depth, by their names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if _is_document(one, path))
        else:
            yield path


def check_name(file: Path, added: Mapping[str, Path]) -> None:
    """Check that no other file of those added with this one, by their names, has its name.

    The second would become the next version of the first, and take its place.

    Raises:
        NamesakeError: another one has, and other content.
        DocumentError: they cannot be compared.
    """
    first = added.get(file.name)
    if first is None:
        return
    try:
        is_same = filecmp.cmp(first, file, shallow=False)
    except OSError as error:
        raise DocumentError(file=file) from error
    if not is_same:
        raise NamesakeError(file=file, other=first)


def _is_document(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    is_hidden = any(part.startswith(LEFT_BEHIND) for part in parts)
    return path.suffix.lower() in OFFERED and not is_hidden and path.is_file()
