"""Seals contacts at rest (Fernet), so that a stolen database names nobody."""

from cryptography.fernet import Fernet, InvalidToken

from actions.tickets.errors import VaultError


class Vault:
    """Seals and opens short texts with one key.

    Raises:
        VaultError: The key is not a Fernet key.
    """

    def __init__(self, key: str) -> None:
        try:
            self._fernet = Fernet(key.encode("ascii"))
        except ValueError as error:
            raise VaultError("LINLI_VAULT_KEY is not a Fernet key") from error

    def seal(self, text: str) -> str:
        """Return the text sealed; an empty text stays empty."""
        return self._fernet.encrypt(text.encode("utf-8")).decode("ascii") if text else ""

    def open(self, sealed: str) -> str:
        """Return the text again.

        Raises:
            VaultError: It was sealed with another key, or was tampered with.
        """
        if not sealed:
            return ""
        try:
            return self._fernet.decrypt(sealed.encode("ascii")).decode("utf-8")
        except InvalidToken as error:
            raise VaultError("sealed with another key, or damaged") from error


class ClosedVault(Vault):
    """Refuses every contact: for processes that were given no key."""

    def __init__(self) -> None:
        pass

    def seal(self, text: str) -> str:
        """Return an empty text for an empty text, and refuse any other."""
        if text:
            raise VaultError("LINLI_VAULT_KEY is not set, so no contact can be kept")
        return ""

    def open(self, sealed: str) -> str:
        """Return an empty text for an empty one, and refuse any other."""
        if sealed:
            raise VaultError("LINLI_VAULT_KEY is not set, so no contact can be read")
        return ""
