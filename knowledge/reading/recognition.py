"""Reads the pages of a scanned PDF as pictures (OCR), where the extra is installed.

RapidOCR (Apache-2.0) carries the PP-OCRv4 models in its package and runs them in onnxruntime, so
nothing is fetched and nothing leaves the machine. It runs in the reader's process, like every
other parser, with limits of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

LIBRARIES = ("rapidocr_onnxruntime", "cv2")
DPI = 180
LONGEST = 2_600  # points of a page's longer side; larger ones are read smaller
MAX_PAGES = 60
LEAST = 0.5  # how sure a line has to be; below it is mostly stains and stamps
SAME_LINE = 0.6  # of the lower line's height that two pieces must share to stand in one line

Page = list[str]


class TooManyPagesError(ValueError):
    """There are more pages than may be read as pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words that stand together, and the box around them in points of the picture."""

    words: str
    left: float
    top: float
    bottom: float


def is_installed() -> bool:
    """Return whether the extra is in this environment (make setup-ocr)."""
    return all(find_spec(name) is not None for name in LIBRARIES)


def recognised_pages(content: bytes) -> list[Page]:
    """Return the lines of each page of a PDF, from its pictures.

    Raises:
        TooManyPagesError: it has more than ``MAX_PAGES``.
        pypdfium2.PdfiumError: it cannot be opened.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        if len(document) > MAX_PAGES:
            raise TooManyPagesError
        read = _reader()
        return [lines_of(read(_picture(document, number))) for number in range(len(document))]
    finally:
        document.close()


def lines_of(pieces: Iterable[Piece]) -> Page:
    """Return the words line by line, from left to right within one."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: one.top + one.bottom):
        if lines and _is_beside(lines[-1], piece):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [" ".join(one.words for one in sorted(line, key=_left)) for line in lines]


def _left(piece: Piece) -> float:
    return piece.left


def _is_beside(line: Sequence[Piece], piece: Piece) -> bool:
    last = line[-1]
    shared = min(last.bottom, piece.bottom) - max(last.top, piece.top)
    lower = min(last.bottom - last.top, piece.bottom - piece.top)
    return shared >= SAME_LINE * lower > 0


def _reader() -> Callable[[Any], list[Piece]]:
    from rapidocr_onnxruntime import RapidOCR

    engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def read(picture: Any) -> list[Piece]:
        found, _times = engine(picture)
        return [
            Piece(
                words=str(words).strip(),
                left=min(x for x, _ in box),
                top=min(y for _, y in box),
                bottom=max(y for _, y in box),
            )
            for box, words, sure in found or ()
            if float(sure) >= LEAST and str(words).strip()
        ]

    return read


def _picture(document: Any, number: int) -> Any:
    page = document[number]
    width, height = page.get_size()
    scale = min(DPI / 72, LONGEST / max(width, height, 1))
    bitmap = page.render(scale=scale, rev_byteorder=False)
    picture = bitmap.to_numpy()[:, :, :3].copy()
    bitmap.close()
    page.close()
    return picture
