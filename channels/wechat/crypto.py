"""Signatures and sealed messages (安全模式) of the WeChat platform.

Source: WeChat's 消息加解密说明. Its own few lines over ``cryptography``; the tests hold them
against the vectors that WeChat has published.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels.errors import ForbiddenError, SettingsError

BLOCK = 32  # bytes; WeChat pads to twice AES's own block
RANDOM = 16  # bytes before the length


def sign(*parts: str) -> str:
    """Return the signature of ``parts``, in whatever order they come; the token is one."""
    joined = "".join(sorted(parts)).encode()
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()  # SHA-1 is WeChat's choice


def is_signed(signature: str, *parts: str) -> bool:
    """Return whether ``signature`` is that of ``parts``, in a time that tells nothing."""
    return hmac.compare_digest(signature.encode(), sign(*parts).encode())


class Seal:
    """Seals and opens messages with the account's EncodingAESKey."""

    def __init__(self, aes_key: str, appid: str, setting: str = "LINLI_WECHAT_AES_KEY") -> None:
        if not re.fullmatch(r"[A-Za-z0-9+/]{43}", aes_key):
            raise SettingsError(setting, "43 letters and digits are expected")
        if not appid:
            raise SettingsError(setting, "the account's id is needed with it")
        self._key, self._appid = base64.b64decode(aes_key + "="), appid.encode()

    def close(self, message: bytes, random: bytes | None = None) -> str:
        """Return ``message`` sealed; ``random`` are 16 bytes, new ones unless given."""
        random = random or secrets.token_bytes(RANDOM)
        plain = random + struct.pack(">I", len(message)) + message + self._appid
        size = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([size]) * size) + encryptor.finalize()
        return base64.b64encode(sealed).decode("ascii")

    def open(self, sealed: str) -> bytes:
        """Return what was sealed for this account.

        Raises:
            ForbiddenError: it was not, or it is damaged.
        """
        try:
            decryptor = self._cipher().decryptor()
            content = base64.b64decode(sealed, validate=True)
            plain = _unpadded(decryptor.update(content) + decryptor.finalize())
            (length,) = struct.unpack(">I", plain[RANDOM : RANDOM + 4])
        except (binascii.Error, ValueError, struct.error) as error:
            raise ForbiddenError from error
        end = RANDOM + 4 + length
        if end > len(plain) or not hmac.compare_digest(plain[end:], self._appid):
            raise ForbiddenError  # sealed for another account
        return plain[RANDOM + 4 : end]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


def _unpadded(plain: bytes) -> bytes:
    size = plain[-1] if plain else 0
    if not 1 <= size <= BLOCK or plain[-size:] != bytes([size]) * size:
        raise ValueError("bad padding")
    return plain[:-size]
