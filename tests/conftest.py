"""What the tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.crashing import House, migrated_house


@pytest.fixture(scope="session")
def migrated() -> Iterator[House]:
    """One server for all tests that cut the power; each file founds its house on it anew."""
    with migrated_house() as house:
        yield house
