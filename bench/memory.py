"""Measures the memory of every process after warm-up: ``python -m bench.memory``.

The proportional set size counts a page that several processes share once in the sum.
"""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.processes import memory_mb, programs_of
from bench.talkers import Linli
from tests.serving import serving

TARGET_MB = 2500.0
WARM_UP = (
    "您好",
    "居住证怎么办理",
    "那要多少钱",
    "3栋的网格员是谁",
    "楼道的灯坏了三天了",
    "算了",
    "谢谢",
)
ROUNDS = 5


def run(console: Console) -> None:
    """Start the product, use it, and print the table."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as product:
        with Linli(product) as linli:
            for _ in range(ROUNDS):
                conversation = linli.open()
                for text in WARM_UP:
                    linli.say(conversation, text)
        programs = programs_of(product.process.pid)
        sizes = {name: memory_mb(process) for name, process in programs.items()}
        sizes["supervisor"] -= sum(size for name, size in sizes.items() if name != "supervisor")
    table = Table(title="Memory after warm-up (PSS)")
    table.add_column("process")
    table.add_column("MB", justify="right")
    for name, size in sorted(sizes.items(), key=lambda pair: -pair[1]):
        table.add_row(name, f"{size:,.0f}")
    table.add_section()
    table.add_row("all", f"{sum(sizes.values()):,.0f}")
    table.add_row("target", f"< {TARGET_MB:,.0f}")
    console.print(table)


if __name__ == "__main__":
    run(Console(highlight=False, width=110))
