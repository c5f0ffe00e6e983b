"""The menu and the QR codes of entrances, from the command line to WeChat."""

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from typer.testing import CliRunner

from channels.wechat.cli import menu_of, wechat_app
from channels.wechat.words import words
from tests.channels.wechat.platform import APPID, SECRET, Platform, listening

RUNNER = CliRunner()


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    platform = Platform()
    server = uvicorn.Server(uvicorn.Config(platform.app(), log_level="critical", ws="none"))
    with listening() as door:
        thread = threading.Thread(target=server.run, args=([door],))
        thread.start()
        monkeypatch.setenv("LINLI_WECHAT_APPID", APPID)
        monkeypatch.setenv("LINLI_WECHAT_SECRET", SECRET)
        monkeypatch.setenv("LINLI_PUBLIC_URL", "https://linli.example.org/")
        monkeypatch.setenv("LINLI_WECHAT_API_URL", f"http://127.0.0.1:{door.getsockname()[1]}")
        yield platform
        server.should_exit = True
        thread.join(5)


def test_the_menu_is_put_onto_the_account(platform: Platform) -> None:
    done = RUNNER.invoke(wechat_app, ["menu"])

    assert done.exit_code == 0
    columns = platform.bodies["menu/create"]["button"]
    assert [column["name"] for column in columns] == ["我要办事", "我的", "找人帮忙"]
    pages = [b["url"] for column in columns for b in column["sub_button"] if b["type"] == "view"]
    assert pages == ["https://linli.example.org/simple"]


def test_the_menu_is_as_wechat_takes_it() -> None:
    columns = menu_of("")["button"]

    assert 1 <= len(columns) <= 3
    assert all(len(column["name"].encode()) <= 16 for column in columns)
    buttons = [button for column in columns for button in column["sub_button"]]
    assert all(1 <= len(column["sub_button"]) <= 5 for column in columns)
    assert all(len(button["name"].encode()) <= 60 for button in buttons)
    assert {button["key"] for button in buttons} <= set(words().said)


def test_an_entrance_gets_a_lasting_code(platform: Platform) -> None:
    done = RUNNER.invoke(wechat_app, ["entrance", "elder-b3-2"])

    assert done.exit_code == 0
    assert platform.bodies["qrcode/create"] == {
        "action_name": "QR_LIMIT_STR_SCENE",
        "action_info": {"scene": {"scene_str": "elder-b3-2"}},
    }
    assert "3栋2单元" in done.output
    assert "ticket=TICKET%3D%3D" in done.output


@pytest.mark.parametrize("code", ["", "3-2", "b3 -2", "b1234"])
def test_a_code_that_nobody_could_read_is_not_made(platform: Platform, code: str) -> None:
    done = RUNNER.invoke(wechat_app, ["entrance", code])

    assert done.exit_code == 1
    assert words().cli["bad_code"] in done.output
    assert platform.calls == []


@pytest.mark.parametrize(("code", "reason"), [(48001, "微信认证"), (45157, "45157")])
def test_a_refusal_is_explained(platform: Platform, code: int, reason: str) -> None:
    platform.refusals["menu/create"] = [code]

    done = RUNNER.invoke(wechat_app, ["menu"])

    assert done.exit_code == 1
    assert reason in done.output


def test_without_the_secret_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINLI_WECHAT_SECRET", raising=False)

    done = RUNNER.invoke(wechat_app, ["menu"])

    assert done.exit_code == 1
    assert "LINLI_WECHAT_SECRET" in done.output


def test_a_wechat_that_cannot_be_reached_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as nobody:
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    monkeypatch.setenv("LINLI_WECHAT_APPID", APPID)
    monkeypatch.setenv("LINLI_WECHAT_SECRET", SECRET)
    monkeypatch.setenv("LINLI_WECHAT_API_URL", address)

    done = RUNNER.invoke(wechat_app, ["menu"])

    assert done.exit_code == 1
    assert words().cli["away"] in done.output
