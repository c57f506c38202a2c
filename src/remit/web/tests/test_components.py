"""Components in a page: what goes in comes out once, escaped, and nothing leaks from the page around them."""

import importlib
import re

import pytest
from django.test import Client
from pytest_django import Settings

from remit.web import urls
from remit.web.tests.stylesheets import COTTON, PACKAGE, text_of

GALLERY = sorted((PACKAGE / "web" / "templates" / "web" / "gallery").glob("*.html"))
PAGES = ["/gallery/", "/gallery/day/", "/gallery/record/", "/gallery/bare/", "/gallery/print/", "/gallery/look/"]


def test_every_component_is_in_the_gallery() -> None:
    shown = {name for path in GALLERY for name in re.findall(r"<c-([\w-]+)", text_of(path))}
    assert {path.stem.replace("_", "-") for path in COTTON.glob("*.html")} - shown == set()


@pytest.mark.parametrize("path", PAGES)
def test_the_gallery_asks_the_database_nothing(path: str) -> None:
    assert Client().get(path).status_code == 200  # pytest-django refuses any query here


def test_ids_are_unique_on_the_gallery() -> None:
    ids = re.findall(r'\sid="([^"]+)"', Client().get("/gallery/").content.decode())
    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_a_picker_answers_to_pinyin_initials() -> None:
    answer = Client().get("/gallery/people.json", {"q": "lxl"}).json()
    assert [one["label"] for one in answer["results"]] == ["林晓岚"]


@pytest.mark.parametrize(
    ("amount", "tone"), [("800", "warn"), ("500", "ok"), ("", "info"), ("八百八十八块九", "danger")]
)
def test_the_limit_is_said_before_the_form_is_sent(amount: str, tone: str) -> None:
    assert f"notice--{tone}" in Client().get("/gallery/limit/", {"amount": amount}).content.decode()


def test_production_has_no_gallery(settings: Settings) -> None:
    settings.IS_PRODUCTION = True
    try:
        names = {pattern.name for pattern in importlib.reload(urls).urlpatterns}
    finally:
        settings.IS_PRODUCTION = False
        importlib.reload(urls)
    assert "find" in names
    assert not [name for name in names if name and name.startswith("gallery")]


def test_the_readme_names_every_component() -> None:
    readme = text_of(PACKAGE / "web" / "README.md")
    assert {path.stem.replace("_", "-") for path in COTTON.glob("*.html")} - set(
        re.findall(r"c-([a-z-]+)`", readme)
    ) == set()
