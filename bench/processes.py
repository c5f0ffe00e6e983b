"""What the kernel says about running processes: who started whom, CPU seconds, memory."""

import os
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")  # in a second
_MODULES = {
    "rasa": "rasa",
    "channels": "gateway",
    "actions": "actions",
    "actions.tickets serve": "tickets",
    "actions.tickets deliver": "deliver",
    "actions.tickets.reference_grid": "grid",
}


def programs_of(supervisor: int) -> dict[str, int]:
    """Return the process ids of a running product by name, the supervisor's own included."""
    found = {"supervisor": supervisor}
    for process in _children(supervisor):
        words = (PROC / str(process) / "cmdline").read_text("utf-8").split("\0")
        after = words[words.index("-m") + 1 :] if "-m" in words else [""]
        name = _MODULES.get(" ".join(after[:2]).strip()) or _MODULES.get(after[0])
        found[name or f"process {process}"] = process
    return found


def cpu_s(processes: Iterable[int]) -> float:
    """Return the CPU seconds that processes and their descendants have used; steps of 10 ms."""
    ticks = 0
    for process in processes:
        for one in (process, *_descendants(process)):
            fields = _stat(one)
            ticks += int(fields[11]) + int(fields[12])  # user, system
    return ticks / TICKS


def memory_mb(process: int) -> float:
    """Return the proportional set size of a process and its descendants, in MB (10⁶ bytes)."""
    kib = 0
    for one in (process, *_descendants(process)):
        for line in (PROC / str(one) / "smaps_rollup").read_text("utf-8").splitlines():
            if line.startswith("Pss:"):
                kib += int(line.split()[1])
    return kib * 1024 / 1e6


def _descendants(process: int) -> list[int]:
    found = []
    for child in _children(process):
        found += [child, *_descendants(child)]
    return found


def _children(process: int) -> list[int]:
    found = []
    for task in (PROC / str(process) / "task").iterdir():
        found += [int(word) for word in (task / "children").read_text("utf-8").split()]
    return sorted(found)


def _stat(process: int) -> list[str]:
    """Return the fields after the name, which may hold spaces; the first is the state."""
    return (PROC / str(process) / "stat").read_text("utf-8").rpartition(")")[2].split()
