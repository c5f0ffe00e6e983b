"""What the measurements of tickets run on: databases, folders, and processes to be killed."""

import os
import random
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from actions.tickets.database import migrate, open_engine

SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/test"
PATIENCE_S = 900


@dataclass(slots=True)
class Crew:
    """Processes that are killed and started again; a finished one is left alone."""

    context: ForkServerContext
    members: dict[str, tuple[Callable[..., None], tuple[object, ...]]] = field(
        default_factory=dict
    )
    running: dict[str, ForkServerProcess] = field(default_factory=dict)

    def start(self, name: str, work: Callable[..., None], *arguments: object) -> None:
        """Start a process."""
        self.members[name] = work, arguments
        process = self.context.Process(target=work, args=arguments, name=name, daemon=True)
        process.start()
        self.running[name] = process

    def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        process = self.running.pop(name)
        if process.pid is not None and process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()

    def strike(self, chance: random.Random) -> str:
        """Kill one of the living, start it again, and return which it was."""
        living = [name for name, process in self.running.items() if process.is_alive()]
        name = chance.choice(living)
        self.kill(name)
        self.start(name, self.members[name][0], *self.members[name][1])
        return name

    def is_done(self, name: str) -> bool:
        """Return whether a process came to its end by itself."""
        return self.running[name].exitcode == 0

    def dismiss(self) -> None:
        """Kill all of them."""
        for name in list(self.running):
            self.kill(name)


@contextmanager
def crew_of(context: ForkServerContext) -> Iterator[Crew]:
    """Give a crew, and leave none of it behind."""
    crew = Crew(context)
    try:
        yield crew
    finally:
        crew.dismiss()


@contextmanager
def database(kind: str, home: Path) -> Iterator[str]:
    """Give the address of an empty, migrated database of this kind, thrown away afterwards."""
    if kind == "sqlite":
        url = f"sqlite:///{home / 'tickets.db'}"
        _migrated(url)
        yield url
        return
    name = f"linli_faults_{uuid4().hex[:12]}"
    address = make_url(os.environ.get("LINLI_TEST_POSTGRES_URL") or SERVER)
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = address.set(database=name).render_as_string(hide_password=False)
    try:
        _migrated(url)
        yield url
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def _migrated(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that is thrown away afterwards."""
    path = Path(tempfile.mkdtemp(prefix="linli-faults-"))
    yield path
    shutil.rmtree(path)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(is_done: Callable[[], bool], pause_s: float = 0.1) -> None:
    """Wait; give up after a quarter of an hour."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError("waited too long")
        time.sleep(pause_s)


def has_postgres() -> bool:
    """Return whether a PostgreSQL server answers."""
    engine = create_engine(os.environ.get("LINLI_TEST_POSTGRES_URL") or SERVER)
    try:
        engine.connect().close()
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True
