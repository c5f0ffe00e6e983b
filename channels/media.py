"""Pictures and voice that people send: checked, stripped of EXIF, kept privately."""

import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import filetype
from PIL import Image, ImageOps
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from channels.errors import RefusedMediaError, UnknownMediaError
from channels.schema import MediaRow

SIZE_LIMIT = 20 * 1024 * 1024  # bytes
PIXEL_LIMIT = 60_000_000  # a telephone's camera has up to 50 million
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
SOUNDS = {"audio/ogg", "audio/mpeg", "audio/amr", "audio/mp4", "audio/aac", "audio/x-wav"}
VIDEOS = {"video/mp4", "video/webm", "video/quicktime"}
_HARMLESS = {"transparency", "gamma", "icc_profile"}
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMedia:
    """A kept file; ``kind`` is its MIME type, found from its content."""

    path: Path
    kind: str


class MediaStore:
    """Keeps files under ``folder``; what a file is decides its content, never its name."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    def save(self, conversation: str, content: bytes) -> str:
        """Keep ``content`` and return its media id.

        Raises:
            RefusedMediaError: too large, or neither a picture nor sound nor a short video.
        """
        if len(content) > SIZE_LIMIT:
            raise RefusedMediaError("media_too_large", limit=SIZE_LIMIT // 1024 // 1024)
        kind = filetype.guess_mime(content) or ""
        if kind in IMAGES:
            content = _without_exif(content, IMAGES[kind])
        elif kind not in SOUNDS | VIDEOS:
            raise RefusedMediaError
        media_id = secrets.token_hex(12)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / media_id
        try:
            path.write_bytes(content)
            self._record(media_id, conversation, kind, len(content))
        except (OSError, SQLAlchemyError):
            path.unlink(missing_ok=True)  # half of a file is nobody's
            raise
        return media_id

    def _record(self, media_id: str, conversation: str, kind: str, size: int) -> None:
        row = MediaRow(
            id=media_id, conversation=conversation, kind=kind, size=size, at=datetime.now(UTC)
        )
        with Session(self._engine) as session, session.begin():
            session.add(row)

    def find(self, media_id: str) -> StoredMedia:
        """Return a kept file, for those who may see it; the caller makes sure of that.

        Raises:
            UnknownMediaError: there is none, or it is no longer here.
        """
        with Session(self._engine) as session:
            row = session.get(MediaRow, media_id)
        path = self._folder / media_id
        if row is None or not path.is_file():
            raise UnknownMediaError
        return StoredMedia(path=path, kind=row.kind)

    def kinds(self, media: Sequence[str]) -> dict[str, str]:
        """Return the MIME type of each kept file among ``media``."""
        if not media:
            return {}
        query = select(MediaRow.id, MediaRow.kind).where(MediaRow.id.in_(media))
        with Session(self._engine) as session:
            return {row.id: row.kind for row in session.execute(query)}

    def check(self, conversation: str, media: tuple[str, ...]) -> None:
        """Do nothing if every file was sent in this conversation.

        Raises:
            UnknownMediaError: one was not.
        """
        if not media:
            return
        query = select(MediaRow.id).where(
            MediaRow.conversation == conversation, MediaRow.id.in_(media)
        )
        with Session(self._engine) as session:
            known = set(session.scalars(query))
        if set(media) - known:
            raise UnknownMediaError


def _without_exif(content: bytes, form: str) -> bytes:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > PIXEL_LIMIT:
                raise RefusedMediaError
            upright = ImageOps.exif_transpose(picture)
            # Not only EXIF: comments and XMP may say where a picture was taken, too.
            upright.info = {k: v for k, v in upright.info.items() if k in _HARMLESS}
            out = io.BytesIO()
            upright.save(out, form)
            return out.getvalue()
    except (OSError, ValueError, SyntaxError, EOFError, *_BOMBS) as error:
        raise RefusedMediaError from error
