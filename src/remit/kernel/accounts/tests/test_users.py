"""Logins made, and the small things their owners set."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from remit.kernel.accounts import actions, errors
from remit.kernel.accounts.actor import Actor
from remit.kernel.accounts.models import User
from remit.kernel.accounts.tests.conftest import PASSWORD, is_inside, log_in, type_of_browser
from remit.kernel.audit.models import Event


def test_a_new_login_is_of_no_use_before_it_has_a_password(db: None, keeper: Actor, browser: type_of_browser) -> None:
    user = actions.create_user(username="gh0001", name="王强", actor=keeper)
    client = browser()
    for guess in ("", "!", user.password):
        log_in(client, "gh0001", guess)
    assert not is_inside(client)
    event = Event.objects.get(kind="accounts.create_user")
    assert (event.subject_label, event.facts) == ("王强", {"username": "gh0001", "email": ""})


@pytest.mark.parametrize(
    ("username", "email"), [("gh0412", ""), ("GH0412", ""), ("ＧＨ０４１２", ""), ("other", "LIN@example.cn")]
)
def test_two_logins_never_share_a_name_or_an_address(username: str, email: str, lin: User, keeper: Actor) -> None:
    with pytest.raises(errors.LoginNameTaken) as refused:
        actions.create_user(username=username, name="李四", email=email, actor=keeper)
    assert "Choose another" in str(refused.value)
    assert User.objects.count() == 1


def test_many_logins_may_lack_an_address(lin: User, zhou: User, keeper: Actor) -> None:
    actions.create_user(username="gh0002", name="王强", actor=keeper)
    assert User.objects.filter(email="").count() == 2


@pytest.mark.parametrize("username", ["", " ", "a b", "x@example.cn", "<b>", "a" * 65])
def test_names_of_the_wrong_shape_are_refused(username: str, db: None, keeper: Actor) -> None:
    with pytest.raises(ValidationError):
        actions.create_user(username=username, name="李四", actor=keeper)


def test_closing_twice_is_one_event(lin: User, keeper: Actor) -> None:
    actions.deactivate_user(lin.pk, actor=keeper)
    actions.deactivate_user(lin.pk, actor=keeper)
    assert Event.objects.filter(kind="accounts.deactivate_user").count() == 1


def test_closing_throws_her_out_at_once(lin: User, keeper: Actor, browser: type_of_browser) -> None:
    client = browser()
    log_in(client, "GH0412")
    actions.deactivate_user(lin.pk, actor=keeper)
    assert not is_inside(client)


def test_she_chooses_language_and_appearance(lin: User, browser: type_of_browser) -> None:
    client = browser()
    log_in(client, "GH0412")
    answer = client.post(reverse("accounts:preferences"), {"language": "zh-hant", "theme": "dark"})
    assert answer["Location"] == reverse("accounts:profile")
    lin.refresh_from_db()
    assert (lin.language, lin.theme) == ("zh-hant", "dark")
    # Her language goes with her to a browser that asks for English.
    other = browser()
    log_in(other, "GH0412", PASSWORD)
    assert other.get(reverse("accounts:profile"))["Content-Language"] == "zh-hant"
    changes = Event.objects.filter(kind__startswith="accounts.set_").order_by("id").values_list("changes", flat=True)
    assert list(changes) == [{"language": ["en", "zh-hant"]}, {"theme": ["auto", "dark"]}]


def test_the_switch_of_the_top_bar_sends_one_of_them_and_stays_where_it_is(lin: User, browser: type_of_browser) -> None:
    client = browser()
    log_in(client, "GH0412")
    answer = client.post(reverse("accounts:preferences"), {"theme": "light", "next": "/me/logins/"})
    assert answer["Location"] == "/me/logins/"
    lin.refresh_from_db()
    assert (lin.language, lin.theme) == ("en", "light")
    elsewhere = client.post(reverse("accounts:preferences"), {"theme": "light", "next": "https://evil.example/"})
    assert elsewhere["Location"] == reverse("accounts:profile")


def test_an_unknown_language_is_refused(lin: User, browser: type_of_browser, keeper: Actor) -> None:
    client = browser()
    log_in(client, "GH0412")
    assert client.post(reverse("accounts:preferences"), {"language": "tlh"}).status_code == 422
    with pytest.raises(ValidationError):
        actions.set_language(lin.pk, "tlh", actor=keeper)
    lin.refresh_from_db()
    assert lin.language == "en"
