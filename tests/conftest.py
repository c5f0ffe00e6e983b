"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.serving import Product, serving

settings.register_profile("linli", deadline=None)  # a busy machine is no mistake of ours
settings.load_profile("linli")


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Serve the whole product on free ports, with a home of its own, for the session."""
    with serving(tmp_path_factory.mktemp("home")) as running:
        yield running
