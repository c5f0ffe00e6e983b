"""Measures what a turn costs beside plain Rasa: ``python -m bench.turns``.

The product and a plain Rasa server with the same model run side by side and are asked in turns,
so that whatever else the machine does falls on both; only ratios within a run mean anything.
"""

import argparse
import os
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles

import yaml
from rich.console import Console
from rich.table import Table

from bench.processes import cpu_s
from bench.talkers import Linli, PlainRasa, Talker, plain_rasa
from tests.serving import REPOSITORY, Product, serving

SMALL_TALK = ("您好", "谢谢", "你好呀", "再见", "好的谢谢", "你是谁", "早上好", "谢谢你啊")
CUSTOM_ACTION = "3栋的网格员是谁"
FRESH = (
    "您好您好",
    "谢谢您了",
    "哈喽你好",
    "晚上好啊",
    "在不在呀",
    "多谢多谢",
    "下午好呀",
    "太感谢了",
)
BLOCKS, BLOCK = 12, 10  # conversations of each talker, turns in one
QUESTIONS = 100
STARTS = 3
LONG, PLAIN_LONG, SHORT = 1000, 200, 10  # turns
AROUND = 10  # turns before and after LONG
SHORT_AROUND = 5
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; without a target it is there for comparison."""

    what: str
    measured: str
    ratio: float
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the turns of one talker cost."""

    cpu_ms: float  # one turn, all processes that it keeps busy
    wall_ms: Sequence[float]

    @property
    def median_ms(self) -> float:
        """The middle wall time."""
        return median(self.wall_ms)

    @property
    def p95_ms(self) -> float:
        """The wall time that one turn in twenty exceeds."""
        return quantiles(self.wall_ms, n=20)[-1]


def run(console: Console) -> None:
    """Start everything and print the table; what was measured is printed whatever happens."""
    firsts: list[Row] = []
    rows: list[Row] = []
    try:
        _measure(firsts, rows)
    finally:
        console.print(_table([*rows, *([_middle(firsts)] if firsts else [])]))


def _measure(firsts: list[Row], rows: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with serving(home) as product:
            firsts.append(first_turn(product))
            with Linli(product) as linli, plain_rasa(product) as plain:
                rows += plain_turns(linli, plain)
                rows += knowledge_turns(linli, plain)
                rows += long_conversations(linli, plain)
        os.environ["LINLI_TEST_HOME"] = str(home / "none")  # this home has everything already
        while len(firsts) < STARTS:
            with serving(home) as product:
                firsts.append(first_turn(product))


def first_turn(product: Product) -> Row:
    """Compare the first turn of a fresh start with the next ones; no text comes twice."""
    with Linli(product) as linli:
        first, *warm = (linli.say(linli.open(), text) * 1000 for text in FRESH)
    return Row(
        what="first turn after ready : warm median",
        measured=f"{first:.1f} : {median(warm):.1f} ms",
        ratio=first / median(warm),
        target=2.0,
    )


def plain_turns(linli: Linli, plain: PlainRasa) -> Iterator[Row]:
    """Compare turns that look nothing up, and turns with a custom action."""
    for what, texts, target in (
        ("turn without look-up", SMALL_TALK, 1.5),
        ("turn with a custom action", (CUSTOM_ACTION,), None),
    ):
        ours, theirs = (_cost(costs) for costs in _alternated(linli, plain, texts))
        yield Row(
            what=f"{what}, CPU, Linli : plain Rasa",
            measured=f"{ours.cpu_ms:.1f} : {theirs.cpu_ms:.1f} ms",
            ratio=ours.cpu_ms / theirs.cpu_ms,
            target=target,
        )
        yield Row(
            what=f"{what}, median, Linli : plain Rasa",
            measured=f"{ours.median_ms:.1f} : {theirs.median_ms:.1f} ms",
            ratio=ours.median_ms / theirs.median_ms,
        )
        yield Row(
            what=f"{what}, p95, Linli : plain Rasa",
            measured=f"{ours.p95_ms:.1f} : {theirs.p95_ms:.1f} ms",
            ratio=ours.p95_ms / theirs.p95_ms,
        )


def knowledge_turns(linli: Linli, plain: PlainRasa) -> Iterator[Row]:
    """Compare looked-up answers with plain turns in between.

    A question is embedded when it is first asked and remembered afterwards; small talk, which
    plain Rasa is asked, is remembered from the start.
    """
    ours, again, theirs = [], [], []
    answered = 0
    conversation = plain.open()
    for number, question in enumerate(_questions()):
        if number % BLOCK == 0:
            conversation = plain.open()
        ours.append(linli.say(linli.open(), question) * 1000)
        answered += linli.last_turn["outcome"] in {"answer", "guide"}
        again.append(linli.say(linli.open(), question) * 1000)
        theirs.append(plain.say(conversation, SMALL_TALK[number % len(SMALL_TALK)]) * 1000)
    small = Cost(cpu_ms=0, wall_ms=theirs)
    for what, wall, target in (
        (f"new question ({answered} of {QUESTIONS} answered)", ours, 3.0),
        ("question asked before", again, None),
    ):
        looked_up = Cost(cpu_ms=0, wall_ms=wall)
        yield Row(
            what=f"{what}, p95 : plain Rasa's small talk, p95",
            measured=f"{looked_up.p95_ms:.1f} : {small.p95_ms:.1f} ms",
            ratio=looked_up.p95_ms / small.p95_ms,
            target=target,
        )
        yield Row(
            what=f"{what}, median : plain Rasa's small talk, median",
            measured=f"{looked_up.median_ms:.1f} : {small.median_ms:.1f} ms",
            ratio=looked_up.median_ms / small.median_ms,
        )


def long_conversations(linli: Linli, plain: PlainRasa) -> Iterator[Row]:
    """Compare a late turn of a conversation with an early one."""
    for talker, turn, target in ((linli, LONG, 1.2), (plain, PLAIN_LONG, None)):
        late, early = _late_and_early(talker, turn)
        yield Row(
            what=f"{talker.name}: turn {turn} : turn {SHORT}",
            measured=f"{late:.1f} : {early:.1f} ms",
            ratio=late / early,
            target=target,
        )


def _late_and_early(talker: Talker, turn: int) -> tuple[float, float]:
    """Return medians in ms; early turns of other conversations come between the late ones."""
    texts = cycle(SMALL_TALK)
    old = talker.open()
    for _ in range(turn - AROUND - 1):
        talker.say(old, next(texts))
    late, early = [], []
    for number in range(2 * AROUND + 1):
        place = number % (2 * SHORT_AROUND + 1)
        if place == 0:
            young = talker.open()
            for _ in range(SHORT - SHORT_AROUND - 1):
                talker.say(young, next(texts))
        text = next(texts)
        late.append(talker.say(old, text) * 1000)
        early.append(talker.say(young, text) * 1000)
    return median(late), median(early)


def _alternated(
    linli: Talker, plain: Talker, texts: Sequence[str]
) -> tuple[list[Cost], list[Cost]]:
    """Return the blocks of both; who goes first changes every time."""
    costs: dict[str, list[Cost]] = {linli.name: [], plain.name: []}
    for number in range(BLOCKS):
        pair = (linli, plain) if number % 2 == 0 else (plain, linli)
        for talker in pair:
            costs[talker.name].append(_block(talker, texts))
    return costs[linli.name], costs[plain.name]


def _block(talker: Talker, texts: Sequence[str]) -> Cost:
    conversation = talker.open()
    before = cpu_s(talker.processes)
    wall = [
        talker.say(conversation, text) * 1000
        for text, _ in zip(cycle(texts), range(BLOCK), strict=False)
    ]
    return Cost(cpu_ms=(cpu_s(talker.processes) - before) * 1000 / BLOCK, wall_ms=wall)


def _cost(blocks: Sequence[Cost]) -> Cost:
    return Cost(
        cpu_ms=sum(block.cpu_ms for block in blocks) / len(blocks),
        wall_ms=[one for block in blocks for one in block.wall_ms],
    )


def _questions() -> list[str]:
    found = []
    for path in sorted((REPOSITORY / "knowledge" / "items").glob("*.yml")):
        item = yaml.safe_load(path.read_text("utf-8"))
        if item["kind"] in {"guide", "policy"}:
            found += item.get("questions", [])
    return random.Random(SEED).sample(found, QUESTIONS)


def _middle(rows: Sequence[Row]) -> Row:
    return sorted(rows, key=lambda row: row.ratio)[len(rows) // 2]


def _table(rows: Sequence[Row]) -> Table:
    table = Table(title="Turns")
    table.add_column("what")
    for column in ("measured", "ratio", "target"):
        table.add_column(column, justify="right")
    for row in rows:
        target = "" if row.target is None else f"≤ {row.target:g}"
        is_missed = row.target is not None and row.ratio > row.target
        ratio = f"[red]{row.ratio:.2f}[/red]" if is_missed else f"{row.ratio:.2f}"
        table.add_row(row.what, row.measured, ratio, target)
    return table


def main() -> None:
    """Run from the command line."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    run(Console(highlight=False, width=110))


if __name__ == "__main__":
    main()
