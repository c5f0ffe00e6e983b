"""The whole product on free loopback ports with a home of its own, for tests that need it."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[1]
PORTS = 8
READY_WITHIN_S = 120.0
STOPPED_WITHIN_S = 20.0
SETUP_WITHIN_S = 900.0
PREPARED = ("models", "index")  # what takes long to make; copied from a prepared home


class NotServingError(RuntimeError):
    """The product did not come up; the message ends with its last log lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A running product."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Return the address of the gateway."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def secrets(self) -> Mapping[str, str]:
        """Return the secrets of its home by variable name."""
        return dict(json.loads((self.home / "secrets.json").read_text("utf-8")))

    @property
    def tickets_url(self) -> str:
        """Return the URL of the ticket database."""
        return f"sqlite:///{self.home / 'tickets.db'}"


def free_base_port() -> int:
    """Return the first of eight neighbouring ports that nobody listens on."""
    for _ in range(200):
        base = random.randrange(20_000, 50_000, 10)
        if all(_is_free(base + offset) for offset in range(PORTS)):
            return base
    raise NotServingError("no eight neighbouring ports are free")


def prepare_home(home: Path, source: Path) -> None:
    """Copy what takes long to make; ``linli setup`` makes whatever is still missing."""
    home.mkdir(parents=True, exist_ok=True)
    for name in PREPARED:
        if (source / name).is_dir():
            shutil.copytree(source / name, home / name, symlinks=True, dirs_exist_ok=True)


def prepared_source(environ: Mapping[str, str]) -> Path:
    """Return the home whose models and index may be reused."""
    return Path(environ.get("LINLI_TEST_HOME") or REPOSITORY / "var")


def environ_for(home: Path, port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a product of its own: no setting of ours leaks into it."""
    kept = {name: value for name, value in environ.items() if not name.startswith("LINLI_")}
    own = {"LINLI_HOME": str(home), "LINLI_PORT": str(port)}
    if "LINLI_EMBEDDING_MODEL" in environ:
        own["LINLI_EMBEDDING_MODEL"] = environ["LINLI_EMBEDDING_MODEL"]
    return {"OMP_NUM_THREADS": "1", **kept, **own}


def log_tails(home: Path, lines: int = 25) -> str:
    """Return the last lines of every log of a home."""
    tails = []
    for path in sorted((home / "logs").glob("*.log")):
        last = path.read_text("utf-8", errors="replace").splitlines()[-lines:]
        tails.append(f"--- {path.name}\n" + "\n".join(last))
    return "\n".join(tails) or "(no logs)"


@contextmanager
def serving(home: Path) -> Iterator[Product]:
    """Serve the product from ``home`` until the block ends.

    Raises:
        NotServingError: setting up failed, or it was not ready in time.
    """
    port = free_base_port()
    environ = environ_for(home, port, os.environ)
    prepare_home(home, prepared_source(os.environ))
    _set_up(environ)
    with (home / "serve.out").open("wb") as out:
        process = subprocess.Popen(
            [*_linli(), "serve"],
            cwd=REPOSITORY, env=environ, stdin=subprocess.DEVNULL, stdout=out,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        product = Product(home=home, port=port, process=process)
        try:
            _wait_until_ready(product)
            yield product
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> int:
    """Stop politely, then not; return the exit code."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _linli() -> list[str]:
    script = Path(sys.executable).with_name("linli")
    return [str(script)] if script.exists() else [sys.executable, str(REPOSITORY / "linli.py")]


def _set_up(environ: Mapping[str, str]) -> None:
    done = subprocess.run(
        [*_linli(), "setup"],
        cwd=REPOSITORY, env=dict(environ), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=SETUP_WITHIN_S, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotServingError(f"linli setup failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _wait_until_ready(product: Product) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    with httpx.Client(base_url=product.url, timeout=5.0, trust_env=False) as client:
        while time.monotonic() < deadline and product.process.poll() is None:
            if _answers(client):
                return
            time.sleep(0.5)
    code = product.process.poll()
    what = f"ended with {code}" if code is not None else f"not ready in {READY_WITHIN_S:.0f} s"
    said = (product.home / "serve.out").read_text("utf-8", errors="replace")[-2000:]
    raise NotServingError(f"linli serve {what}\n{said}\n{log_tails(product.home)}")


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def _is_free(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as door:
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
