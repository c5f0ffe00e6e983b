"""Seals names and telephones at rest (Fernet), so that a stolen database names nobody."""

from cryptography.fernet import Fernet, InvalidToken

from channels.errors import SettingsError, VaultError

VARIABLE = "LINLI_VAULT_KEY"


class Vault:
    """Seals and opens short texts with the installation's key; without one it stays shut.

    Raises:
        SettingsError: The key is not a Fernet key.
    """

    def __init__(self, key: str) -> None:
        try:
            self._fernet = Fernet(key.encode("ascii")) if key else None
        except ValueError as error:
            raise SettingsError(VARIABLE, "a Fernet key is expected") from error

    @property
    def is_open(self) -> bool:
        """Return whether there is a key."""
        return self._fernet is not None

    def seal(self, text: str) -> str:
        """Return the text sealed; an empty text stays empty.

        Raises:
            VaultError: There is no key.
        """
        if not text:
            return ""
        if self._fernet is None:
            raise VaultError
        return self._fernet.encrypt(text.encode("utf-8")).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return the text again.

        Raises:
            VaultError: There is no key, or it was sealed with another one.
        """
        if not sealed:
            return ""
        if self._fernet is None:
            raise VaultError
        try:
            return self._fernet.decrypt(sealed.encode("ascii")).decode("utf-8")
        except InvalidToken as error:
            raise VaultError from error
