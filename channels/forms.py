"""What people write into forms."""

from typing import Annotated

from pydantic import BeforeValidator


def as_counted(text: object) -> object:
    """Return words with line breaks of one character, as the page counted them.

    A browser counts one for ``maxlength`` and sends two (HTML Standard, "form entry list" and
    "multipart/form-data": line breaks are normalised to CR LF).
    """
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


Lines = Annotated[str, BeforeValidator(as_counted)]
