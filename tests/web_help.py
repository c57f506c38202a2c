"""Logging people of the cast in."""

from typing import Any

from django.test import Client

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed
from remit.kernel.organization.models import Person
from tests.cast import Firm, give


def browser(firm: Firm, name: str) -> Client:
    """A browser in which somebody is logged in, who has chosen his own password."""
    person = Person.objects.get(pk=firm[name].pk)
    if person.user is None:
        perform(system("tests"), "account.create_login", {"person": person.pk})
        person = Person.objects.get(pk=person.pk)
    assert person.user is not None
    person.user.must_change_password = False
    person.user.save(update_fields=["must_change_password"])
    client = Client()
    client.force_login(person.user)
    return client


def grant(firm: Firm, title: str, *specs: dict[str, Any]) -> None:
    give(firm, title, "第20条", *specs)
    authority_changed()


def page(client: Client, url: str, status: int = 200, **query: Any) -> str:
    response = client.get(url, query)
    assert response.status_code == status, url
    return response.content.decode()
