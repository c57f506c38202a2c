"""Keys for programs: issued once, used, run out, revoked."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from remit.kernel.accounts import actions, errors, queries
from remit.kernel.accounts.actor import Actor
from remit.kernel.accounts.models import ApiToken, User
from remit.kernel.accounts.tests.conftest import PASSWORD, log_in, text_of, type_of_browser
from remit.kernel.audit.models import Event


@pytest.fixture
def raw(lin: User, keeper: Actor) -> str:
    return actions.issue_token(lin.pk, name="nightly export", actor=keeper)[1]


def test_a_program_is_known_by_its_token(lin: User, raw: str) -> None:
    assert queries.user_for_token(raw) == lin


@pytest.mark.parametrize("wrong", ["", "remit", "remit__", "remit_00000000_x", "Bearer x", "_" * 200, "remit_\x00_x"])
def test_anything_else_opens_nothing(wrong: str, raw: str) -> None:
    assert queries.user_for_token(wrong) is None


def test_a_right_beginning_with_a_wrong_secret_opens_nothing(raw: str) -> None:
    assert queries.user_for_token(raw[:-1] + ("A" if raw[-1] != "A" else "B")) is None


def test_the_database_does_not_know_the_secret(raw: str) -> None:
    secret = raw.split("_", 2)[2]
    assert secret not in str(list(ApiToken.objects.values()))
    assert secret not in str(list(Event.objects.values()))


def test_it_runs_out(lin: User, keeper: Actor) -> None:
    token, raw = actions.issue_token(lin.pk, name="x", expires_at=timezone.now() + timedelta(days=1), actor=keeper)
    assert queries.user_for_token(raw) == lin
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    assert queries.user_for_token(raw) is None
    with pytest.raises(errors.TokenWouldBeExpired):
        actions.issue_token(lin.pk, name="x", expires_at=timezone.now(), actor=keeper)


def test_revoked_it_opens_nothing_and_revoking_again_changes_nothing(lin: User, raw: str, keeper: Actor) -> None:
    token = ApiToken.objects.get()
    first = actions.revoke_token(token.pk, actor=keeper).revoked_at
    assert queries.user_for_token(raw) is None
    assert actions.revoke_token(token.pk, actor=keeper).revoked_at == first
    assert Event.objects.filter(kind="accounts.revoke_token").count() == 1


def test_closing_the_login_revokes_its_tokens_for_good(lin: User, raw: str, keeper: Actor) -> None:
    actions.deactivate_user(lin.pk, actor=keeper)
    assert queries.user_for_token(raw) is None
    actions.reactivate_user(lin.pk, actor=keeper)
    assert queries.user_for_token(raw) is None
    with pytest.raises(errors.LoginIsClosed):
        actions.deactivate_user(lin.pk, actor=keeper)
        actions.issue_token(lin.pk, name="x", actor=keeper)


def test_its_use_is_noted_once_a_minute(raw: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        queries.user_for_token(raw)
    with django_assert_num_queries(1):
        queries.user_for_token(raw)
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    with django_assert_num_queries(2):
        queries.user_for_token(raw)


def test_she_issues_one_after_confirming_her_password_and_reads_it_once(lin: User, browser: type_of_browser) -> None:
    client = browser()
    log_in(client, "GH0412")
    asked = client.post(reverse("accounts:tokens"), {"name": "shop", "days": "30"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()
    shown = client.post(asked["Location"], {"password": PASSWORD, "next": reverse("accounts:tokens")})
    raw = shown.context["secret"]
    assert queries.user_for_token(raw) == lin
    assert raw in shown.content.decode()
    page = client.get(reverse("accounts:tokens")).content.decode()
    assert raw not in page
    assert "shop" in page
    assert ApiToken.objects.get().expires_at is not None
    refused = client.post(reverse("accounts:tokens"), {"name": "", "days": "31"})
    assert refused.status_code == 422

    client.post(reverse("accounts:token-revocation", kwargs={"token_id": ApiToken.objects.get().pk}))
    assert queries.user_for_token(raw) is None


def test_a_colleague_cannot_revoke_hers(lin: User, zhou: User, raw: str, browser: type_of_browser) -> None:
    colleague = browser()
    log_in(colleague, "周敏")
    url = reverse("accounts:token-revocation", kwargs={"token_id": ApiToken.objects.get().pk})
    assert colleague.post(url).status_code == 404
    assert queries.user_for_token(raw) == lin


def test_the_list_takes_the_same_queries_for_one_and_for_thirty(
    lin: User, raw: str, keeper: Actor, browser: type_of_browser
) -> None:
    client = browser()
    log_in(client, "GH0412")
    client.get(reverse("accounts:tokens"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("accounts:tokens"))
    for number in range(29):
        actions.issue_token(lin.pk, name=f"program {number}", actor=keeper)
    with CaptureQueriesContext(connection) as thirty:
        assert text_of(client.get(reverse("accounts:tokens"))).count("program ") >= 29
    assert len(one) == len(thirty)
