"""The home folder's secrets: made once, kept, and nobody else's."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.fernet import Fernet
from standardwebhooks import Webhook

from channels.home import FILE, load_secrets


def test_secrets_are_made_once(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"

    first = load_secrets(home)

    assert load_secrets(home) == first
    assert json.loads((home / FILE).read_text()) == first


def test_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    load_secrets(tmp_path)

    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob(f"{FILE}*")] == [FILE]


def test_secrets_are_what_their_users_take(tmp_path: Path) -> None:
    found = load_secrets(tmp_path)

    Fernet(found["LINLI_VAULT_KEY"])
    Webhook(found["LINLI_GRID_SECRET"])
    assert len(found["LINLI_INTERNAL_TOKEN"]) >= 32
    assert len(set(found.values())) == len(found)


def test_what_is_missing_is_added_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"LINLI_VAULT_KEY": "kept"}')

    found = load_secrets(tmp_path)

    assert found["LINLI_VAULT_KEY"] == "kept"
    assert found["LINLI_INTERNAL_TOKEN"]


def test_two_that_begin_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: load_secrets(tmp_path), range(16)))

    assert all(one == found[0] for one in found)


def test_what_a_killed_start_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "secrets.draft").write_text("half" * 1000)
    (tmp_path / "secrets.lock").touch()

    assert load_secrets(tmp_path) == load_secrets(tmp_path)
