"""NUL characters are refused at the door; a view knows who acts; a refusal becomes a sentence."""

import json
from collections.abc import Callable
from typing import cast

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from tests.cast import Firm, build_firm

from remit.kernel.accounts.models import User
from remit.kernel.organization import actions as organization
from remit.lib.refusals import Refusal, RuleBroken
from remit.web.http import Request
from remit.web.middleware import know_the_person, refuse_nul_bytes
from remit.web.tests.logins import a_login

OPEN_FORM = "/settings/theme/"


@pytest.mark.parametrize("path", ["/gallery/?q=%00", "/gallery/?%00=1", "/gallery/%00/"])
def test_a_nul_in_the_address_is_refused(path: str) -> None:
    assert Client().get(path).status_code == 400


def test_a_nul_in_a_cookie_is_refused() -> None:
    client = Client(headers={"cookie": r'sessionid="abcdefgh\000"'})
    assert client.get("/gallery/").status_code == 400


@pytest.mark.parametrize("fields", [{"theme": "da\x00rk"}, {"the\x00me": "dark"}])
def test_a_nul_in_a_form_is_refused(fields: dict[str, str]) -> None:
    assert Client().post(OPEN_FORM, fields).status_code == 400
    ordinary = {key.replace("\x00", ""): value.replace("\x00", "") for key, value in fields.items()}
    assert Client().post(OPEN_FORM, ordinary).status_code == 303


def test_a_form_with_a_file_passes() -> None:
    paper = SimpleUploadedFile("岗位职责.txt", b"\x00 bytes of a file are its own affair")
    assert Client().post(OPEN_FORM, {"theme": "dark", "paper": paper}).status_code == 303


def test_a_body_of_the_api_is_not_read_here() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    request = RequestFactory().post("/api/x", data=json.dumps({"a": "\x00"}), content_type="application/json")
    assert refuse_nul_bytes(view)(request).status_code == 200


def seen_by_a_view(user: User | AnonymousUser) -> Request:
    request = RequestFactory().get("/")
    request.user = user
    know_the_person(lambda _request: HttpResponse())(request)
    return cast(Request, request)


@pytest.fixture
def firm(db: None) -> Firm:
    return build_firm()


def login_of(firm: Firm, name: str) -> User:
    user = a_login(name=name)
    organization.give_login(firm[name], user.pk)
    return user


def test_a_view_knows_the_person_and_the_actor(firm: Firm) -> None:
    request = seen_by_a_view(login_of(firm, "林晓岚"))
    assert request.person == firm["林晓岚"]
    assert (request.actor.name, request.actor.door, request.actor.person_id) == ("林晓岚", "web", firm["林晓岚"].pk)


def test_a_login_without_a_person_acts_under_its_own_name(db: None) -> None:
    request = seen_by_a_view(a_login("operator", "运维"))
    assert (request.person, request.actor.person_id, request.actor.name) == (None, None, "运维")


def test_a_stranger_is_nobody() -> None:
    request = seen_by_a_view(AnonymousUser())
    assert request.person is None
    assert not hasattr(request, "actor")


def test_a_login_speaks_its_language_in_every_browser(db: None) -> None:
    translation.activate("en")
    seen_by_a_view(a_login(language="zh-hant"))
    assert translation.get_language() == "zh-hant"


def refused(path: str, error: Exception, **headers: str) -> HttpResponse | None:
    hook = cast(
        Callable[[HttpRequest, Exception], HttpResponse | None],
        vars(know_the_person(lambda _r: HttpResponse()))["process_exception"],
    )
    request = RequestFactory().get(path, headers=headers)
    request.user = AnonymousUser()
    return hook(request, error)


def test_a_refusal_is_told_in_its_own_words() -> None:
    answer = refused("/organization/", RuleBroken("岗位已关闭,不能任职。请先重新开放岗位。"))
    assert answer is not None
    assert answer.status_code == 422
    assert "岗位已关闭,不能任职。请先重新开放岗位。" in answer.content.decode()


def test_a_refusal_within_a_page_is_a_toast() -> None:
    answer = refused("/organization/", RuleBroken("岗位已关闭。"), **{"HX-Request": "true"})
    assert answer is not None
    assert (answer.status_code, answer["HX-Reswap"]) == (422, "none")
    assert json.loads(answer["HX-Trigger"]) == {"toast": {"text": "岗位已关闭。", "tone": "danger"}}


def test_the_api_words_its_own_refusals_and_faults_stay_faults() -> None:
    assert refused("/api/x", RuleBroken("岗位已关闭。")) is None
    assert refused("/organization/", ValueError("a bug")) is None


def test_what_is_not_yours_is_not_there() -> None:
    class NotYours(Refusal):
        status = 404

    answer = refused("/organization/", NotYours("这是别人的。"))
    assert answer is not None
    assert answer.status_code == 404
    assert "这是别人的" not in answer.content.decode()
