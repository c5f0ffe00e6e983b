"""The XML that WeChat sends and takes: flat, without any of XML's dangerous parts."""

import re
import secrets
import time
from xml.parsers import expat

from channels.errors import BadMessageError
from channels.wechat.crypto import Seal, sign

FIELDS = 64  # an honest message has a dozen
DEPTH = 8
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_fields(body: bytes) -> dict[str, str]:
    """Return the fields below the root; what stands deeper is left out.

    Raises:
        BadMessageError: no XML, or one that declares things: entities, a document type.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BadMessageError("bad_request") from error
    return reader.fields


class _Reader:
    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._path: list[str] = []
        self._words: list[str] = []
        self.parser = expat.ParserCreate(encoding="utf-8")
        self.parser.StartDoctypeDeclHandler = _refuse  # before any entity could be declared
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words.append

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._words.clear()
        if len(self._path) > DEPTH or len(self.fields) > FIELDS:
            raise ValueError("too deep or too many")

    def _end(self, name: str) -> None:
        if len(self._path) == 2:
            self.fields[name] = "".join(self._words).strip()
        self._path.pop()
        self._words.clear()


def _refuse(*_declaration: object) -> None:
    raise ValueError("declarations are refused")


def write_text(to: str, sender: str, text: str) -> str:
    """Return the passive reply (被动回复) that says ``text``."""
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName>"
        f"<FromUserName>{_cdata(sender)}</FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime>"
        f"<MsgType>{_cdata('text')}</MsgType>"
        f"<Content>{_cdata(text)}</Content></xml>"
    )


def write_sealed(seal: Seal, token: str, message: str) -> str:
    """Return ``message`` sealed and signed."""
    sealed = seal.close(message.encode())
    timestamp, nonce = str(int(time.time())), secrets.token_hex(8)
    signature = sign(token, timestamp, nonce, sealed)
    return (
        f"<xml><Encrypt>{_cdata(sealed)}</Encrypt>"
        f"<MsgSignature>{_cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp>"
        f"<Nonce>{_cdata(nonce)}</Nonce></xml>"
    )


def _cdata(text: str) -> str:
    clean = _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{clean}]]>"
