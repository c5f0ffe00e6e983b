"""Starts every process, starts a fallen one again, and takes all of them down together."""

import ctypes
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

logger = logging.getLogger(__name__)

GRACE_S = 6.0  # from the polite signal to the last one
RESTART_PAUSES_S = (0.5, 1, 2, 5, 10, 30)
LOG_LIMIT = 20 * 1024 * 1024  # bytes; then a log is set aside
KEPT_LOGS = 3  # set aside
LOG_CHECK_S = 30.0
STABLE_S = 60.0  # a process that lived this long starts its pauses afresh
_PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]


@dataclass(slots=True)
class _Running:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    falls: int = 0
    due: float = field(default=0.0)  # when a fallen one is started again


class Supervisor:
    """Keeps programs running until it is told to stop; output goes to one log file each."""

    def __init__(self, programs: Sequence[Program], logs: Path, folder: Path) -> None:
        self._programs = programs
        self._logs = logs
        self._folder = folder
        self._running: list[_Running] = []
        self._is_stopping = False

    def run(self, when_ready: Callable[[], bool], announce: Callable[[], None]) -> int:
        """Serve until SIGINT or SIGTERM; ``announce`` once ``when_ready`` says so."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        self._logs.mkdir(parents=True, exist_ok=True)
        is_announced, next_check = False, 0.0
        try:
            for program in self._programs:  # one by one: if a later one fails, these are ended
                self._running.append(self._start(program))
            while not self._is_stopping:
                self._restart_fallen()
                if time.monotonic() >= next_check:
                    next_check = time.monotonic() + LOG_CHECK_S
                    set_aside_long_logs(self._logs)
                if not is_announced and when_ready():
                    announce()
                    is_announced = True
                time.sleep(0.25)
        finally:
            self._take_down()
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True

    def _start(self, program: Program) -> _Running:
        with (self._logs / f"{program.name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own commands
                list(program.command),
                env=dict(program.environ),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; we pass it on in order
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        return _Running(program, process, time.monotonic())

    def _restart_fallen(self) -> None:
        now = time.monotonic()
        for index, running in enumerate(self._running):
            code = running.process.poll()
            if code is None:
                continue
            if not running.due:
                _signal_group(running.process, signal.SIGKILL)  # its children, and their ports
                lived = now - running.started
                running.falls = 0 if lived > STABLE_S else running.falls
                pause = RESTART_PAUSES_S[min(running.falls, len(RESTART_PAUSES_S) - 1)]
                running.due = now + pause
                logger.warning("%s ended with %s, again in %ss", running.program.name, code, pause)
            elif now >= running.due:
                falls = running.falls + 1
                self._running[index] = self._start(running.program)
                self._running[index].falls = falls

    def _take_down(self) -> None:
        processes = [running.process for running in self._running]
        for process in processes:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            _signal_group(process, signal.SIGKILL)  # children that did not listen, too
            process.wait()


def set_aside_long_logs(folder: Path, limit: int = LOG_LIMIT) -> None:
    """Keep the last few long logs as ``name.log.1`` …, and begin them anew.

    A log is copied and emptied, not renamed: the process that writes it keeps it open, and
    appends wherever its end is.
    """
    for log in folder.glob("*.log"):
        if log.stat().st_size <= limit:
            continue
        for number in range(KEPT_LOGS, 1, -1):
            older = log.with_suffix(f".log.{number - 1}")
            if older.exists():
                older.replace(log.with_suffix(f".log.{number}"))
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _die_with_parent() -> None:
    """Ask the kernel for SIGTERM when the supervisor dies, even by SIGKILL."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
