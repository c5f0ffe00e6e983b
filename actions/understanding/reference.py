"""Ticket numbers, query codes and invitation codes in a message."""

import re

from actions.tickets.codes import ALPHABET, CODE_LENGTH, parse_code
from actions.understanding.entity import Entity

_NUMBER = re.compile(r"(?<!\d)(20\d{6})[\-\s]?(\d{6})(?!\d)")
_CODE = re.compile(
    rf"(?<![A-Za-z0-9])(?:[{ALPHABET}{ALPHABET.lower()}][\s\-]?){{{CODE_LENGTH + 1}}}"
    r"(?![A-Za-z0-9])"
)
_INVITATION = re.compile(
    r"(?<![A-Za-z0-9])"
    r"(?:[A-Za-z0-9]{12}|(?:[A-Za-z0-9]{3}[\-\s]){3}[A-Za-z0-9]{3}"
    r"|[A-Za-z0-9]{4}(?:[\-\s][A-Za-z0-9]{1,5}){1,3})"
    r"(?![A-Za-z0-9])"
)


def find_ticket_numbers(plain: str) -> list[Entity]:
    """Return every ticket number (工单号), written ``20261121-000123``."""
    return [
        Entity(
            entity="ticket_number",
            value=f"{found[1]}-{found[2]}",
            start=found.start(),
            end=found.end(),
        )
        for found in _NUMBER.finditer(plain)
    ]


def find_codes(plain: str) -> list[Entity]:
    """Return every query code (查询码) whose check character is right."""
    found = []
    for match in _CODE.finditer(plain):
        code = parse_code(match[0])
        if code:
            end = match.start() + len(match[0].rstrip(" -"))
            found.append(Entity(entity="ticket_code", value=code, start=match.start(), end=end))
    return found


def find_invitations(plain: str) -> list[Entity]:
    """Return what looks like an invitation code (邀请码); whether it opens is not known."""
    return [
        Entity(
            entity="invitation",
            value=re.sub(r"\s", "-", found[0]).upper(),
            start=found.start(),
            end=found.end(),
        )
        for found in _INVITATION.finditer(plain)
        if not _NUMBER.search(found[0]) and re.search("[A-Za-z]", found[0])
    ]
