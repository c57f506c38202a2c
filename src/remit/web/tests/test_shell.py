"""The frame: menu, badges, theme, language."""

from collections import Counter

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from remit.kernel.accounts.actions import set_theme
from remit.kernel.accounts.actor import system
from remit.kernel.organization.models import Person
from remit.web.context import SCRIPTS, Shell
from remit.web.navigation import GROUP_LABELS, NAVIGATION, SETTINGS, Badge, NavItem
from remit.web.tests.logins import a_login
from remit.web.tests.stylesheets import STATIC


def test_every_entry_leads_somewhere_and_has_a_key_of_its_own() -> None:
    assert all(reverse(item.url_name) for item in NAVIGATION)
    assert all(reverse(section.url_name) for section in SETTINGS)
    assert max(Counter(item.key for item in NAVIGATION).values()) == 1
    assert {item.group for item in NAVIGATION} <= {*GROUP_LABELS, "top"}


def test_the_bar_of_a_phone_has_at_most_five_places_each_once() -> None:
    places = [item.phone for item in NAVIGATION if item.phone]
    assert len(places) == len(set(places)) <= 5
    assert all(item.icon for item in NAVIGATION if item.phone)


def test_every_script_is_there() -> None:
    assert [name for name in SCRIPTS if not (STATIC / name).exists()] == []


def at(path: str, navigation: list[NavItem], person: Person | None = None) -> Shell:
    request: HttpRequest = RequestFactory().get(path)
    if person is not None:
        vars(request)["person"] = person
    return Shell(request, navigation)


def test_a_badge_is_asked_once_a_page_and_zero_shows_nothing() -> None:
    asked: list[str] = []

    def seven(person: Person) -> Badge:
        asked.append(person.name)
        return Badge(7, is_now=True)

    navigation = [
        NavItem("a", "今日", "web:settings", badge=seven, icon="today", phone=1),
        NavItem("b", "事项", "web:find", badge=lambda _person: Badge(0)),
    ]
    shell = at("/", navigation, Person(name="林晓岚"))
    badges = [entry.badge for entry in shell.groups[0].entries]
    assert (badges, shell.bottom[0].badge, asked) == ([Badge(7, True), None], Badge(7, True), ["林晓岚"])


def test_a_stranger_has_no_badges() -> None:
    shell = at("/", [NavItem("a", "今日", "web:settings", badge=lambda _person: Badge(7))])
    assert shell.groups[0].entries[0].badge is None


def test_what_is_not_visible_is_left_out_with_its_heading() -> None:
    shell = at(
        "/",
        [
            NavItem("a", "今日", "web:find"),
            NavItem("b", "流程", "web:settings", "department", visible=lambda _p: False),
        ],
    )
    assert [[entry.key for entry in group.entries] for group in shell.groups] == [["a"]]


@pytest.mark.parametrize(("path", "current"), [("/settings/", "all"), ("/settings/theme/x/", "theme"), ("/find/", "")])
def test_the_nearest_entry_is_the_current_one(path: str, current: str) -> None:
    shell = at(path, [NavItem("all", "设置", "web:settings"), NavItem("theme", "外观", "web:theme")])
    assert [entry.key for entry in shell.groups[0].entries if entry.is_current] == ([current] if current else [])


def test_a_theme_is_in_the_page_from_its_first_byte() -> None:
    client = Client()
    assert 'data-theme="auto"' in client.get("/gallery/bare/").content.decode()
    answer = client.post("/settings/theme/", {"theme": "dark", "next": "/gallery/bare/"})
    assert (answer.status_code, answer["Location"]) == (303, "/gallery/bare/")
    assert 'data-theme="dark"' in client.get("/gallery/bare/").content.decode()


@pytest.mark.parametrize(("theme", "status"), [("pink", 400), ("", 400), ("light", 303)])
def test_there_are_three_themes(theme: str, status: int) -> None:
    assert Client().post("/settings/theme/", {"theme": theme}).status_code == status


def test_the_way_back_stays_on_this_site() -> None:
    assert Client().post("/settings/theme/", {"theme": "dark", "next": "https://evil.example/"})["Location"] == "/"


@pytest.mark.parametrize(
    ("accepts", "tag", "word"),
    [
        ("zh-CN", "zh-Hans", "跳到正文"),
        ("zh-TW", "zh-Hant", "跳到正文"),
        ("en-GB", "en", "Skip to the page"),
        ("fr", "zh-Hans", "跳到正文"),
    ],
)
def test_a_browser_is_answered_in_its_language(accepts: str, tag: str, word: str) -> None:
    page = Client(headers={"accept-language": accepts}).get("/gallery/").content.decode()
    assert f'<html lang="{tag}"' in page
    assert word in page


def test_a_stranger_may_choose_the_language() -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    client.post(reverse("set_language"), {"language": "en", "next": "/gallery/bare/"})
    assert '<html lang="en"' in client.get("/gallery/bare/").content.decode()


def test_the_menu_and_the_settings_of_a_login(db: None) -> None:
    client = Client()
    user = a_login(name="林晓岚")
    set_theme(user.pk, "dark", actor=system("tests"))
    client.force_login(user)
    for name in ("web:menu", "web:settings"):
        page = client.get(reverse(name)).content.decode()
        assert "林晓岚" in page
        assert 'data-theme="dark"' in page
        assert reverse("accounts:preferences") in page


def test_a_browser_finds_the_seal_by_itself() -> None:
    assert Client().get("/favicon.ico")["Location"] == "/static/img/seal.svg"


def test_the_manifest_names_the_product() -> None:
    manifest = Client(headers={"accept-language": "zh-CN"}).get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["name"] == "履职 Remit"
