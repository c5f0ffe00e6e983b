"""The process that reads one file: bytes on standard input, a document as JSON on the other side.

``python -m knowledge.reading.reader NAME LIMITS COLUMNS [scan]``, started by ``sandbox`` and
nobody else.
"""

import json
import resource
import sys
from functools import partial

from knowledge.reading.files import document_of, scan_of
from knowledge.reading.sandbox import SCAN, Limits, told


def confine(limits: Limits) -> None:
    """Give up, for good, what reading a file does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output, limits.output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read the file and write what it says; it ends otherwise where that is too much."""
    name, limits = sys.argv[1], Limits(**json.loads(sys.argv[2]))
    confine(limits)
    columns: dict[str, str] = json.loads(sys.argv[3])
    read = scan_of if sys.argv[4:] == [SCAN] else partial(document_of, columns=columns)
    answer = told(read, sys.stdin.buffer.read(), name)
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
