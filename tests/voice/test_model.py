"""The model is put together from its parts, whole or not at all."""

import hashlib
from pathlib import Path

import pytest

from voice.errors import NotInstalledError
from voice.model import NAME, assemble

CONTENT = {"model.bin": b"first second", "config.json": b"{}"}
FILES = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Path, ...]:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    (one / "model.bin.part1").write_bytes(b"first ")
    (two / "model.bin.part2").write_bytes(b"second")
    (two / "config.json").write_bytes(b"{}")
    return one, two


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in CONTENT}


def test_the_parts_make_one_model(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    folder = assemble(tmp_path / "home", parts, FILES)

    assert folder == tmp_path / "home" / "models" / NAME
    assert contents(folder) == CONTENT


def test_what_was_cut_off_is_made_again(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    folder = assemble(tmp_path, parts, FILES)
    (folder / "model.bin").write_bytes(b"first")
    (folder / "complete").unlink()

    assemble(tmp_path, parts, FILES)

    assert contents(folder) == CONTENT


def test_what_was_damaged_later_is_made_again(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    folder = assemble(tmp_path, parts, FILES)
    (folder / "config.json").unlink()

    assemble(tmp_path, parts, FILES)

    assert contents(folder) == CONTENT


def test_a_whole_model_needs_its_parts_no_more(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    assemble(tmp_path, parts, FILES)

    assert contents(assemble(tmp_path, (), FILES)) == CONTENT


def test_a_part_that_is_another_is_refused_and_leaves_nothing(
    tmp_path: Path, parts: tuple[Path, ...]
) -> None:
    (parts[1] / "model.bin.part2").write_bytes(b"other")

    with pytest.raises(NotInstalledError, match=r"model\.bin"):
        assemble(tmp_path, parts, FILES)

    assert not (tmp_path / "models" / NAME / "model.bin").exists()


def test_a_missing_part_is_named(tmp_path: Path, parts: tuple[Path, ...]) -> None:
    (parts[1] / "config.json").unlink()

    with pytest.raises(NotInstalledError, match=r"config\.json"):
        assemble(tmp_path, parts, FILES)
