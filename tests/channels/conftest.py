"""A gateway for the tests of this folder, empty at the beginning of each."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.channels.office import Building, Guest, Office, open_office


@pytest.fixture(scope="session")
def building(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Building]:
    opened = Building.open(tmp_path_factory.mktemp("building"))
    yield opened
    opened.parts.engine.dispose()


@pytest.fixture
async def office(building: Building) -> AsyncIterator[Office]:
    building.clear()
    async with building.office() as opened:
        yield opened


@pytest.fixture
async def own_office(tmp_path: Path) -> AsyncIterator[Office]:
    """Give a gateway that the test may break."""
    async with open_office(tmp_path) as opened:
        yield opened


@pytest.fixture
async def guest(office: Office) -> Guest:
    return await office.guest()
