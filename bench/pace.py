"""How fast tickets are filed, told to the grid system, drained from a backlog, and recovered."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.context import ForkServerContext
from pathlib import Path
from statistics import median, quantiles

from rich.table import Table

from actions.tickets.database import open_engine, writing
from actions.tickets.desk import Desk
from actions.tickets.filing import made_ready, write_tickets
from actions.tickets.filing_queue import FilingQueue
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status
from bench.fault_crew import crew_of, database, folder, free_port, has_postgres, wait_for
from bench.fault_grid import Faults, serve, taken
from bench.fault_people import Deliverer, Filer, complaint, origin_of, told_by


def filing_rate(count: int, *, threads: int, many: int) -> float:
    """Return tickets filed in a second on SQLite, each told only after its commit."""
    with folder() as home, database("sqlite", home) as url:
        engine, desk = open_engine(url), Desk()
        queue = FilingQueue(engine, desk, many=many)

        def file(n: int) -> None:
            now = datetime.now(UTC)
            queue.file(made_ready(desk, complaint(origin_of("r", n)), now, Status.SUBMITTED))

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(file, range(threads)))
            began = time.perf_counter()
            list(pool.map(file, range(threads, threads + count)))
            took_s = time.perf_counter() - began
        engine.dispose()
    return count / took_s


def forward_latency(context: ForkServerContext, count: int) -> list[float]:
    """Return the seconds from a number told to the ticket at the grid, which is up."""
    with folder() as home, database("sqlite", home) as url, crew_of(context) as crew:
        port, ledger = free_port(), home / "grid.log"
        worker = Deliverer(home=home, database_url=url, grid_url=f"http://127.0.0.1:{port}")
        crew.start("grid", serve, port, ledger, Faults())
        crew.start("worker", replace(worker, timeout_s=10).run)
        filer = Filer(
            name="p", database_url=url, told=home / "told", count=count, pause_s=0.1, threads=1
        )
        crew.start("filer", filer.run)
        wait_for(lambda: crew.is_done("filer"))
        wait_for(lambda: len(_cases(ledger)) == count)
        cases, told = _cases(ledger), told_by(filer.told)
    return [max(0.0, cases[number] - at) for number, at in told.values()]


def _cases(ledger: Path) -> dict[str, float]:
    return {
        line["body"]["number"]: line["at"]
        for line in taken(ledger)
        if "description" in line["body"]
    }


def drain_rate(context: ForkServerContext, count: int, *, kind: str, senders: int) -> float:
    """Return how many deliveries of a backlog arrive in a second, one worker, grid up."""
    with folder() as home, database(kind, home) as url, crew_of(context) as crew:
        port, ledger = free_port(), home / "grid.log"
        _file_many(url, count)
        crew.start("grid", serve, port, ledger, Faults())
        worker = Deliverer(home=home, database_url=url, grid_url=f"http://127.0.0.1:{port}")
        crew.start("worker", replace(worker, timeout_s=10, senders=senders).run)
        wait_for(lambda: len(taken(ledger)) >= count, 1.0)
        times = [line["at"] for line in taken(ledger)]
    return (len(times) - 1) / float(max(times) - min(times))


def _file_many(url: str, count: int) -> None:
    engine, desk, now = open_engine(url), Desk(), datetime.now(UTC)
    for start in range(0, count, 500):
        some = range(start, min(count, start + 500))
        ready = [
            made_ready(desk, complaint(origin_of("d", n)), now, Status.SUBMITTED) for n in some
        ]
        with writing(engine) as session:
            write_tickets(session, desk, ready)
    engine.dispose()


def recovery_times(context: ForkServerContext, *, away_s: float, times: int) -> list[float]:
    """Return the seconds from a grid system that is back to the first ticket it takes."""
    found = []
    with folder() as home, database("sqlite", home) as url, crew_of(context) as crew:
        port, ledger = free_port(), home / "grid.log"
        worker = Deliverer(home=home, database_url=url, grid_url=f"http://127.0.0.1:{port}")
        crew.start("worker", worker.run)
        store = TicketStore(open_engine(url), Desk())
        for turn in range(times):
            for n in range(20):
                store.file(complaint(origin_of(f"w{turn}", n)), datetime.now(UTC))
            time.sleep(away_s)
            before = len(taken(ledger))
            crew.start("grid", serve, port, ledger, Faults())
            wait_for(lambda: _is_up(port), 0.01)
            back = time.time()
            wait_for(lambda before=before: len(taken(ledger)) >= before + 20, 0.05)  # type: ignore[misc]
            found.append(max(0.0, taken(ledger)[before]["at"] - back))
            crew.kill("grid")
        store.close()
    return found


def _is_up(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def figures(context: ForkServerContext, backlog: int) -> Table:
    """Measure the figures that have an aim; the table is to be printed."""
    table = Table("what", "measured", "baseline in the same run", "aim", box=None)
    rate = filing_rate(min(5000, backlog), threads=64, many=256)
    alone = filing_rate(min(300, backlog), threads=64, many=1)
    table.add_row(
        "filed on SQLite, 64 at once",
        f"{rate:.0f}/s",
        f"a commit each: {alone:.0f}/s",
        "≥ 1,000/s",
    )
    waits = forward_latency(context, min(200, backlog))
    table.add_row(
        "from number told to grid, p95",
        f"{quantiles(waits, n=20)[-1]:.2f} s", f"median {median(waits):.2f} s", "≤ 1 s",
    )  # fmt: skip
    for kind in ("sqlite", *(["postgres"] if has_postgres() else [])):
        drained = drain_rate(context, backlog, kind=kind, senders=8)
        one = drain_rate(context, max(20, backlog // 20), kind=kind, senders=1)
        table.add_row(
            f"backlog of {backlog:,}, one worker, {kind}",
            f"{drained:.0f}/s", f"one at a time: {one:.0f}/s", "≥ 100/s",
        )  # fmt: skip
    backs = recovery_times(context, away_s=12, times=3)
    table.add_row(
        "first ticket after the grid is back", f"{max(backs):.1f} s (longest of 3)",
        "by the schedule: up to 10 h", "≤ 5 s",
    )  # fmt: skip
    return table
