"""A person at the login page; and a stranger at it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.urls import URLPattern, URLResolver, reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from remit.kernel.accounts import actions, queries
from remit.kernel.accounts.actor import Actor
from remit.kernel.accounts.models import LoginEvent, LoginEventKind, User
from remit.kernel.accounts.models.user import normalise_login
from remit.kernel.accounts.tests.conftest import OTHER_PASSWORD, PASSWORD, is_inside, log_in, text_of, type_of_browser
from remit.kernel.accounts.web import urls

if TYPE_CHECKING:
    from remit.kernel.accounts.tests.conftest import Answer

WRONG = "The user name or the password is wrong."
LOCKED = "Too many failed attempts."


@pytest.mark.parametrize("typed", ["GH0412", "gh0412", " GH0412 ", "ＧＨ０４１２", "lin@example.cn", "LIN@Example.cn"])
def test_she_logs_in_however_she_writes_her_name(typed: str, lin: User, browser: type_of_browser) -> None:
    client = browser()
    response = log_in(client, typed)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert is_inside(client)
    event = LoginEvent.objects.get(user=lin)
    assert (event.kind, event.detail) == (LoginEventKind.SUCCEEDED, "password")


def test_she_comes_back_to_the_page_she_asked_for(lin: User, browser: type_of_browser) -> None:
    client = browser()
    asked = client.get(reverse("accounts:tokens"))
    login_page = asked["Location"]
    response = client.post(login_page, {"login": "GH0412", "password": PASSWORD, "next": reverse("accounts:tokens")})
    assert response["Location"] == reverse("accounts:tokens")


def test_she_is_not_led_to_another_site(lin: User, browser: type_of_browser) -> None:
    response = log_in(browser(), "GH0412", next="https://evil.example/")
    assert response["Location"] == "/"


def test_the_session_ends_with_the_browser_unless_she_wants_to_stay(lin: User, browser: type_of_browser) -> None:
    short, long = browser(), browser()
    log_in(short, "GH0412")
    log_in(long, "GH0412", remember="on")
    assert short.cookies["sessionid"]["max-age"] == ""
    assert int(long.cookies["sessionid"]["max-age"]) == 14 * 24 * 3600


def test_wrong_and_unknown_get_the_same_answer(lin: User, browser: type_of_browser) -> None:
    known, by_mail, unknown = (
        log_in(browser(), login, OTHER_PASSWORD) for login in ("GH0412", "lin@example.cn", "GH9999")
    )
    assert WRONG in text_of(known)
    assert known.status_code == by_mail.status_code == unknown.status_code
    assert _without_marks(known) == _without_marks(by_mail) == _without_marks(unknown)


class CountingHasher(MD5PasswordHasher):
    """How often a password was hashed, which is what an attempt's duration tells."""

    count: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.count += 1
        return super().encode(password, salt)


def test_known_and_unknown_names_take_the_time_of_one_hash(
    lin: User, browser: type_of_browser, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    # With importlib mode the class by that name may be another object than the one above; ask the one that hashes.
    from django.contrib.auth.hashers import get_hasher

    lin.set_password(PASSWORD)
    lin.save(update_fields=["password"])
    hasher = type(get_hasher())
    counts = []
    for login in ("GH0412", "lin@example.cn", "GH9999", "nobody@example.cn"):
        hasher.count = 0  # type: ignore[attr-defined]  # CountingHasher
        log_in(browser(), login, OTHER_PASSWORD)
        counts.append(hasher.count)  # type: ignore[attr-defined]  # CountingHasher
    assert counts == [1, 1, 1, 1]


def test_a_closed_login_says_so_only_to_who_knows_the_password(
    lin: User, keeper: Actor, browser: type_of_browser
) -> None:
    actions.deactivate_user(lin.pk, actor=keeper)
    client = browser()
    assert WRONG in text_of(log_in(client, "GH0412", OTHER_PASSWORD))
    assert log_in(client, "GH0412")["Location"] == reverse("account_inactive")
    assert "closed" in text_of(client.get(reverse("account_inactive")))
    assert not is_inside(client)
    assert LoginEvent.objects.filter(user=lin, kind=LoginEventKind.INACTIVE).count() == 1
    actions.reactivate_user(lin.pk, actor=keeper)
    log_in(client, "GH0412")
    assert is_inside(client)


def test_five_failures_lock_the_login_for_five_minutes(
    lin: User, zhou: User, browser: type_of_browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = browser()
    for _attempt in range(5):
        assert WRONG in text_of(log_in(stranger, "GH0412", OTHER_PASSWORD))
    assert LOCKED in text_of(log_in(stranger, "GH0412", OTHER_PASSWORD))
    # Neither from elsewhere, nor by the other name of the same login, nor with the right password, nor by another host name.
    assert LOCKED in text_of(log_in(browser(), "lin@example.cn", PASSWORD))
    elsewhere = browser().post(
        reverse("account_login"), {"login": "GH0412", "password": PASSWORD}, headers={"host": "other.example"}
    )
    assert LOCKED in elsewhere.content.decode()
    # A colleague behind the same address is not locked out with her.
    colleague = browser()
    log_in(colleague, "周敏")
    assert is_inside(colleague)
    assert LoginEvent.objects.filter(user=lin, kind=LoginEventKind.LOCKED).count() == 3

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    released = browser()
    log_in(released, "GH0412")
    assert is_inside(released)


def test_a_lock_does_not_tell_whether_the_login_exists(lin: User, browser: type_of_browser) -> None:
    answers = []
    for login in ("GH0412", "GH9999"):
        for _attempt in range(5):
            log_in(browser(), login, OTHER_PASSWORD)
        answers.append(_without_marks(log_in(browser(), login, OTHER_PASSWORD)))
    assert LOCKED in answers[0]
    assert answers[0] == answers[1]


def test_a_success_between_failures_does_not_lift_the_count(lin: User, browser: type_of_browser) -> None:
    for _attempt in range(4):
        log_in(browser(), "GH0412", OTHER_PASSWORD)
    client = browser()
    log_in(client, "GH0412")
    assert is_inside(client)
    log_in(browser(), "GH0412", OTHER_PASSWORD)
    assert LOCKED in text_of(log_in(browser(), "GH0412"))


def test_the_log_keeps_no_text_of_what_a_stranger_typed(db: None, browser: type_of_browser) -> None:
    log_in(browser(), "my-secret-password", "oops")
    log_in(browser(), "MY-SECRET-PASSWORD", "oops")
    first, second = LoginEvent.objects.order_by("id")
    assert first.user is None
    assert first.login_digest == second.login_digest != ""
    assert "secret" not in "".join(str(value) for value in vars(first).values())


def test_her_logins_are_listed_newest_first_and_paged(lin: User, browser: type_of_browser) -> None:
    LoginEvent.objects.bulk_create(
        LoginEvent(kind=LoginEventKind.FAILED, user=lin, detail="password") for _n in range(60)
    )
    client = browser()
    log_in(client, "GH0412")
    page = client.get(reverse("accounts:logins"))
    assert [row.what for row in page.context["events"]][:2] == ["Logged in", "Wrong name or password"]
    assert page.context["events"][0].browser == "Chrome · Windows"
    assert len(page.context["events"]) == 50
    older = client.get(page.context["older_url"])
    assert len(older.context["events"]) == 11
    assert older.context["older_url"] == ""
    assert client.get(reverse("accounts:logins") + "?before=x").status_code == 200
    assert [event.pk for event in queries.logins_of(lin, limit=2)] == sorted(
        LoginEvent.objects.values_list("pk", flat=True), reverse=True
    )[:2]


def test_logging_out_is_logged_and_ends_the_session(lin: User, browser: type_of_browser) -> None:
    client = browser()
    log_in(client, "GH0412")
    client.get(reverse("account_logout"))
    assert is_inside(client), "a link alone must not log anybody out"
    client.post(reverse("account_logout"))
    assert not is_inside(client)
    assert LoginEvent.objects.filter(user=lin, kind=LoginEventKind.OUT).count() == 1


def test_only_the_login_pages_are_open(db: None, browser: type_of_browser) -> None:
    """Every address of this room, asked for by somebody who is not logged in."""
    open_pages = {"account_login", "account_logout", "account_inactive", "mfa_authenticate", "mfa_login_webauthn"}
    found = set()
    for name, arguments in _addresses(urls.urlpatterns):
        response = browser().get(reverse(name, kwargs=arguments))
        leads_to_login = response.status_code == 302 and response["Location"].startswith("/login/?next=")
        if not leads_to_login:
            found.add(name)
    assert found == open_pages


@given(st.text(max_size=30))
def test_a_normalised_name_stays_as_it_is(typed: str) -> None:
    once = normalise_login(typed)
    assert once == once.strip() == once.lower()
    assert normalise_login(once) == once


def _addresses(patterns: list[Any], namespace: str = "") -> list[tuple[str, dict[str, int]]]:
    """Every named address below the patterns, with 1 for each argument."""
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            below = f"{pattern.namespace}:" if pattern.namespace else namespace
            found += _addresses(pattern.url_patterns, below)
        elif isinstance(pattern, URLPattern):
            arguments = dict.fromkeys(pattern.pattern.regex.groupindex, 1)
            found.append((f"{namespace}{pattern.name}", arguments))
    return found


def _without_marks(response: Answer) -> str:
    """The page without what differs from one request to the next, and without what was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|name="csrf" content="\w+"', "", text_of(response))
    return re.sub(r'name="login" value="[^"]*"|value="[^"]*" (?=[^>]*name="login")', "", page)
