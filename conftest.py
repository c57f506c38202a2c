"""What every test gets, wherever it stands."""

import pytest

from remit.kernel.authority.loading import forget_cached


@pytest.fixture(autouse=True)
def _fresh_rulebook() -> None:
    """A test's database is rolled back, the version of authority with it: what a process has compiled must go too."""
    forget_cached()
