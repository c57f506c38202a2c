"""What the tests of this room share."""

import pytest

from remit.kernel.charters.tests.office import Office


@pytest.fixture
def office(db: None) -> Office:
    return Office()
