"""The firm with programs: some of its people have a token."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Firm, build_firm

from remit.kernel.accounts import actions as accounts
from remit.kernel.accounts.actor import system
from remit.kernel.organization import actions as organization

KEEPER = system("tests")
ClientOf = Callable[[str], Client]


@pytest.fixture
def firm(db: None) -> Firm:
    return build_firm()


def token_of(firm: Firm, name: str) -> str:
    """A token of somebody of the cast, whose login is made the first time."""
    person = firm[name]
    if person.user_id is None:
        login = f"api-{person.employee_no}".lower()
        user = accounts.create_user(username=login, name=name, must_change_password=False, actor=KEEPER)
        organization.give_login(person, user.pk)
    assert person.user_id is not None
    return accounts.issue_token(person.user_id, name="program", actor=KEEPER)[1]


@pytest.fixture
def client_of(firm: Firm) -> ClientOf:
    return lambda name: Client(headers={"authorization": f"Bearer {token_of(firm, name)}"})
