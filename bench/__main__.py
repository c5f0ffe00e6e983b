"""Run the benchmarks one after another: ``python -m bench [name …]``.

Each runs in a process of its own, so that none warms up or fills the memory of the next.
``bench.retrieval``, ``bench.ranking`` and ``bench.duplicates`` are not among them, as they need
data sets, nor is ``bench.scale``, which compares with servers, nor ``bench.growth``, which takes
many minutes, nor ``bench.voice``, which needs an extra.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from rich.console import Console

NAMES = (
    "nlu", "categories", "embedding", "evidence", "reading", "golden", "matters", "faults",
    "memory", "turns", "wechat",
)  # fmt: skip


def main() -> int:
    """Run what was named, or all; return 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    found, options = parser.parse_known_args()
    names = found.names or NAMES
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        parser.error(f"there is no {unknown[0]}; known: {', '.join(NAMES)}")
    if options and len(names) != 1:
        parser.error("options are for one benchmark alone")
    console = Console(highlight=False)
    failed = []
    for name in names:
        console.rule(name)
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{name}", *options],
            cwd=Path(__file__).parents[1],
            check=False,
        )
        failed += [name] * bool(done.returncode)
    if failed:
        console.print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
