"""A hearing that needs no ears: the words travel as text within the sound."""

from dataclasses import dataclass, field

from channels.errors import BadMessageError, HearingUnavailableError, RefusedMediaError
from channels.hearing import Heard

OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(200)
MARK = b"words:"


def sound(text: str) -> bytes:
    """Return a sound, as far as its beginning tells, in which ``text`` is said."""
    return OGG + MARK + text.encode()


@dataclass
class Ears:
    """Hears what ``sound`` has put there; mumbled words come unclear."""

    is_open: bool = True
    is_down: bool = False
    mumbled: set[str] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)

    async def hear(self, content: bytes) -> Heard:
        if self.is_down:
            raise HearingUnavailableError
        if MARK not in content:
            raise RefusedMediaError
        text = content.split(MARK, 1)[1].decode()
        if len(text) > 1000:
            raise BadMessageError("voice_too_long")
        self.heard.append(text)
        return Heard(text=text, is_clear=bool(text) and text not in self.mumbled)

    async def speak(self, text: str) -> bytes:
        if self.is_down:
            raise HearingUnavailableError
        self.spoken.append(text)
        return text.encode()
