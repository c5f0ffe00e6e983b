"""The supervisor with real processes: what falls gets up, what is ended is ended."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from channels.supervisor import KEPT_LOGS, set_aside_long_logs

REPOSITORY = Path(__file__).resolve().parents[2]
# Each program says who it is and waits; ``grandchild`` starts another one first.
SUPERVISE = """
import json, logging, sys
from pathlib import Path
from channels.supervisor import Program, Supervisor
logging.basicConfig(level=logging.INFO)
programs = [
    Program(name=name, command=command, environ={"PYTHONUNBUFFERED": "1"})
    for name, command in json.loads(sys.argv[2]).items()
]
home = Path(sys.argv[1])
ready = home / "ready"
supervisor = Supervisor(programs, home / "logs", home)
sys.exit(supervisor.run(ready.exists, lambda: print("announced", flush=True)))
"""
WAIT = "import os, time; print('pid', os.getpid()); time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAIT}"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {DEAF!r}]); {WAIT}"
FALLS = "import os; print('pid', os.getpid()); raise SystemExit(3)"


@contextmanager
def supervising(home: Path, **codes: str) -> Iterator[subprocess.Popen[str]]:
    commands = {name: [sys.executable, "-c", code] for name, code in codes.items()}
    arguments = [str(home), json.dumps(commands)]
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def pids(home: Path, name: str) -> list[int]:
    log = home / "logs" / f"{name}.log"
    lines = log.read_text().splitlines() if log.exists() else []
    return [int(line.removeprefix("pid ")) for line in lines if line.startswith("pid ")]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # whom nobody has collected yet


def until(is_true: Callable[[], object], timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_what_falls_is_started_again_and_its_end_is_logged(tmp_path: Path) -> None:
    with supervising(tmp_path, falls=FALLS, stays=WAIT) as process:
        until(lambda: len(pids(tmp_path, "falls")) >= 2)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)

    assert "falls ended with 3" in said
    assert len(pids(tmp_path, "stays")) == 1


def test_a_killed_program_is_started_again(tmp_path: Path) -> None:
    with supervising(tmp_path, stays=WAIT):
        until(lambda: pids(tmp_path, "stays"))
        os.kill(pids(tmp_path, "stays")[0], signal.SIGKILL)

        until(lambda: len(pids(tmp_path, "stays")) == 2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_everything(tmp_path: Path, number: signal.Signals) -> None:
    with supervising(tmp_path, one=WAIT, two=WAIT) as process:
        until(lambda: pids(tmp_path, "one") and pids(tmp_path, "two"))
        process.send_signal(number)
        process.communicate(timeout=20)

    assert process.returncode == 0
    assert not [pid for name in ("one", "two") for pid in pids(tmp_path, name) if is_alive(pid)]


def test_grandchildren_end_too_though_they_do_not_listen(tmp_path: Path) -> None:
    with supervising(tmp_path, parent=PARENT) as process:
        until(lambda: len(pids(tmp_path, "parent")) == 2)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)

    assert not [pid for pid in pids(tmp_path, "parent") if is_alive(pid)]


def test_a_fallen_parent_takes_its_children_along(tmp_path: Path) -> None:
    with supervising(tmp_path, parent=PARENT):
        until(lambda: len(pids(tmp_path, "parent")) == 2)
        first = pids(tmp_path, "parent")
        (parent,) = [pid for pid in first if os.getpgid(pid) == pid]
        os.kill(parent, signal.SIGKILL)

        until(lambda: len(pids(tmp_path, "parent")) == 4)

        assert not [pid for pid in first if is_alive(pid)]


def test_a_program_that_cannot_start_leaves_none_of_the_others(tmp_path: Path) -> None:
    missing = {"one": [sys.executable, "-c", WAIT], "two": ["/nowhere/at/all"]}
    done = subprocess.run(
        [sys.executable, "-c", SUPERVISE, str(tmp_path), json.dumps(missing)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode != 0
    assert not [pid for pid in pids(tmp_path, "one") if is_alive(pid)]


def test_readiness_is_announced_once(tmp_path: Path) -> None:
    with supervising(tmp_path, one=WAIT) as process:
        until(lambda: pids(tmp_path, "one"))
        (tmp_path / "ready").touch()
        assert process.stdout is not None
        assert process.stdout.readline() == "announced\n"
        time.sleep(0.6)
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)

    assert rest == ""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_programs_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    with supervising(tmp_path, one=WAIT) as process:
        until(lambda: pids(tmp_path, "one"))
        process.kill()

        until(lambda: not is_alive(pids(tmp_path, "one")[0]))


def test_a_long_log_is_set_aside_while_its_process_goes_on_writing(tmp_path: Path) -> None:
    log = tmp_path / "rasa.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(KEPT_LOGS + 2):
            writer.write(b"%d %s\n" % (number, b"x" * 100))
            set_aside_long_logs(tmp_path, limit=50)
        writer.write(b"still here\n")

    assert log.read_text() == "still here\n"
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["rasa.log", "rasa.log.1", "rasa.log.2", "rasa.log.3"]
    assert (tmp_path / "rasa.log.1").read_text().startswith(str(KEPT_LOGS + 1))


def test_a_short_log_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rasa.log").write_text("short")

    set_aside_long_logs(tmp_path, limit=50)

    assert [path.name for path in tmp_path.iterdir()] == ["rasa.log"]
