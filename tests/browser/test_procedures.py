"""Cases in a real browser: taken in, judged with the questions that an answer brings up, accessible and within a phone's screen."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.procedures.models import Case
from remit.kernel.procedures.tests.department import Department, build_department
from tests.browser.judging import judge_pages, log_in, screen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def department(live_server: LiveServer) -> Department:
    with transaction.atomic():  # the verbs are called without the gate here
        return build_department()


@pytest.mark.ledger("S-043", "R-030")
def test_a_complaint_is_taken_in_and_judged(chromium: Browser, live_server: LiveServer, department: Department) -> None:
    context = chromium.new_context(locale="zh-CN")
    page = log_in(context, live_server, department.firm, "陈立")
    page.goto(f"{live_server.url}/procedures/cases/new/complaint/")
    page.get_by_label("简述").fill("按摩椅反复停机")
    page.get_by_label("对象").fill("周敏")
    page.get_by_label("投诉人与联系方式").fill("周敏 13900001111")
    page.get_by_label("来访途径").select_option("phone")
    page.get_by_label("类别").select_option("product")
    page.get_by_label("投诉内容").fill("第三次停机")
    page.get_by_role("button", name="受理").click()
    expect(page.get_by_role("heading", name=re.compile("按摩椅反复停机"))).to_be_visible()
    expect(page.get_by_label("给客户的解释")).to_be_hidden()
    page.get_by_role("group", name="理由充分").get_by_label("否").check()
    expect(page.get_by_label("给客户的解释")).to_be_visible()
    expect(page.get_by_label("答复客户的日期")).to_be_hidden()
    page.get_by_role("group", name="要求合理").get_by_label("否").check()
    page.get_by_label("给客户的解释").fill("属于正常磨损")
    page.get_by_role("button", name="不成立").click()
    expect(page.get_by_text("不成立，已解释").first).to_be_visible()
    assert Case.objects.get().outcome == "explained"
    context.close()


def test_every_page_is_accessible_and_keeps_within_the_screen(
    chromium: Browser, live_server: LiveServer, department: Department
) -> None:
    case = department.open(title="按摩椅在一个月之内第三次于使用途中自行停机且客服电话两次未能接通")
    department.judged(case)
    department.investigated(case)
    department.open()
    paths = ("cases/", "cases/statistics/", "cases/new/complaint/", f"cases/{case.pk}/", "complaint/", "")
    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, department.firm, "高岚")
        assert judge_pages(page, [f"/procedures/{path}" for path in paths]) == []
