"""Files people send: what they are decides, never what they are called."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import text

from channels.errors import RefusedMediaError, UnknownMediaError
from channels.media import SIZE_LIMIT
from tests.channels.office import Guest, Office, picture, problem


def kept(office: Office) -> list[Path]:
    return sorted((office.parts.settings.home / "media").glob("*"))


def bomb() -> bytes:
    """Return a small PNG that claims 40,000 × 40,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 1000)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_kept_and_may_be_sent(office: Office, guest: Guest, form: str) -> None:
    uploaded = await guest.upload(picture(form), "anything.exe")

    assert uploaded.status_code == 201
    media_id = uploaded.json()["media_id"]
    await guest.send(media=[media_id])
    (heard,) = office.talker.heard
    assert (heard.text, heard.metadata["media"]) == ("/send_media", [media_id])


@pytest.mark.parametrize(
    "sound",
    [
        b"OggS\x00\x02" + b"\x00" * 60,
        b"ID3\x03" + b"\x00" * 60,
        b"#!AMR\n" + b"\x00" * 60,
        b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00" + b"\x00" * 60,
        b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 60,
    ],
    ids=["ogg", "mp3", "amr", "m4a", "wav"],
)
async def test_voice_is_kept(guest: Guest, sound: bytes) -> None:
    assert (await guest.upload(sound, "voice")).status_code == 201


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        "楼道灯坏了".encode(),
        b"MZ\x90\x00\x03" + b"\x00" * 200,
        b"\x7fELF\x02\x01\x01" + b"\x00" * 200,
        b"PK\x03\x04" + b"\x00" * 200,
        b"%PDF-1.7\n" + b"\x00" * 200,
        b"GIF89a" + b"\x00" * 200,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff\xe0" + b"MZ" * 500,
        picture()[:-200],
        picture("PNG")[:60],
        picture("WEBP")[:40],
        bomb(),
    ],
    ids=range(16),
)
async def test_what_is_no_picture_is_refused_whatever_its_name(
    office: Office, guest: Guest, content: bytes
) -> None:
    answer = await guest.upload(content, "photo.jpg")

    problem(answer, 415, "refused_media")
    assert kept(office) == []


def test_a_bomb_just_below_the_error_of_the_library_is_refused(office: Office) -> None:
    nested = Image.new("1", (10_000, 10_000))
    out = io.BytesIO()
    nested.save(out, "PNG")

    with pytest.raises(RefusedMediaError):
        office.parts.media.save("x", out.getvalue())


async def test_too_large_a_file_is_refused_with_the_limit(guest: Guest) -> None:
    answer = await guest.upload(picture() + b"\x00" * SIZE_LIMIT)

    assert "20" in problem(answer, 415, "media_too_large")


async def test_a_huge_upload_is_refused_unread(guest: Guest) -> None:
    headers = {**guest.headers, "content-length": str(10**9), "content-type": "multipart/x"}

    answer = await guest.client.post("/api/media", content=b"", headers=headers)

    problem(answer, 413, "too_large")


async def test_an_upload_without_a_file_is_refused(guest: Guest) -> None:
    answer = await guest.client.post("/api/media", headers=guest.headers)

    problem(answer, 422, "bad_request")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_where_a_picture_was_taken_is_forgotten(
    office: Office, guest: Guest, form: str
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 3.0)
    content = picture(form, exif=exif, xmp=b"<x>SecretPlace</x>", comment=b"SecretComment")
    assert b"SecretCamera" in content

    await guest.upload(content)

    (path,) = kept(office)
    with Image.open(path) as saved:
        assert dict(saved.getexif()) == {}
    assert b"Secret" not in path.read_bytes()


async def test_a_picture_stays_upright_when_its_exif_goes(office: Office, guest: Guest) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°

    await guest.upload(picture(size=(40, 30), exif=exif))

    (path,) = kept(office)
    with Image.open(path) as saved:
        assert saved.size == (30, 40)


async def test_a_picture_of_another_conversation_is_refused(office: Office) -> None:
    owner, stranger = await office.guest(), await office.guest()
    media_id = (await owner.upload(picture())).json()["media_id"]

    answer = await stranger.send(text="看", media=[media_id])

    problem(answer, 422, "unknown_media")
    assert office.parts.transcript.read(stranger.id) == []
    assert not office.talker.heard


@pytest.mark.parametrize("media_id", ["", "x", "../secrets.json", "x" * 5000])
async def test_an_invented_picture_is_refused(guest: Guest, media_id: str) -> None:
    problem(await guest.send(text="看", media=[media_id]), 422, "unknown_media")


def test_no_media_needs_no_check(office: Office) -> None:
    office.parts.media.check("x", ())
    with pytest.raises(UnknownMediaError):
        office.parts.media.check("x", ("y",))


async def test_a_file_that_cannot_be_recorded_is_not_left_behind(own_office: Office) -> None:
    guest = await own_office.guest()
    with own_office.parts.engine.begin() as connection:
        connection.execute(text("ALTER TABLE media RENAME TO lost"))

    answer = await guest.upload(picture())

    problem(answer, 503, "storage_unavailable")
    assert kept(own_office) == []


async def test_a_folder_that_cannot_be_written_is_a_problem(own_office: Office) -> None:
    guest = await own_office.guest()
    (own_office.parts.settings.home / "media").write_text("a file is in the way")

    problem(await guest.upload(picture()), 503, "storage_unavailable")
