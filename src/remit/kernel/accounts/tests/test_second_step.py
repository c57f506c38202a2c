"""Authenticator app and recovery codes: set up, demanded, lost, reset."""

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from remit.kernel.accounts import actions, queries, sealing
from remit.kernel.accounts.actor import Actor
from remit.kernel.accounts.errors import SealedWithAnotherKey
from remit.kernel.accounts.models import LoginEvent, LoginEventKind, User
from remit.kernel.accounts.tests.conftest import confirm_password, is_inside, log_in, text_of, type_of_browser
from remit.kernel.audit.models import Event


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the telephone shows now, or some 30-second steps from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """Go through the pages as she would. Returns the app's secret and the recovery codes."""
    page = confirm_password(client, reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    return secret, done.context["unused_codes"]


@pytest.fixture
def her_browser(lin: User, browser: type_of_browser) -> Client:
    client = browser()
    log_in(client, "GH0412")
    return client


@pytest.mark.django_db(transaction=True, serialized_rollback=True)  # allauth tells of a new factor after the commit
def test_once_set_up_the_code_is_demanded(lin: User, her_browser: Client, browser: type_of_browser) -> None:
    secret, _codes = set_up_app(her_browser)
    assert queries.factors_of(lin).has_app
    assert Event.objects.filter(kind="accounts.add_factor", subject_id=str(lin.pk)).count() == 2  # app and codes

    client = browser()
    assert log_in(client, "GH0412")["Location"] == reverse("mfa_authenticate")
    assert not is_inside(client), "the password alone must not do"
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    assert not is_inside(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_inside(client)
    kinds = list(LoginEvent.objects.filter(user=lin).order_by("-id").values_list("kind", "detail")[:2])
    assert kinds == [(LoginEventKind.SUCCEEDED, "password + totp"), (LoginEventKind.CODE_FAILED, "totp")]


def test_the_picture_is_shown_and_the_secret_is_not_in_the_database(lin: User, her_browser: Client) -> None:
    page = confirm_password(her_browser, reverse("mfa_activate_totp"))
    assert "data:image/svg+xml;base64," in text_of(page)
    secret = page.context["form"].secret
    her_browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert all(secret not in json.dumps(session.get_decoded()) for session in Session.objects.all())
    app = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert sealing.unseal(app.data["secret"]) == secret


def test_a_code_counts_once(lin: User, her_browser: Client, browser: type_of_browser) -> None:
    secret, _codes = set_up_app(her_browser)
    code = code_of(secret)
    for expected in (True, False):
        client = browser()
        log_in(client, "GH0412")
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert is_inside(client) is expected


def test_a_recovery_code_lets_her_in_once(lin: User, her_browser: Client, browser: type_of_browser) -> None:
    _secret, codes = set_up_app(her_browser)
    assert len(codes) == 10
    for expected in (True, False):
        client = browser()
        log_in(client, "GH0412")
        client.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert is_inside(client) is expected


def test_recovery_codes_are_shown_once(lin: User, her_browser: Client) -> None:
    _secret, codes = set_up_app(her_browser)
    again = text_of(her_browser.get(reverse("mfa_view_recovery_codes")))
    assert not any(code in again for code in codes)
    assert "10 of your codes are unused" in again
    renewed = her_browser.post(reverse("mfa_generate_recovery_codes"), follow=True)
    assert set(renewed.context["unused_codes"]).isdisjoint(codes)


def test_guessing_codes_is_stopped_after_five(lin: User, her_browser: Client, browser: type_of_browser) -> None:
    secret, _codes = set_up_app(her_browser)
    client = browser()
    log_in(client, "GH0412")
    for _attempt in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    refused = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert "Too many failed attempts" in refused.content.decode()
    assert not is_inside(client)


def test_security_changes_ask_for_the_password_again(lin: User, her_browser: Client) -> None:
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert her_browser.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate"))
    refused = her_browser.post(reverse("account_reauthenticate"), {"password": "not hers at all"})
    assert refused.status_code == 200
    assert her_browser.get(reverse("mfa_activate_totp")).status_code == 302


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_switching_the_app_off_takes_the_codes_along(lin: User, her_browser: Client, browser: type_of_browser) -> None:
    set_up_app(her_browser)
    assert her_browser.get(reverse("mfa_deactivate_totp")).status_code == 200
    her_browser.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=lin).exists()
    client = browser()
    log_in(client, "GH0412")
    assert is_inside(client)
    assert Event.objects.filter(kind="accounts.remove_factor", subject_id=str(lin.pk)).count() == 2


def test_who_lost_the_telephone_is_reset_by_the_keeper(
    lin: User, her_browser: Client, browser: type_of_browser, keeper: Actor
) -> None:
    set_up_app(her_browser)
    assert actions.reset_factors(lin.pk, actor=keeper) == 2
    assert not is_inside(her_browser)
    client = browser()
    log_in(client, "GH0412")
    assert is_inside(client)
    event = Event.objects.get(kind="accounts.reset_factors")
    assert event.facts == {"factors": ["recovery_codes", "totp"], "sessions_ended": 1}
    assert actions.reset_factors(lin.pk, actor=keeper) == 0
    assert Event.objects.filter(kind="accounts.reset_factors").count() == 1


def test_a_new_secret_key_opens_old_factors_while_the_old_key_is_kept(settings: Settings) -> None:
    sealed = sealing.seal("JBSWY3DPEHPK3PXP")
    assert re.search("JBSWY3DPEHPK3PXP", sealed) is None
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key, as long as it needs to be"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sealing.unseal(sealed) == "JBSWY3DPEHPK3PXP"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SealedWithAnotherKey):
        sealing.unseal(sealed)


def test_a_lost_key_is_said_in_a_sentence(
    lin: User, her_browser: Client, browser: type_of_browser, settings: Settings
) -> None:
    secret, _codes = set_up_app(her_browser)
    settings.SECRET_KEY = "another key, as long as it needs to be"
    client = browser()
    log_in(client, "GH0412")
    refused = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert "Ask whoever manages logins to reset it" in refused.content.decode()
    assert not is_inside(client)
