"""The command line of the ticket domain."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from typer.testing import CliRunner, Result

from actions.tickets.categories import load_categories
from actions.tickets.cli import grid_app, tickets_app, worker_app
from actions.tickets.deliver import utc_now
from actions.tickets.settings import Settings
from actions.tickets.store import open_store
from actions.tickets.ticket import Complaint, Place, Reporter

SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of test secret!").decode()


@pytest.fixture(autouse=True)
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give the processes an empty home."""
    made = {
        "LINLI_HOME": str(tmp_path),
        "LINLI_DATABASE_URL": "",
        "LINLI_GRID_URL": "",
        "LINLI_GRID_SECRET": SECRET,
        "LINLI_VAULT_KEY": Fernet.generate_key().decode(),
    }
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def number(environ: dict[str, str]) -> str:
    store = open_store(Settings.from_env(environ))
    complaint = Complaint(
        category=next(iter(load_categories())),
        description="我叫王小明,楼道灯坏了",
        place=Place(building="3栋"),
        reporter=Reporter(conversation="c", contact="13800001111"),
    )
    with_number = store.file(complaint, utc_now()).number
    store.close()
    return with_number


def run(app: object, *words: str) -> Result:
    return CliRunner().invoke(app, words)  # type: ignore[arg-type]


def test_an_empty_home_lists_nothing() -> None:
    assert json.loads(run(tickets_app, "list", "--json").stdout) == []


def test_a_ticket_is_listed_by_its_cell(number: str) -> None:
    here = run(tickets_app, "list", "--cell", "XFL-01", "--json")
    there = run(tickets_app, "list", "--cell", "XFL-02", "--json")

    assert [ticket["number"] for ticket in json.loads(here.stdout)] == [number]
    assert json.loads(there.stdout) == []


def test_a_ticket_is_shown_with_history_and_deliveries(number: str) -> None:
    shown = json.loads(run(tickets_app, "show", number, "--json").stdout)

    assert [event["event"] for event in shown["history"]] == ["file"]
    assert [delivery["target"] for delivery in shown["deliveries"]] == ["grid"]


def test_the_plain_view_names_nobody(number: str) -> None:
    result = run(tickets_app, "show", number)

    assert result.exit_code == 0
    assert "王小明" not in result.stdout
    assert "13800001111" not in result.stdout


def test_a_ticket_is_moved_and_an_illegal_move_refused(number: str) -> None:
    moved = run(tickets_app, "move", number, "accepted", "--note", "已受理", "--json")
    refused = run(tickets_app, "move", number, "submitted")

    assert json.loads(moved.stdout)["status"] == "accepted"
    assert refused.exit_code == 1
    assert "InvalidTransitionError" in refused.stderr


def test_an_unknown_number_ends_with_one_line() -> None:
    result = run(tickets_app, "show", "20200101-000001")

    assert result.exit_code == 1
    assert result.stderr == "TicketNotFoundError: 20200101-000001\n"


def test_nothing_dead_is_nothing_to_requeue(number: str) -> None:
    assert json.loads(run(tickets_app, "requeue", "--json").stdout) == {"requeued": 0}


def test_a_spreadsheet_has_chinese_headings_and_no_names(number: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"

    run(tickets_app, "export", str(out))

    text = out.read_text(encoding="utf-8-sig")
    assert text.startswith("工单号,提交时间,状态")
    assert number in text
    assert "王小明" not in text


def test_a_worker_is_invited_and_listed() -> None:
    invited = run(worker_app, "invite", "--name", "小李", "--cell", "XFL-01", "--json")
    listed = run(worker_app, "list", "--json")

    assert len(json.loads(invited.stdout)["code"]) == 12
    assert [worker["name"] for worker in json.loads(listed.stdout)] == ["小李"]


def test_an_unknown_cell_is_refused() -> None:
    result = run(worker_app, "invite", "--name", "小李", "--cell", "XFL-99")

    assert (result.exit_code, result.stderr) == (1, "UnknownCellError: XFL-99\n")


def test_the_way_to_the_grid_is_shown(number: str) -> None:
    status = json.loads(run(grid_app, "status", "--json").stdout)

    assert status["deliveries"] == [{"target": "grid", "status": "pending", "count": 1}]


def test_an_event_nobody_hears_ends_with_one_line(number: str) -> None:
    result = run(grid_app, "send-event", number, "accepted", "--url", "http://127.0.0.1:9/x")

    assert (result.exit_code, result.stderr) == (1, "ConnectError: http://127.0.0.1:9/x\n")


def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_PORT", "many")

    result = run(tickets_app, "list")

    assert (result.exit_code, result.stderr) == (1, "SettingsError: LINLI_PORT is not a number\n")


def test_past_tickets_are_taken_in_and_bad_rows_named(tmp_path: Path) -> None:
    path = tmp_path / "past.csv"
    path.write_text(
        "submitted_at,category,description\n2026-03-02,FAC-01,灯坏了\n2026-03-02,MOON-1,灯坏了\n",
        encoding="utf-8",
    )

    result = run(tickets_app, "import", str(path))

    assert result.exit_code == 1
    assert result.stdout == "1 taken in, 0 known, 1 left out\nline 3: category\n"


def test_a_missing_file_ends_with_one_line(tmp_path: Path) -> None:
    result = run(tickets_app, "import", str(tmp_path / "none.csv"))

    assert result.exit_code == 1
    assert result.stderr.startswith("ImportFormatError: FileNotFoundError")


def test_a_workbook_is_written_by_its_ending(number: str, tmp_path: Path) -> None:
    run(tickets_app, "export", str(tmp_path / "out.xlsx"))

    assert (tmp_path / "out.xlsx").read_bytes().startswith(b"PK")


def test_the_ledger_of_a_period_is_printed(number: str) -> None:
    result = run(tickets_app, "ledger", "--since", "2026-01-01", "--until", "2026-12-31", "--json")

    assert json.loads(result.stdout)["total"] == 0


def test_a_table_of_categories_is_tried_out(number: str, tmp_path: Path) -> None:
    table = tmp_path / "categories.yml"
    table.write_text("- {code: FAC-01, name: 灯, handler: 街道办事处}\n", encoding="utf-8")
    broken = tmp_path / "broken.yml"
    broken.write_text("{", encoding="utf-8")

    tried = run(tickets_app, "simulate", "--categories", str(table), "--json")
    refused = run(tickets_app, "simulate", "--categories", str(broken))

    assert json.loads(tried.stdout)[0]["tickets"] == 1
    assert (refused.exit_code, refused.stderr.split(":")[0]) == (1, "ImportFormatError")
