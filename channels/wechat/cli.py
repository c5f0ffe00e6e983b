"""The account's menu and the QR codes of entrances: ``linli wechat``."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NoReturn
from urllib.parse import quote

import httpx
import typer

from channels.settings import Settings
from channels.wechat.api import WechatApi, WechatAwayError, WechatRefusedError
from channels.wechat.entrance import Entrance, place_of
from channels.wechat.pace import Pace
from channels.wechat.words import words

SHOWN_AT = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="

wechat_app = typer.Typer(
    help="The WeChat official account: its menu and the QR codes of entrances.",
    no_args_is_help=True,
)


@wechat_app.command()
def menu() -> None:
    """Put the menu onto the account; followers see it within five minutes."""
    settings = Settings.from_env(os.environ)
    _call(settings, lambda api: api.call("/cgi-bin/menu/create", menu_of(settings.public_url)))
    typer.echo(words().cli["menu"])


@wechat_app.command()
def entrance(
    code: Annotated[str, typer.Argument(help="b3, b3-2 (building 3, unit 2), elder-b3-2, elder")],
) -> None:
    """Print the address of a lasting QR code that says at which entrance it hangs."""
    found = place_of(code)
    if found == Entrance():
        _stop(words().cli["bad_code"])
    body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": code}}}
    answer = _call(
        Settings.from_env(os.environ), lambda api: api.call("/cgi-bin/qrcode/create", body)
    )
    picture = SHOWN_AT + quote(str(answer["ticket"]), safe="")
    place = found.place or words().heard["elder_on"][0]
    typer.echo(words().cli["entrance"].format(place=place, url=answer["url"], picture=picture))


def menu_of(public_url: str) -> dict[str, Any]:
    """Return the menu as WeChat takes it; without a public address it has no pages."""
    return {
        "button": [
            {
                "name": column["name"],
                "sub_button": [
                    _button(entry, public_url)
                    for entry in column["sub"]
                    if "key" in entry or public_url
                ],
            }
            for column in words().menu
        ]
    }


def _button(entry: dict[str, str], public_url: str) -> dict[str, str]:
    if "page" in entry:
        return {"type": "view", "name": entry["name"], "url": public_url + entry["page"]}
    return {"type": "click", "name": entry["name"], "key": entry["key"]}


def _call(
    settings: Settings, do: Callable[[WechatApi], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    if not (settings.wechat_appid and settings.wechat_secret):
        _stop(words().cli["not_set"])
    try:
        return asyncio.run(_call_once(settings, do))
    except WechatRefusedError as error:
        reasons = words().refusals
        _stop(reasons.get(error.code, reasons[0]).format(code=error.code))
    except (WechatAwayError, httpx.InvalidURL):
        _stop(words().cli["away"])


async def _call_once(
    settings: Settings, do: Callable[[WechatApi], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    api = WechatApi(settings, Pace())
    try:
        return await do(api)
    finally:
        await api.close()


def _stop(text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(1)
