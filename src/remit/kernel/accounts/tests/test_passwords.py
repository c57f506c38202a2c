"""Passwords: chosen, changed, forced, forbidden."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from remit.kernel.accounts import actions, errors, queries
from remit.kernel.accounts.actor import Actor, system
from remit.kernel.accounts.models import DEMO_PASSWORD, AccountPolicy, User
from remit.kernel.accounts.passwords import temporary_password
from remit.kernel.accounts.tests.conftest import OTHER_PASSWORD, PASSWORD, is_inside, log_in, text_of, type_of_browser
from remit.kernel.audit.models import Event


@pytest.fixture
def her_browser(lin: User, browser: type_of_browser) -> Client:
    client = browser()
    log_in(client, "GH0412")
    return client


def change(client: Client, old: str, new: str) -> str:
    """Fill in the page; returns what it says."""
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": new}, follow=True
    )
    return text_of(answer)


def test_changing_it_ends_her_other_sessions(lin: User, her_browser: Client, browser: type_of_browser) -> None:
    elsewhere = browser()
    log_in(elsewhere, "GH0412")
    change(her_browser, PASSWORD, OTHER_PASSWORD)
    assert is_inside(her_browser)
    assert not is_inside(elsewhere)
    assert len(queries.sessions_of(lin)) == 1
    fresh = browser()
    log_in(fresh, "GH0412", PASSWORD)
    assert not is_inside(fresh)
    log_in(fresh, "GH0412", OTHER_PASSWORD)
    assert is_inside(fresh)
    event = Event.objects.get(kind="accounts.change_password")
    assert (event.actor_name, event.door, event.facts) == ("林晓", "web", {"sessions_ended": 1})


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short kettle", None),
        ("kettle", "at least 12 characters"),
        ("lin@example.cn", "too similar"),
        ("passwordpassword", None),
        ("834756192834756", "entirely numeric"),
        (DEMO_PASSWORD, "everybody can read"),
        (PASSWORD, "the password you have now"),
    ],
)
def test_what_she_may_choose(new: str, sentence: str | None, lin: User, her_browser: Client) -> None:
    said = change(her_browser, PASSWORD, new)
    lin.refresh_from_db()
    if sentence is None:
        assert lin.check_password(new)
    else:
        assert sentence in said
        assert lin.check_password(PASSWORD)


def test_it_needs_the_password_of_now(lin: User, her_browser: Client) -> None:
    change(her_browser, "a guess of twelve", OTHER_PASSWORD)
    lin.refresh_from_db()
    assert lin.check_password(PASSWORD)


def test_a_temporary_one_leads_nowhere_but_to_its_change(
    lin: User, her_browser: Client, browser: type_of_browser, keeper: Actor
) -> None:
    temporary = actions.set_password(lin.pk, actor=keeper)
    assert not is_inside(her_browser), "whoever knew the old one is out"
    client = browser()
    log_in(client, "GH0412", temporary)
    for page in ("accounts:profile", "accounts:tokens", "mfa_activate_totp"):
        assert client.get(reverse(page))["Location"].startswith(reverse("account_change_password"))
    assert "set by somebody else" in client.get(reverse("account_change_password")).content.decode()
    assert client.post(reverse("accounts:tokens"), {"name": "x", "days": "30"}).status_code == 302
    change(client, temporary, OTHER_PASSWORD)
    assert is_inside(client)
    assert temporary not in str(Event.objects.values_list("facts", "changes"))


def test_temporary_ones_can_be_read_out_and_keep_to_the_rule() -> None:
    made = {temporary_password(length) for length in (8, 12, 20, 30) for _n in range(50)}
    assert len(made) == 200
    assert all(not set(password) & set("01lIO") for password in made)
    assert min(len(temporary_password(30)) for _n in range(5)) >= 30


def test_the_period_of_the_company_is_kept(
    lin: User, her_browser: Client, browser: type_of_browser, keeper: Actor
) -> None:
    User.objects.filter(pk=lin.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    assert is_inside(her_browser), "without a period nothing is due"
    actions.set_policy(min_length=12, password_period_days=90, idle_session_minutes=None, actor=keeper)
    client = browser()
    log_in(client, "GH0412")
    assert client.get("/me/")["Location"] == f"{reverse('account_change_password')}?next=/me/"
    assert "it is due" in client.get(reverse("account_change_password")).content.decode()
    change(client, PASSWORD, OTHER_PASSWORD)
    assert is_inside(client)


def test_a_longer_minimum_holds_from_the_next_change(lin: User, her_browser: Client, keeper: Actor) -> None:
    actions.set_policy(min_length=30, password_period_days=None, idle_session_minutes=None, actor=keeper)
    assert is_inside(her_browser)
    assert "at least 30 characters" in change(her_browser, PASSWORD, OTHER_PASSWORD)
    assert "at least 30 characters" in her_browser.get(reverse("account_change_password")).content.decode()
    assert Event.objects.get(kind="accounts.set_policy").changes == {"min_length": [12, 30]}


@pytest.mark.parametrize(
    "wish",
    [
        {"min_length": 7, "password_period_days": None, "idle_session_minutes": None},
        {"min_length": 12, "password_period_days": 1, "idle_session_minutes": None},
        {"min_length": 12, "password_period_days": None, "idle_session_minutes": 1},
    ],
)
def test_a_careless_policy_is_refused(wish: dict[str, int | None], db: None) -> None:
    with pytest.raises(ValidationError):
        actions.set_policy(**wish, actor=system("tests"))  # type: ignore[arg-type]  # the first is never None
    assert not AccountPolicy.objects.exclude(
        min_length=12, password_period_days=None, idle_session_minutes=None
    ).exists()


def test_a_closed_login_gets_no_new_password(lin: User, keeper: Actor) -> None:
    actions.deactivate_user(lin.pk, actor=keeper)
    with pytest.raises(errors.LoginIsClosed):
        actions.set_password(lin.pk, actor=keeper)


def test_logins_with_the_public_password_are_found_until_it_is_changed(lin: User, keeper: Actor) -> None:
    demo = actions.create_user(username="demo", name="陈经理", password=DEMO_PASSWORD, actor=keeper)
    actions.set_password(lin.pk, password=DEMO_PASSWORD, actor=keeper)
    assert queries.insecure_logins() == ["demo", "gh0412"]
    actions.change_password(demo.pk, OTHER_PASSWORD, actor=keeper)
    actions.deactivate_user(lin.pk, actor=keeper)
    assert queries.insecure_logins() == []
