"""What a product of its own starts from: ports, home and environment."""

import socket
import subprocess
import sys
from pathlib import Path

from tests.serving import (
    PORTS,
    Product,
    environ_for,
    free_base_port,
    log_tails,
    prepare_home,
    prepared_source,
    stop,
)


def test_the_ports_are_free() -> None:
    base = free_base_port()

    for offset in range(PORTS):
        with socket.socket() as door:
            door.bind(("127.0.0.1", base + offset))


def test_only_what_takes_long_is_copied(tmp_path: Path) -> None:
    source, home = tmp_path / "prepared", tmp_path / "home"
    (source / "models" / "e5").mkdir(parents=True)
    (source / "models" / "e5" / "weights").write_text("w")
    (source / "tickets.db").write_text("somebody's tickets")

    prepare_home(home, source)

    assert (home / "models" / "e5" / "weights").read_text() == "w"
    assert not (home / "tickets.db").exists()


def test_a_home_starts_from_nothing_where_nothing_was_prepared(tmp_path: Path) -> None:
    prepare_home(tmp_path / "home", tmp_path / "nowhere")

    assert list((tmp_path / "home").iterdir()) == []


def test_no_setting_of_the_developer_leaks_in(tmp_path: Path) -> None:
    own = {"PATH": "/bin", "LINLI_TELEGRAM_TOKEN": "secret", "LINLI_EMBEDDING_MODEL": "e5"}

    environ = environ_for(tmp_path, 21000, own)

    assert "LINLI_TELEGRAM_TOKEN" not in environ
    assert environ["LINLI_HOME"] == str(tmp_path)
    assert environ["LINLI_PORT"] == "21000"
    assert environ["LINLI_EMBEDDING_MODEL"] == "e5"


def test_a_prepared_home_may_be_named(tmp_path: Path) -> None:
    assert prepared_source({"LINLI_TEST_HOME": str(tmp_path)}) == tmp_path
    assert prepared_source({}).name == "var"


def test_the_end_of_each_log_is_shown(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "rasa.log").write_text("first\n" * 40 + "last\n")

    shown = log_tails(tmp_path, lines=2)

    assert shown == "--- rasa.log\nfirst\nlast"


def test_a_process_is_stopped(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

    code = stop(process)

    assert code != 0
    assert stop(process) == code
    assert Product(home=tmp_path, port=21000, process=process).url == "http://127.0.0.1:21000"
