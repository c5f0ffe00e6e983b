"""Numbers and codes people read out: ticket numbers, query codes (查询码), invitation codes."""

import re
import secrets
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U/V: 30 characters, 31 is prime
CODE_LENGTH = 8  # 30^8, about 39 bits, before the check character
SHANGHAI = ZoneInfo("Asia/Shanghai")
_NUMBER = re.compile(r"(?<!\d)(\d{8})[-\s]?(\d{6})(?!\d)")


def number_for(now: datetime, sequence: int) -> str:
    """Return the ticket number of the day's ``sequence``-th filing, by the date in Shanghai."""
    return f"{day_of(now)}-{sequence:06d}"


def day_of(now: datetime) -> str:
    """Return the date in Shanghai as ``YYYYMMDD``."""
    return now.astimezone(SHANGHAI).strftime("%Y%m%d")


def parse_number(text: str) -> str | None:
    """Return the ticket number found in what a person wrote, or None."""
    found = _NUMBER.search(unicodedata.normalize("NFKC", text))
    return f"{found[1]}-{found[2]}" if found else None


def check_character(body: str) -> str:
    """Return the check character that finds every single wrong character in ``body``.

    Source: ISO/IEC 7064, hybrid system MOD M+1,M, here with M = 30 (its MOD 37,36 has M = 36).
    """
    size = len(ALPHABET)
    product = size
    for character in body:
        total = (product + ALPHABET.index(character)) % size or size
        product = total * 2 % (size + 1)
    return ALPHABET[(size + 1 - product) % size]


def new_code(length: int = CODE_LENGTH) -> str:
    """Return ``length`` random characters and their check character."""
    left, body = secrets.randbelow(len(ALPHABET) ** length), ""
    for _ in range(length):
        left, place = divmod(left, len(ALPHABET))
        body += ALPHABET[place]
    return body + check_character(body)


def parse_code(text: str, length: int = CODE_LENGTH) -> str | None:
    """Return the code a person typed or spoke, or None if it cannot be one.

    Small letters, full-width letters, blanks and hyphens are accepted.
    """
    code = re.sub(r"[\s\-–—_.]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(code) != length + 1 or any(character not in ALPHABET for character in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def spoken(code: str) -> str:
    """Return the code in groups of three, the way it is read out."""
    return "-".join(code[start : start + 3] for start in range(0, len(code), 3))
