"""Kill, skew and refuse: is any ticket lost, doubled or out of order, and how fast is it all?

``python -m bench.faults`` does everything at full size; ``--tickets``, ``--kills`` and
``--backlog`` make it smaller. PostgreSQL is taken where a server answers
(``LINLI_TEST_POSTGRES_URL``).
"""

import argparse
import multiprocessing
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from actions.tickets.database import open_engine
from actions.tickets.outbox import Outbox
from actions.tickets.retry import RetryPolicy
from bench.fault_crew import crew_of, database, folder, free_port, has_postgres, wait_for
from bench.fault_grid import Faults, serve, taken
from bench.fault_people import Deliverer, Filer, origin_of, told_by
from bench.pace import figures

SKEWS_S = (0.0, 300.0, -300.0, 0.0)
FAULTS = Faults(refused=0.10, lost=0.10, late=0.05)
QUICK = RetryPolicy(schedule_s=(0, 0.2, 0.5, 1, 2, 4))  # hours cannot be waited here
PRELOAD = ["bench.fault_grid", "bench.fault_people"]

console = Console(highlight=False, width=130)


def outbox_at(url: str) -> Outbox:
    """Return the outbox of a database."""
    return Outbox(engine=open_engine(url))


def waiting(outbox: Outbox) -> int:
    """Return how many deliveries to the grid system are under way or wait."""
    counts = outbox.counts()
    return sum(counts.get(("grid", status), 0) for status in ("pending", "sending"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a run of faults did to the tickets."""

    told: int
    lost: int
    doubled: int
    out_of_order: int
    dead: int

    @property
    def is_good(self) -> bool:
        """Whether nothing went wrong."""
        return self.told > 0 and not (self.lost + self.doubled + self.out_of_order + self.dead)


def judged(url: str, told: dict[str, str], wanted: set[str], ledger: Path) -> Verdict:
    """Return what was lost, doubled and out of order, by what was told and what the grid took."""
    with open_engine(url).connect() as connection:
        rows = connection.execute(text("SELECT origin, number FROM tickets")).all()
        dead = connection.execute(
            text("SELECT count(*) FROM ticket_deliveries WHERE status = 'dead'")
        ).scalar_one()
    here = {row[0]: row[1] for row in rows}
    cases: Counter[str] = Counter()
    last: dict[str, int] = {}
    out_of_order = 0
    for line in taken(ledger):
        body = line["body"]
        number, urged = body["number"], int(body.get("urge_count", 0))
        if "description" in body:
            cases[body["description"].split()[-1]] += 1
            out_of_order += number in last
            last[number] = 0
        else:
            out_of_order += urged != last.get(number, -1) + 1
            last[number] = urged
    lost_here = {origin for origin in wanted if here.get(origin, "") != told.get(origin)}
    lost_there = wanted - cases.keys()
    if lost_here or lost_there:
        console.print(f"lost here: {sorted(lost_here)}, at the grid: {sorted(lost_there)}")
    lost = len(lost_here | lost_there)
    doubled = sum(count - 1 for count in cases.values()) + len(rows) - len(here)
    return Verdict(
        told=len(told), lost=lost, doubled=doubled, out_of_order=out_of_order, dead=dead
    )


def fault_run(
    context: ForkServerContext, kind: str, *, workers: int, tickets: int, kills: int
) -> tuple[Verdict, Counter[str], float]:
    """File, deliver and kill; return the verdict, who was killed how often, and the seconds."""
    chance, struck, began = random.Random(7), Counter[str](), time.monotonic()
    filers, port = 4, free_port()
    with folder() as home, database(kind, home) as url, crew_of(context) as crew:
        ledger = home / "grid.log"
        crew.start("grid", serve, port, ledger, FAULTS)
        for n in range(workers):
            worker = Deliverer(
                home=home, database_url=url, grid_url=f"http://127.0.0.1:{port}",
                skew_s=SKEWS_S[(n + 1) % 4], lease_s=3, policy=QUICK,
            )  # fmt: skip
            crew.start(f"worker {n}", worker.run)
        each = tickets // filers
        people = [
            Filer(
                name=f"f{n}", database_url=url, told=home / f"told-{n}", count=each,
                skew_s=SKEWS_S[n], pause_s=1.2 * kills / each,
            )
            for n in range(filers)
        ]  # fmt: skip
        for filer in people:
            crew.start(f"filer {filer.name}", filer.run)
        while struck.total() < kills:
            time.sleep(chance.uniform(0.05, 0.6))
            struck[crew.strike(chance).split()[0]] += 1
        wait_for(lambda: all(crew.is_done(f"filer {filer.name}") for filer in people))
        outbox = outbox_at(url)
        wait_for(lambda: waiting(outbox) == 0, 0.5)
        told = {
            origin: number
            for filer in people
            for origin, (number, _) in told_by(filer.told).items()
        }
        wanted = {origin_of(filer.name, n) for filer in people for n in range(each)}
        verdict = judged(url, told, wanted, ledger)
        outbox.engine.dispose()
    return verdict, struck, time.monotonic() - began


def show_faults(
    context: ForkServerContext, tickets: int, kills: int, database: str | None
) -> bool:
    """Run the faults on each database and print the verdicts."""
    headings = ("database", "workers", "tickets", "kills", "lost", "doubled", "out of order")
    table = Table(*headings, "given up", "minutes", box=None)
    plans = [("sqlite", 1), ("sqlite", 2), *([("postgres", 4)] if has_postgres() else [])]
    is_good = True
    for kind, workers in [plan for plan in plans if database in {None, plan[0]}]:
        verdict, struck, took_s = fault_run(
            context, kind, workers=workers, tickets=tickets, kills=kills
        )
        is_good &= verdict.is_good
        who = ", ".join(f"{count} {name}" for name, count in sorted(struck.items()))
        found: list[object] = [workers, verdict.told, f"{struck.total()} ({who})", verdict.lost]
        found += [verdict.doubled, verdict.out_of_order, verdict.dead, f"{took_s / 60:.1f}"]
        table.add_row(kind, *map(str, found))
    console.print(table)
    return is_good


def main() -> int:
    """Run both parts; return 1 if a ticket was lost, doubled or out of order."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--tickets", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--backlog", type=int, default=10_000)
    parser.add_argument("--only", choices=["faults", "figures"])
    parser.add_argument("--database", choices=["sqlite", "postgres"], help="faults on this alone")
    wanted = parser.parse_args()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    is_good = True
    if wanted.only != "figures":
        is_good = show_faults(context, wanted.tickets, wanted.kills, wanted.database)
    if wanted.only != "faults":
        console.print(figures(context, wanted.backlog))
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
