"""From nothing to serving: set up, serve, examine. Only ``linli.py`` uses this module."""

import hashlib
import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from actions import dialogue_model
from actions.embedding import EmbeddingService
from actions.tickets.settings import Settings as TicketSettings
from actions.tickets.store import open_store
from actions.understanding.history.learned import open_learned
from channels.database import migrate, open_engine
from channels.settings import Settings as ChannelSettings
from channels.supervisor import Program, Supervisor
from knowledge.desk import open_answerer
from knowledge.milvus import answers
from knowledge.settings import Settings as KnowledgeSettings
from voice import model as voice_model
from voice.settings import PORT_OFFSET as VOICE_OFFSET

console = Console(stderr=True, highlight=False)


def set_up(home: Path) -> Path:
    """Create what is missing and nothing else; what was interrupted is made again.

    Returns:
        The trained dialogue.
    """
    home.mkdir(parents=True, exist_ok=True)
    environ = os.environ
    open_store(TicketSettings.from_env(environ))
    migrate(open_engine(ChannelSettings.from_env(environ).database_url))
    knowledge = KnowledgeSettings.from_env(environ)
    model = dialogue_model.model_path(home, knowledge.embedding_model)
    stamp = home / "set-up"
    state = f"{_items_hash()} {knowledge.embedding_model} {model.name}"
    if model.exists() and stamp.exists() and stamp.read_text("utf-8") == state:
        return model
    with _progress() as progress:
        embedding = progress.add_task("Knowledge: embedder and index", total=None)
        answerer = open_answerer(
            knowledge, progress=lambda done, all_: progress.update(
                embedding, completed=done, total=all_
            ),
        )  # fmt: skip
        progress.update(embedding, total=1, completed=1)
        if not model.exists():
            training = progress.add_task("Dialogue: training Rasa", total=None)
            service = EmbeddingService(answerer.embedder, 0)
            service.start()
            try:
                dialogue_model.train(model, service.url)
            finally:
                service.stop()
            progress.update(training, total=1, completed=1)
    stamp.write_text(state, "utf-8")
    return model


def serve(home: Path, model: Path) -> int:
    """Run every process until SIGINT or SIGTERM, and return the exit code."""
    settings = ChannelSettings.from_env(os.environ)
    busy = [port for port in _ports(settings) if not _is_free(port)]
    if busy:
        console.print(f"Port {busy[0]} is in use. Set LINLI_PORT to another base port.")
        return 1
    programs = list(_programs(home, settings, model))
    console.print(f"Starting ({', '.join(p.name for p in programs)}); logs in {home / 'logs'}")

    def announce() -> None:
        at = f"http://127.0.0.1:{settings.port}"
        console.print(
            f"\n[bold]Ready.[/bold]\n"
            f"  Residents   {at}/\n"
            f"  Elderly     {at}/simple\n"
            f"  Grid system {at}/grid\n"
            f"  Operators   {at}/console  (key: {os.environ['LINLI_CONSOLE_TOKEN']})\n"
            f"  OpenAPI     {at}/docs\n"
            f"Ctrl-C stops everything."
        )

    supervisor = Supervisor(programs, home / "logs", dialogue_model.REPOSITORY)
    return supervisor.run(lambda: _is_ready(settings.port), announce)


def addresses() -> dict[str, str]:
    """Return where our processes find each other, unless the environment says otherwise."""
    settings = ChannelSettings.from_env(os.environ)
    found = {
        "LINLI_GRID_URL": f"http://127.0.0.1:{settings.grid_port}/grid/api",
        "LINLI_GATEWAY_URL": f"http://127.0.0.1:{settings.port}",
    }
    if voice_model.is_installed():
        found["LINLI_VOICE_URL"] = _voice_url(settings)
    return found


def examine(home: Path) -> int:
    """Print the state of this installation; return 1 if something is missing."""
    knowledge = KnowledgeSettings.from_env(os.environ)
    model = dialogue_model.model_path(home, knowledge.embedding_model)
    port = ChannelSettings.from_env(os.environ).port
    findings = {
        "Rasa's environment (make setup)": dialogue_model.PYTHON.exists(),
        "trained dialogue (linli setup)": model.exists(),
        "set-up complete (linli setup)": (home / "set-up").exists(),
        f"serving on port {port} (linli serve)": _is_ready(port),
    }
    findings |= _voice_findings() | _milvus_findings(knowledge)
    for what, is_there in findings.items():
        console.print(f"{'[green]yes[/green]' if is_there else '[red]no [/red]'}  {what}")
    for trouble in open_learned(home).troubles:
        console.print(f"[red]no [/red]  {trouble}")
    console.print(f"home: {home}\nembedder: {knowledge.embedding_model}")
    return 0 if all(list(findings.values())[:3]) else 1


def _voice_findings() -> dict[str, bool]:
    """Return what there is of speech; empty where nobody asked for it."""
    url = ChannelSettings.from_env(os.environ).voice_url
    if not url:
        return {}
    health = _voice_health(url)
    return {
        "speech recognition at work (make setup-voice, then linli serve)": health["hears"],
        "words spoken, for the telephone (apt-get install espeak-ng)": health["speaks"],
    }


def _milvus_findings(knowledge: KnowledgeSettings) -> dict[str, bool]:
    """Return whether the server for vectors answers; empty where nobody asked for one."""
    if knowledge.milvus is None:
        return {}
    return {"Milvus answers (make setup-milvus, LINLI_MILVUS_URI)": answers(knowledge.milvus)}


def _voice_health(url: str) -> dict[str, bool]:
    try:
        said = httpx.get(f"{url}/healthz", timeout=2).json()
        return {what: bool(said.get(what)) for what in ("hears", "speaks")}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, AttributeError):  # or no JSON object
        return {"hears": False, "speaks": False}


def _programs(home: Path, settings: ChannelSettings, model: Path) -> Iterator[Program]:
    at = "http://127.0.0.1"
    port = settings.port
    python = sys.executable
    environ = dict(os.environ) | {
        "LINLI_HOME": str(home),
        "LINLI_PORT": str(port),
        "OMP_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONUNBUFFERED": "1",
    }
    rasa = dialogue_model.rasa_environ(environ, f"{at}:{port + 5}") | {
        "LINLI_ACTIONS_URL": f"{at}:{port + 2}",
        "LINLI_TRACKER_URL": _tracker_url(home),
    }
    run_rasa = dialogue_model.run_command(model, port + 1)
    yield Program(name="rasa", command=run_rasa, environ=rasa)
    modules = {
        "actions": ["actions"],
        "tickets": ["actions.tickets", "serve"],
        "deliver": ["actions.tickets", "deliver"],
        "grid": ["actions.tickets.reference_grid"],
        "gateway": ["channels"],
    }
    if settings.voice_url == _voice_url(settings) and voice_model.is_installed():
        modules["voice"] = ["voice"]
    for name, arguments in modules.items():
        yield Program(name=name, command=[python, "-m", *arguments], environ=environ)


def _voice_url(settings: ChannelSettings) -> str:
    return f"http://127.0.0.1:{settings.port + VOICE_OFFSET}"


def _tracker_url(home: Path) -> str:
    url = os.environ.get("LINLI_DATABASE_URL", "")
    if url.startswith("postgresql"):  # Rasa's environment has the older driver
        return "postgresql+psycopg2" + url[url.index("://") :]
    return f"sqlite:///{home / 'rasa.db'}"


def _ports(settings: ChannelSettings) -> list[int]:
    base = settings.port
    every = [base, base + 1, base + 2, base + 3, settings.grid_port, base + 5, base + 6]
    return every + [base + VOICE_OFFSET] * (settings.voice_url == _voice_url(settings))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _items_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted((dialogue_model.REPOSITORY / "knowledge" / "items").glob("*.yml")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield progress
