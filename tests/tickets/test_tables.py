"""Tables, settings and small rules the ticket domain leans on."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from actions.tickets.categories import category_of, load_categories
from actions.tickets.coordinates import distance_m, to_wgs84
from actions.tickets.errors import SettingsError, UnknownCategoryError, VaultError
from actions.tickets.export import to_csv
from actions.tickets.settings import Settings
from actions.tickets.ticket import Level, Ticket
from actions.tickets.vault import ClosedVault, Vault
from tests.tickets.examples import LAMP, MONDAY_NOON


def test_every_shipped_category_says_what_follows_from_it() -> None:
    categories = load_categories()

    assert categories
    for category in categories.values():
        assert category.name
        assert category.department
        assert category.level in Level


def test_a_table_with_chinese_levels_is_read(tmp_path: Path) -> None:
    path = tmp_path / "categories.yml"
    path.write_text("- {code: a, name: 甲, level: 镇街, urgency: 2}\n", encoding="utf-8")

    assert load_categories(path)["a"].level is Level.STREET


@pytest.mark.parametrize(
    "rows",
    [
        "- {code: a, name: 甲}\n- {code: a, name: 乙}\n",
        "- {code: a, name: 甲, urgency: 9}\n",
        "- {code: a, name: 甲, level: 天上}\n",
    ],
)
def test_a_bad_table_stops_the_start(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "categories.yml"
    path.write_text(rows, encoding="utf-8")

    with pytest.raises(ValueError, match=r"."):
        load_categories(path)


def test_a_question_needs_no_category_and_others_do() -> None:
    assert category_of({}, "question").level is Level.COMMUNITY
    with pytest.raises(UnknownCategoryError):
        category_of({}, "moon")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LINLI_PORT", "many"),
        ("LINLI_GRID_URL", "grid.example"),
        ("LINLI_GATEWAY_URL", "ftp://x"),
        ("LINLI_GRID_SECRET", "whsec_!"),
        ("LINLI_VAULT_KEY", "short"),
        ("LINLI_DELIVERY_POLL_S", "-1"),
        ("LINLI_DELIVERY_LEASE_S", "x"),
    ],
)
def test_a_bad_setting_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_env({variable: value})


def test_an_empty_environment_is_enough(tmp_path: Path) -> None:
    settings = Settings.from_env({"LINLI_HOME": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path / 'tickets.db'}"
    assert settings.gateway_url == "http://127.0.0.1:8000"
    assert settings.port == 8003


def test_no_secret_is_in_the_repr() -> None:
    key = Fernet.generate_key().decode()

    settings = Settings.from_env({"LINLI_VAULT_KEY": key, "LINLI_INTERNAL_TOKEN": "geheim"})

    assert key not in repr(settings)
    assert "geheim" not in repr(settings)


def test_a_contact_opens_with_its_own_key_only() -> None:
    mine, other = (Vault(Fernet.generate_key().decode()) for _ in range(2))
    sealed = mine.seal("13800001111")

    assert mine.open(sealed) == "13800001111"
    with pytest.raises(VaultError):
        other.open(sealed)
    assert mine.seal("") == ""


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: Vault("no key"),
        lambda: ClosedVault().seal("13800001111"),
        lambda: ClosedVault().open("x"),
    ],
)
def test_without_a_key_nothing_is_sealed(attempt: Callable[[], object]) -> None:
    with pytest.raises(VaultError, match="LINLI_VAULT_KEY"):
        attempt()


def test_positions_come_to_one_datum() -> None:
    # 天安门: WGS-84 39.90733, 116.39112 is about 39.90873, 116.39736 in GCJ-02
    latitude, longitude = to_wgs84(39.90873, 116.39736, "GCJ-02")
    assert latitude is not None
    assert longitude is not None

    assert distance_m((latitude, longitude), (39.90733, 116.39112)) < 20
    assert to_wgs84(39.9, 116.4, "WGS-84") == (39.9, 116.4)
    assert to_wgs84(None, 116.4, "WGS-84") == (None, None)


def test_bd09_is_further_off_than_gcj02() -> None:
    # The same place in BD-09 is about 39.91507, 116.40377
    latitude, longitude = to_wgs84(39.91507, 116.40377, "BD-09")
    assert latitude is not None
    assert longitude is not None

    assert distance_m((latitude, longitude), (39.90733, 116.39112)) < 30


def test_a_spreadsheet_takes_no_formula_from_a_resident() -> None:
    ticket = Ticket(
        number="20260601-000001",
        code="ABCDEFGHJ",
        complaint=replace(LAMP, description="x"),
        description_safe='=HYPERLINK("http://evil.example")',
        submitted_at=MONDAY_NOON,
        updated_at=MONDAY_NOON,
    )

    rows = list(csv.reader(io.StringIO(to_csv([ticket]).lstrip("\ufeff"))))

    assert rows[1][5].startswith("'=")
    assert len(rows[0]) == len(rows[1])
