import pytest

from remit.kernel.procedures.tests.department import Department, build_department


@pytest.fixture
def department(db: None) -> Department:
    return build_department()
