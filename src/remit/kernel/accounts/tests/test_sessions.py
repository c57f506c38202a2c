"""Where somebody is logged in; ending that, by hand and by rest."""

import time

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from remit.kernel.accounts import actions, queries
from remit.kernel.accounts.actor import Actor
from remit.kernel.accounts.models import LoginEvent, LoginEventKind, User
from remit.kernel.accounts.tests.conftest import is_inside, log_in, type_of_browser
from remit.kernel.audit.models import Event


@pytest.fixture
def office(lin: User, browser: type_of_browser) -> Client:
    client = browser()
    log_in(client, "GH0412")
    return client


@pytest.fixture
def home(lin: User, browser: type_of_browser) -> Client:
    client = browser()
    log_in(client, "GH0412")
    return client


def test_she_sees_both_browsers_and_ends_one(lin: User, office: Client, home: Client) -> None:
    rows = home.get(reverse("accounts:sessions")).context["sessions"]
    assert [row.is_current for row in rows].count(True) == 1
    assert {row.browser for row in rows} == {"Chrome · Windows"}
    other = next(row for row in rows if not row.is_current)
    home.post(reverse("accounts:session-end", kwargs={"session_id": other.id}))
    assert not is_inside(office)
    assert is_inside(home)
    assert len(queries.sessions_of(lin)) == 1
    assert Event.objects.get(kind="accounts.end_session").subject_id == str(lin.pk)


def test_she_ends_all_others_at_once(lin: User, office: Client, home: Client) -> None:
    home.post(reverse("accounts:sessions-end"))
    assert not is_inside(office)
    assert is_inside(home)
    home.post(reverse("accounts:sessions-end"))  # none is left to end
    assert Event.objects.filter(kind="accounts.end_all_sessions").count() == 1


def test_a_colleague_cannot_end_hers(lin: User, zhou: User, office: Client, browser: type_of_browser) -> None:
    session = UserSession.objects.get(user=lin)
    colleague = browser()
    log_in(colleague, "周敏")
    url = reverse("accounts:session-end", kwargs={"session_id": session.pk})
    assert colleague.post(url).status_code == 404
    assert is_inside(office)


def test_the_keeper_ends_them_all(lin: User, office: Client, home: Client, keeper: Actor) -> None:
    assert actions.end_all_sessions(lin.pk, actor=keeper) == 2
    assert not is_inside(office)
    assert not is_inside(home)


def test_a_session_that_ran_out_is_not_listed(lin: User, office: Client, home: Client) -> None:
    home.session.flush()
    assert len(queries.sessions_of(lin)) == 1


def test_a_session_at_rest_ends_where_the_company_wants_that(
    lin: User, office: Client, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    assert is_inside(office)
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    assert is_inside(office), "without a rule a session may rest"
    actions.set_policy(min_length=12, password_period_days=None, idle_session_minutes=30, actor=keeper)
    monkeypatch.setattr(time, "time", lambda: now + 3600 + 29 * 60)
    assert is_inside(office)
    monkeypatch.setattr(time, "time", lambda: now + 3600 + 29 * 60 + 31 * 60)
    led = office.get(reverse("accounts:security"))
    assert led["Location"] == f"{reverse('account_login')}?next=/me/security/"
    assert "after 30 minutes of rest" in office.get(led["Location"]).content.decode()
    kinds = LoginEvent.objects.filter(user=lin).values_list("kind", flat=True)
    assert list(kinds.order_by("id")) == [LoginEventKind.SUCCEEDED, LoginEventKind.IDLE_OUT]


def test_a_fragment_at_rest_sends_the_whole_page_to_the_login(
    lin: User, office: Client, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.set_policy(min_length=12, password_period_days=None, idle_session_minutes=5, actor=keeper)
    assert is_inside(office)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 400)
    answer = office.get(reverse("accounts:security"), headers={"hx-request": "true"})
    assert answer["HX-Redirect"] == reverse("account_login")


def test_last_seen_is_noted_once_a_minute(lin: User, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    is_inside(office)
    before = UserSession.objects.get(user=lin).last_seen_at
    is_inside(office)
    assert UserSession.objects.get(user=lin).last_seen_at == before
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    is_inside(office)
    assert UserSession.objects.get(user=lin).last_seen_at > before
