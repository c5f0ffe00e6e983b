"""An emulated Telegram for each module and a channel for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.channels.telegram.house import House, open_house
from tests.channels.telegram_emulator import BotApi, Emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[BotApi]:
    with Emulator() as api:
        yield api


@pytest.fixture
def api(emulator: BotApi) -> BotApi:
    emulator.forget()
    return emulator


@pytest.fixture
async def house(tmp_path: Path, api: BotApi) -> AsyncIterator[House]:
    async with open_house(tmp_path, api) as opened:
        yield opened
