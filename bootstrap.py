"""Make the two Python environments: ours (3.11+) and Rasa's (3.10).

Run by any Python 3.9+ with nothing installed: ``python3 bootstrap.py``.
An environment is complete when its stamp holds the hash of what it was made from; anything less,
an interrupted installation for instance, is made again.
"""

from __future__ import annotations  # Python 3.9 may be all there is

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
UV = "uv==0.13.9"
APP = ROOT / ".venv"
RASA = ROOT / ".venv-rasa"


def main() -> int:
    """Create what is missing; return the exit code."""
    app_python = find_python((3, 11), (3, 12), (3, 13))
    if app_python is None:
        return refuse("Python 3.11 (or 3.12, 3.13) was not found.")
    make(APP, app_python, [ROOT / "requirements.txt", ROOT / "pyproject.toml"], install_app)
    if is_complete(RASA, [ROOT / "bot/requirements.txt"]):
        return 0
    rasa_python = find_python((3, 10)) or find_managed_python("3.10")
    if rasa_python is None:
        return refuse("Python 3.10 was not found; Rasa 3.6 needs exactly that version.")
    make(RASA, rasa_python, [ROOT / "bot/requirements.txt"], install_rasa)
    return 0


def refuse(what: str) -> int:
    """Say what is missing and where it was looked for."""
    print(
        f"{what}\nLooked on PATH, under pyenv and in what uv manages. For instance:\n"
        "  Debian/Ubuntu: apt-get install python3.10 python3.10-venv\n"
        "  pyenv:         pyenv install 3.10\n"
        "  uv:            uv python install 3.10",
        file=sys.stderr,
    )
    return 1


def find_python(*versions: tuple[int, ...]) -> str | None:
    """Return the path of the first interpreter that answers with one of the versions.

    Each candidate is run: a pyenv shim can be on PATH and still fail.
    """
    for version in versions:
        for candidate in candidates("{}.{}".format(*version)):
            if answers(candidate, version):
                return candidate
    return None


def candidates(version: str) -> Iterator[str]:
    """Yield paths that may be that interpreter: PATH, then every pyenv version."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = Path(folder) / f"python{version}"
        if path.exists():
            yield str(path)
    roots = [os.environ.get("PYENV_ROOT", ""), str(Path.home() / ".pyenv")]
    for known in filter(None, roots):
        for version_folder in sorted(Path(known).glob(f"versions/{version}*"), reverse=True):
            yield str(version_folder / "bin" / "python")
    if sys.version_info[:2] == tuple(int(part) for part in version.split(".")):
        yield sys.executable


def answers(path: str, version: tuple[int, ...]) -> bool:
    """Return whether ``path`` runs and is that version, with venv."""
    code = "import sys, venv; print(sys.version_info[:2])"
    try:
        found = subprocess.run(
            [path, "-c", code], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0 and found.stdout.strip() == str(tuple(version))


def find_managed_python(version: str) -> str | None:
    """Return an interpreter that uv manages or can fetch, or None."""
    uv = APP / "bin" / "uv"
    if not uv.exists():
        return None
    for extra in ([], ["--python-preference", "only-managed"]):
        found = subprocess.run(
            [str(uv), "python", "find", *extra, version],
            capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        path = found.stdout.strip()
        if found.returncode == 0 and answers(path, tuple(int(p) for p in version.split("."))):
            return path
    return None


def make(folder: Path, python: str, sources: list[Path], install: Callable[[Path], None]) -> None:
    """Create one environment unless its stamp says that it is complete."""
    if is_complete(folder, sources):
        return
    print(f"Making {folder.name} with {python} (a minute or two the first time)", flush=True)
    if folder.exists() and not answers_any(folder / "bin" / "python"):
        shutil.rmtree(folder)  # what an interrupted creation left
    if not folder.exists():
        run([python, "-m", "venv", str(folder)])
    install(folder)
    (folder / "complete").write_text(fingerprint(sources))


def answers_any(python: Path) -> bool:
    """Return whether the environment's own Python starts."""
    try:
        return subprocess.run([str(python), "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def install_app(folder: Path) -> None:
    """Install our libraries, exactly as frozen, and ourselves in place."""
    python = str(folder / "bin" / "python")
    run([python, "-m", "ensurepip", "--default-pip"])  # an interrupted venv may lack it
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV])
    uv_install(folder, "-r", str(ROOT / "requirements.txt"))
    uv_install(folder, "--no-deps", "--no-build-isolation", "-e", str(ROOT))


def install_rasa(folder: Path) -> None:
    """Install Rasa and everything it pins, exactly as frozen."""
    uv_install(folder, "-r", str(ROOT / "bot" / "requirements.txt"))


def uv_install(folder: Path, *arguments: str) -> None:
    """Install with uv; bytecode is compiled now, or every start of Rasa would pay for it."""
    environ = dict(os.environ)
    # uv does not read pip's setting; a CPU build of torch may be offered there.
    if environ.get("PIP_FIND_LINKS"):
        environ.setdefault("UV_FIND_LINKS", environ["PIP_FIND_LINKS"])
    python = str(folder / "bin" / "python")
    install = [str(APP / "bin" / "uv"), "pip", "install", "--compile-bytecode"]
    run([*install, "--python", python, *arguments], env=environ)


def run(command: list[str], env: dict[str, str] | None = None) -> None:
    """Run a command; its complaints are shown, and a failure ends the set-up with its code."""
    done = subprocess.run(command, env=env, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(done.returncode)


def is_complete(folder: Path, sources: list[Path]) -> bool:
    """Return whether the environment was made from these files to the end."""
    stamp = folder / "complete"
    return stamp.exists() and stamp.read_text() == fingerprint(sources)


def fingerprint(sources: list[Path]) -> str:
    """Return a hash of the files that an environment is made from."""
    digest = hashlib.sha256(UV.encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
