"""Files that somebody made to hurt, or that were hurt; made here, never kept in the repository."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import docx
from openpyxl import Workbook

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "哈" * 10}">' for n in range(12))
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def word() -> bytes:
    """A sound document of one line."""
    file, document = io.BytesIO(), docx.Document()
    document.add_paragraph("第一条 每户限养一只犬。")
    document.save(file)
    return file.getvalue()


def workbook() -> bytes:
    """A sound workbook of one row."""
    file, book = io.BytesIO(), Workbook()
    assert book.active is not None
    book.active.append(["事项", "电话"])
    book.active.append(["养犬登记", "010-0000-0000"])
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an Office file with one of its parts changed, or added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            made.writestr(name, change(given.read(name)) if name == part else given.read(name))
        if part not in given.namelist():
            made.writestr(part, change(b""))
    return file.getvalue()


def laughing_word(encoding: str = "utf-8") -> bytes:
    """Entities within entities: ten to the twelfth laughs."""
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w:document [{LAUGHS}]>'
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&l11;</w:t></w:r></w:p></w:body>'
        "</w:document>"
    )
    return with_part(word(), "word/document.xml", lambda _: text.encode(encoding))


def laughing_workbook() -> bytes:
    """The same in a cell."""
    text = (
        f'<?xml version="1.0"?><!DOCTYPE worksheet [{LAUGHS}]><worksheet xmlns="{SHEET}">'
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row></sheetData>'
        "</worksheet>"
    )
    return with_part(workbook(), "xl/worksheets/sheet1.xml", lambda _: text.encode())


def deep_word(depth: int = 200_000) -> bytes:
    """Elements within elements."""
    inner = "<w:sdt><w:sdtContent>" * depth + "</w:sdtContent></w:sdt>" * depth
    text = f'<w:document xmlns:w="{WORD}"><w:body>{inner}</w:body></w:document>'
    return with_part(word(), "word/document.xml", lambda _: text.encode())


def swollen_word() -> bytes:
    """A hundred million words in a small file, below what is refused by its directory."""
    head = f'<w:document xmlns:w="{WORD}"><w:body>'.encode()
    line = "<w:p><w:r><w:t>好</w:t></w:r></w:p>".encode()
    body = line * (150 * 2**20 // len(line))
    return with_part(
        word(), "word/document.xml", lambda _: head + body + b"</w:body></w:document>"
    )


def bomb(suffix: str) -> bytes:
    """A quarter of a gigabyte of noughts in a quarter of a megabyte."""
    content = word() if suffix == ".docx" else workbook()
    return with_part(content, "custom/zeros.xml", lambda _: bytes(250 * 2**20))


def picture(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG that unpacks to 2.5 thousand million points."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(64 * 2**20), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def word_with_picture() -> bytes:
    """A sound text beside such a picture."""
    return with_part(word(), "word/media/image1.png", lambda _: picture())


def pdf(*objects: str, trailer: str = "") -> bytes:
    """A PDF of these objects, the first being its catalogue."""
    body, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    tail = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n"
        f"<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    )
    return bytes(body) + tail.encode("latin-1")


CATALOGUE = "<< /Type /Catalog /Pages 2 0 R >>"
TEXT_PAGE = (
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources "
    "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
)
PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def stream(content: str, head: str = "") -> str:
    """An object with a stream."""
    return f"<< /Length {len(content)} {head} >>\nstream\n{content}\nendstream"


def written_pdf(text: str = "Notice 2026: the office opens at 8:30.") -> bytes:
    """A page with a line of text."""
    return pdf(CATALOGUE, PAGES, TEXT_PAGE, stream(f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET"))


def scanned_pdf() -> bytes:
    """A page that is nothing but a picture of 50,000 by 50,000 points."""
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        "/Resources << /XObject << /I 5 0 R >> >> >>"
    )
    image = stream(
        "00>",
        "/Type /XObject /Subtype /Image /Width 50000 /Height 50000 /ColorSpace /DeviceGray "
        "/BitsPerComponent 8 /Filter /ASCIIHexDecode",
    )
    return pdf(CATALOGUE, PAGES, page, stream("q 600 0 0 800 0 0 cm /I Do Q"), image)


def locked_pdf() -> bytes:
    """A PDF whose key opens with a password that nobody knows."""
    key = "<" + "5a" * 32 + ">"
    encrypt = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O {key} /U {key} >>"
    identity = "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00>]"
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>"
    return pdf(CATALOGUE, PAGES, page, encrypt, trailer=identity)


def endless_pdf() -> bytes:
    """A tree of pages that is its own branch."""
    return pdf(CATALOGUE, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2000000000 >>")


def nested_pdf(depth: int = 20_000) -> bytes:
    """Pages below pages below pages."""
    branches = [
        f"<< /Type /Pages /Parent {n + 1} 0 R /Kids [{n + 3} 0 R] /Count 1 >>"
        for n in range(depth)
    ]
    return pdf(CATALOGUE, *branches, "<< /Type /Page /MediaBox [0 0 9 9] >>")


def swollen_pdf() -> bytes:
    """A stream that unpacks to 300 megabytes of text operators."""
    packer = zlib.compressobj(9)
    line = b"BT /F1 12 Tf 72 700 Td (words) Tj ET\n" * 28_000
    packed = b"".join(packer.compress(line) for _ in range(300)) + packer.flush()
    return pdf(
        CATALOGUE, PAGES, TEXT_PAGE, stream(packed.decode("latin-1"), "/Filter /FlateDecode")
    )


def deep_html(depth: int = 60_000) -> bytes:
    """Tags within tags, none of them closed in order."""
    menus = "<div><nav>" * depth + "首页" + "</b></nav></div>" * depth
    return (menus + "<div>" * depth + "开门时间").encode()


def wide_workbook() -> bytes:
    """One cell in the last column of the last row."""
    text = (
        f'<worksheet xmlns="{SHEET}"><dimension ref="A1:XFD1048576"/><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>事项</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>好</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    return with_part(workbook(), "xl/worksheets/sheet1.xml", lambda _: text.encode())
