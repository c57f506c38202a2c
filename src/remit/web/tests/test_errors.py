"""Error pages: a stranger learns nothing, everybody learns what to do next."""

import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import translation

from remit.web import errors


@pytest.fixture(autouse=True)
def in_chinese() -> None:
    translation.activate("zh-hans")


def test_nothing_here_and_not_for_you_are_the_same_page() -> None:
    request = RequestFactory().get("/organization/positions/7/")
    missing = errors.page_not_found(request, Http404("No Position matches the given query."))
    assert missing.status_code == 404
    assert "Position" not in missing.content.decode()
    assert "这里什么也没有" in missing.content.decode()


def test_an_unknown_address_is_a_404_for_a_stranger() -> None:
    answer = Client(headers={"accept-language": "zh-CN"}).get("/no/such/page/")
    assert answer.status_code == 404
    assert "这里什么也没有" in answer.content.decode()


def test_a_broken_page_gives_a_number_that_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    answer = errors.server_error(RequestFactory().get("/work/"))
    number = re.search(r'bare__code mono">([0-9a-f]{8})<', answer.content.decode())
    assert (answer.status_code, number is not None) == (500, True)
    assert number is not None
    assert number[1] in caplog.text


def test_a_denied_page_repeats_the_reason_it_was_given() -> None:
    answer = errors.permission_denied(RequestFactory().get("/x/"), PermissionDenied("只有客服部总监能看。"))
    assert answer.status_code == 403
    assert "只有客服部总监能看。" in answer.content.decode()


@pytest.mark.parametrize(
    ("referer", "way_back"), [("http://testserver/work/", "/work/"), ("https://evil.example/", "/")]
)
def test_a_stale_form_says_what_happened_and_leads_back(referer: str, way_back: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"referer": referer, "accept-language": "zh-CN"})
    answer = client.post("/settings/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "没有保存任何内容" in answer.content.decode()
    assert re.search(rf'href="[^"]*{re.escape(way_back)}"', answer.content.decode())
    assert "evil.example" not in answer.content.decode()


def test_a_program_is_answered_in_the_shape_of_the_api() -> None:
    browser = Client(headers={"accept-language": "zh-CN"}, raise_request_exception=False)
    missing = browser.get("/api/no/such/thing")
    assert (missing.status_code, missing.headers["Content-Type"]) == (404, "application/json")
    assert missing.json() == {"code": "not_found", "sentence": "这个地址下什么也没有。", "data": {}}
    assert browser.get("/api/%00").json()["code"] == "bad_request"
    broken = json.loads(errors.server_error(RequestFactory().get("/api/me")).content)
    assert re.fullmatch("[0-9a-f]{8}", broken["data"]["reference"])
