"""Browsers of the cast: each with the login of one of its people."""

from django.test import Client

from remit.kernel.accounts.actions import create_user
from remit.kernel.accounts.actor import system
from tests.cast import Firm


def browser_of(firm: Firm, name: str, language: str = "zh-hans") -> Client:
    """A browser in which the person is logged in. The login is made on first use."""
    person = firm[name]
    if person.user is None:
        person.user = create_user(
            username=person.employee_no,
            name=name,
            language=language,
            must_change_password=False,
            leave_event=False,
            actor=system("tests"),
        )
        person.save(update_fields=["user"])
    client = Client(headers={"accept-language": language})
    client.force_login(person.user)
    return client
