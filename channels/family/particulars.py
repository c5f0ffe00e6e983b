"""Checks what a relative says about themselves when pairing."""

import re
import unicodedata

from channels.errors import PairingError
from channels.family.tie import Particulars

NAME_LENGTH = 20
SIZES = ("", "1", "2", "3")
_TELEPHONE = re.compile(r"\+?\d{7,15}")
_NUMBER = re.compile(r"\d{1,3}")


def particulars(
    name: str, telephone: str, elder_name: str = "", place: str = "", size: str = ""
) -> Particulars:
    """Return what is kept sealed.

    Raises:
        PairingError: the name is missing, or the telephone is none.
    """
    number = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", telephone))
    called = _short(name)
    if not called or not _TELEPHONE.fullmatch(number):
        raise PairingError("pairing_name")
    return Particulars(
        name=called,
        telephone=number,
        elder_name=_short(elder_name),
        place=_short(place),
        size=size if size in SIZES else "",
    )


def number_of(text: str) -> str:
    """Return the number of a building or unit as typed, or nothing."""
    typed = unicodedata.normalize("NFKC", text).strip()
    return str(int(typed)) if _NUMBER.fullmatch(typed) else ""


def _short(text: str) -> str:
    visible = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    return " ".join(visible.split())[:NAME_LENGTH]
