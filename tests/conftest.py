"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest

from tests.serving import Product, serving


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Serve the whole product on free ports, with a home of its own, for the session."""
    with serving(tmp_path_factory.mktemp("home")) as running:
        yield running
