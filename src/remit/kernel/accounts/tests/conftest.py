"""The people of these tests. They log in through the real page, with browsers that ask for English."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from remit.kernel.accounts import actions
from remit.kernel.accounts.actor import Actor, system
from remit.kernel.accounts.models import User

PASSWORD = "a kettle sings at seven"
OTHER_PASSWORD = "seven kettles, no song"

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    Answer = _MonkeyPatchedWSGIResponse  # exists in the stubs only

type_of_browser = Callable[[], Client]


@pytest.fixture
def keeper() -> Actor:
    """Whoever manages logins here: authority was asked before these verbs are called."""
    return system("tests")


@pytest.fixture
def lin(db: None, keeper: Actor) -> User:
    """林晓, adviser, work number GH0412. May do what anybody may with their own login."""
    return actions.create_user(
        username="GH0412",
        name="林晓",
        email="lin@example.cn",
        language="en",
        password=PASSWORD,
        must_change_password=False,
        actor=keeper,
    )


@pytest.fixture
def zhou(db: None, keeper: Actor) -> User:
    """周敏, a colleague: must not reach 林晓's sessions and tokens."""
    return actions.create_user(
        username="周敏", name="周敏", language="en", password=PASSWORD, must_change_password=False, actor=keeper
    )


@pytest.fixture
def browser() -> type_of_browser:
    """Another browser each time it is called."""
    return lambda: Client(headers={"accept-language": "en", "user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0"})


def log_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Answer:
    return client.post(reverse("account_login"), {"login": login, "password": password, **more})


def is_inside(client: Client) -> bool:
    """Whether this browser gets to a page that needs a login."""
    return client.get(reverse("accounts:profile")).status_code == 200


def text_of(response: Answer) -> str:
    return response.content.decode()


def confirm_password(client: Client, page: str, password: str = PASSWORD) -> Answer:
    """Open a page that asks for the password again, and give it."""
    asked = client.get(page)
    assert asked.status_code == 302, "the page did not ask who is there"
    confirmed = client.post(asked["Location"], {"password": password}, follow=True)
    return confirmed
