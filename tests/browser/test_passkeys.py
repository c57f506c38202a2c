"""A passkey from its making to a login with nothing else, in a real browser with Chromium's virtual authenticator."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.accounts import actions
from remit.kernel.accounts.actor import system
from remit.kernel.accounts.models import LoginEvent, User

PASSWORD = "a kettle sings at seven"
LOGIN_PAGE = "/login/?next=/me/"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def lin(transactional_db: None) -> User:
    return actions.create_user(
        username="gh0412",
        name="林晓",
        language="en",
        password=PASSWORD,
        must_change_password=False,
        actor=system("tests"),
    )


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """By name: browsers hand out passkeys on http://localhost, and on no other address without HTTPS."""
    return re.sub(r"//[^:/]+", "//localhost", live_server.url)


def plug_in_authenticator(context: BrowserContext, page: Page) -> None:
    """What a laptop with a fingerprint reader has. The finger is always hers."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def log_in_with_password(page: Page, site: str) -> None:
    page.goto(site + LOGIN_PAGE)
    page.get_by_label("User name or mail address").fill("gh0412")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)


def add_passkey(page: Page, site: str, *, alone: bool) -> None:
    page.goto(site + reverse("mfa_add_webauthn"))
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Confirm", exact=True).click()
    page.get_by_label("Name of this passkey").fill("Office laptop")
    page.get_by_label("Log in with it alone, without a password").set_checked(alone)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_label("I have put them somewhere safe").check()


def log_out(page: Page, site: str) -> None:
    page.goto(site + reverse("account_logout") + f"?next={LOGIN_PAGE}")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in with a passkey")).to_be_visible()


def test_she_makes_a_passkey_and_logs_in_with_it_alone(
    lin: User, site: str, context: BrowserContext, page: Page, complaints: list[str]
) -> None:
    plug_in_authenticator(context, page)
    log_in_with_password(page, site)
    add_passkey(page, site, alone=True)
    log_out(page, site)

    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(site + reverse("mfa_list_webauthn"))
    expect(page.get_by_role("cell", name=re.compile("Office laptop"))).to_be_visible()
    assert LoginEvent.objects.filter(user=lin).latest("id").detail == "webauthn"
    assert complaints == []


def test_as_a_second_step_it_is_asked_for_after_the_password(
    lin: User, site: str, context: BrowserContext, page: Page, complaints: list[str]
) -> None:
    plug_in_authenticator(context, page)
    log_in_with_password(page, site)
    add_passkey(page, site, alone=False)
    log_out(page, site)

    page.get_by_label("User name or mail address").fill("gh0412")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    assert LoginEvent.objects.filter(user=lin).latest("id").detail == "password + webauthn"

    page.goto(site + reverse("mfa_list_webauthn"))
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("link", name="Confirm with the passkey").click()
    page.get_by_role("button", name="Confirm with the passkey").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No passkey yet")).to_be_visible()
    assert not Authenticator.objects.filter(user=lin).exists()
    assert complaints == []


def test_a_browser_without_a_passkey_is_told_so(lin: User, site: str, context: BrowserContext, page: Page) -> None:
    plug_in_authenticator(context, page)
    page.goto(site + reverse("account_login"))
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("The passkey was not accepted")).to_be_visible()
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_enabled()
