"""Setting up from nothing: which Python is taken, and what is made again."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bootstrap

HERE = sys.version_info[:2]
NAME = f"python{HERE[0]}.{HERE[1]}"
Installer = Callable[[Path], None]


def program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hide every Python there is."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    return tmp_path


def test_a_shim_that_fails_is_passed_over(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(nowhere / "shims", NAME, "echo 'pyenv: command not found' >&2; exit 127")
    real = program(nowhere / "real", NAME, f'exec {sys.executable} "$@"')
    monkeypatch.setenv("PATH", f"{nowhere / 'shims'}{os.pathsep}{nowhere / 'real'}")

    assert bootstrap.find_python(HERE) == str(real)


def test_a_python_that_is_another_version_is_passed_over(nowhere: Path) -> None:
    liar = program(nowhere / "bin", "python3.10", f'exec {sys.executable} "$@"')

    assert not bootstrap.answers(str(liar), (3, 10))
    assert bootstrap.answers(str(liar), HERE)


@pytest.mark.parametrize(
    "script", ["exit 1", "echo '(3, 10)'; exit 3", "echo nonsense", "kill $$"]
)
def test_what_does_not_answer_is_no_python(tmp_path: Path, script: str) -> None:
    assert not bootstrap.answers(str(program(tmp_path, "python3.10", script)), (3, 10))


def test_a_file_that_cannot_be_run_is_no_python(tmp_path: Path) -> None:
    path = tmp_path / "python3.10"
    path.write_text("")

    assert not bootstrap.answers(str(path), (3, 10))
    assert not bootstrap.answers(str(tmp_path / "missing"), (3, 10))


def test_a_python_of_pyenv_is_found_without_its_shim(nowhere: Path) -> None:
    folder = nowhere / ".pyenv" / "versions" / "{}.{}.9".format(*HERE) / "bin"
    real = program(folder, "python", f'exec {sys.executable} "$@"')

    assert bootstrap.find_python(HERE) == str(real)


def test_without_any_python_the_message_says_what_to_install(
    nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.find_python((3, 99)) is None

    code = bootstrap.refuse("Python 3.10 was not found.")

    assert code == 1
    assert "pyenv install 3.10" in capsys.readouterr().err


class Installing:
    """Installs nothing; may be interrupted."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
        self.times = 0

    def __call__(self, folder: Path) -> None:
        self.times += 1
        (folder / "part").touch()
        if self.error is not None:
            raise self.error


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    path = tmp_path / "requirements.txt"
    path.write_text("a==1\n")
    return [path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an environment whose Python starts, so that none has to be made."""
    program(tmp_path / "venv" / "bin", "python", "exit 0")
    return tmp_path / "venv"


def test_what_is_complete_is_left_alone(folder: Path, sources: list[Path]) -> None:
    install = Installing()
    bootstrap.make(folder, sys.executable, sources, install)

    bootstrap.make(folder, sys.executable, sources, install)

    assert install.times == 1
    assert bootstrap.is_complete(folder, sources)


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt()])
def test_an_interrupted_installation_is_made_again(
    folder: Path, sources: list[Path], error: BaseException
) -> None:
    with pytest.raises(type(error)):
        bootstrap.make(folder, sys.executable, sources, Installing(error))
    assert not bootstrap.is_complete(folder, sources)
    again = Installing()

    bootstrap.make(folder, sys.executable, sources, again)

    assert again.times == 1
    assert bootstrap.is_complete(folder, sources)


def test_a_changed_list_is_installed_again(folder: Path, sources: list[Path]) -> None:
    bootstrap.make(folder, sys.executable, sources, Installing())
    sources[0].write_text("a==2\n")
    again = Installing()

    bootstrap.make(folder, sys.executable, sources, again)

    assert again.times == 1


def test_an_environment_whose_python_does_not_start_is_thrown_away(
    tmp_path: Path, sources: list[Path]
) -> None:
    broken = tmp_path / "venv"
    broken.mkdir()
    (broken / "rest").touch()
    maker = program(tmp_path, "python", 'mkdir -p "$3/bin"')  # "-m venv FOLDER"

    bootstrap.make(broken, str(maker), sources, Installing())

    assert not (broken / "rest").exists()
    assert bootstrap.is_complete(broken, sources)


def test_a_failing_command_ends_the_set_up_with_its_code() -> None:
    with pytest.raises(SystemExit) as ended:
        bootstrap.run([sys.executable, "-c", "raise SystemExit(7)"])

    assert ended.value.code == 7


def test_a_cpu_build_offered_to_pip_is_offered_to_uv(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []

    def run(command: list[str], env: dict[str, str]) -> None:
        seen.append(env)

    monkeypatch.setattr(bootstrap, "run", run)
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")
    monkeypatch.delenv("UV_FIND_LINKS", raising=False)

    bootstrap.uv_install(folder, "-r", "x")

    assert seen[0]["UV_FIND_LINKS"] == "/wheels"


def test_it_runs_on_an_old_python_with_nothing_installed() -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import bootstrap"
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", code, str(bootstrap.ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
